/**
 * What a coordinator logged, followed on its election's chart: whether some run of the chart says just that, up to which line, and how
 * few lines would have to be added or left out for the whole. The chart is the product's, or a release of Milvus' edited from it. Any
 * answer and any timer may come at any time, and the process may be killed and begin again; so what no such run explains is no matter
 * of timing.
 */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { ChartMove, ChartSpace } from "./chart-space.ts";
import type { LinePlace } from "./fact.ts";

/** A line that says a milestone. */
export interface SaidLine {
  readonly milestone: Milestone;
  readonly place: LinePlace;
}

/** How the nearest run of the chart differs from the log. */
export type LogEdit =
  /** The chart would have said this before that line; no place: after the last one. */
  | { readonly type: "missing"; readonly milestone: Milestone; readonly before?: LinePlace }
  /** The chart would not have said this. */
  | { readonly type: "extra"; readonly milestone: Milestone; readonly place: LinePlace };

/** How far a chart explains a log. */
export interface Conformance {
  /** So many lines from the first on are those of some run. */
  readonly explained: number;
  readonly of: number;
  /** The first that no run explains, and what a run could have said there. */
  readonly stuck?: { readonly line: SaidLine; readonly instead: readonly Milestone[] };
}

/** A run that needs more changes than these is near to nothing. */
const MOST_EDITS = 4;
/** Nothing is changed where nothing has to be. */
const NOWHERE: LinePlace = { file: "", line: 0 };

/** Where a run stands: in a state, with these still to be said. */
interface Conf {
  readonly state: number;
  readonly pending: readonly Milestone[];
}

interface Reached extends Conf {
  readonly cost: number;
  readonly edits: Edits | undefined;
}

interface Edits {
  readonly edit: LogEdit;
  readonly before: Edits | undefined;
}

/** `must`: what the log certainly shows whenever it is said; anything else may be missing from it. `midway`: it does not begin with the process. */
export function conform(
  space: ChartSpace,
  said: readonly SaidLine[],
  must: ReadonlySet<Milestone>,
  midway: boolean,
): Conformance {
  const walk = walkOf(space, must);
  let here = walk.certain(midway);
  let explained = 0;
  for (const { milestone } of said) {
    const next = walk.step(here, milestone);
    if (next === undefined) break;
    here = next;
    explained++;
  }
  const line = said[explained];
  if (line === undefined) return { explained, of: said.length };
  const instead = walk.possible(here.runs).filter((one) => one !== line.milestone);
  return { explained, of: said.length, stuck: { line, instead } };
}

/**
 * How the nearest run differs from the log, in order; undefined: in more than {@link MOST_EDITS} lines. Of a long log no more is compared
 * than a little beyond the first line that nothing explains.
 */
export function nearestRun(
  space: ChartSpace,
  all: readonly SaidLine[],
  must: ReadonlySet<Milestone>,
  midway: boolean,
  { explained }: Conformance,
): readonly LogEdit[] | undefined {
  const walk = walkOf(space, must);
  const said = all.slice(0, Math.max(explained + 20, 60));
  // Up to there no change is needed, so none is looked for much before.
  const from = Math.max(0, explained - 12);
  let sure = walk.certain(midway);
  for (const { milestone } of said.slice(0, from)) sure = walk.step(sure, milestone) ?? sure;
  for (let most = 1; most <= MOST_EDITS; most++) {
    let here = sure.runs;
    for (const line of said.slice(from)) here = walk.after(here, line, most);
    const best = [...here.values()].toSorted((left, right) => left.cost - right.cost)[0];
    if (best !== undefined) return listed(best.edits);
  }
  return undefined;
}

function listed(edits: Edits | undefined): LogEdit[] {
  const all: LogEdit[] = [];
  for (let one = edits; one !== undefined; one = one.before) all.push(one.edit);
  return all.reverse();
}

type Frontier = Map<string, Reached>;

/** Where runs may stand without any change: there are few such places, so the steps between them are remembered. */
interface Certain {
  readonly runs: Frontier;
  readonly next: Map<Milestone, Certain | undefined>;
}

const walks = new WeakMap<ChartSpace, Map<string, Walk>>();

function walkOf(space: ChartSpace, must: ReadonlySet<Milestone>): Walk {
  let known = walks.get(space);
  if (known === undefined) walks.set(space, (known = new Map()));
  const key = [...must].join();
  let walk = known.get(key);
  if (walk === undefined) known.set(key, (walk = new Walk(space, must)));
  return walk;
}

class Walk {
  readonly #space: ChartSpace;
  readonly #must: ReadonlySet<Milestone>;
  readonly #known = new Map<string, Certain>();

  constructor(space: ChartSpace, must: ReadonlySet<Milestone>) {
    this.#space = space;
    this.#must = must;
  }

  certain(midway: boolean): Certain {
    return this.#certainly(this.begin(midway));
  }

  /** Undefined: no run says it here. */
  step(here: Certain, milestone: Milestone): Certain | undefined {
    if (here.next.has(milestone)) return here.next.get(milestone);
    const runs = this.after(here.runs, { milestone, place: NOWHERE }, 0);
    const next = runs.size === 0 ? undefined : this.#certainly(runs);
    here.next.set(milestone, next);
    return next;
  }

  #certainly(runs: Frontier): Certain {
    const key = [...runs.keys()].sort().join(";");
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = { runs, next: new Map() }));
    return known;
  }

  begin(midway: boolean): Frontier {
    const found: Frontier = new Map();
    const { announces, next } = this.#space.start;
    put(found, { state: next, pending: announces, cost: 0, edits: undefined });
    if (midway)
      for (const state of this.#space.states()) put(found, { state, pending: [], cost: 0, edits: undefined });
    return found;
  }

  /** Where runs may stand that have said this line too, with at most so many changes. */
  after(here: Frontier, line: SaidLine, most: number): Frontier {
    const found: Frontier = new Map();
    for (const one of this.#closed(here, most, line.place).values()) {
      if (one.pending[0] === line.milestone) put(found, { ...one, pending: one.pending.slice(1) });
      if (one.cost < most) {
        const edit: LogEdit = { type: "extra", milestone: line.milestone, place: line.place };
        put(found, { ...one, cost: one.cost + 1, edits: { edit, before: one.edits } });
      }
    }
    return found;
  }

  /** What may be said next and would certainly be seen. */
  possible(here: Frontier): Milestone[] {
    const said = [...this.#closed(here, 0).values()].flatMap(({ pending }) => pending.slice(0, 1));
    return [...new Set(said)].filter((one) => this.#must.has(one));
  }

  /** Everything that can be reached without a line that is seen, or with lines that are missing. */
  #closed(here: Frontier, most: number, before?: LinePlace): Frontier {
    const found: Frontier = new Map();
    let level = [...here.values()].filter(({ cost }) => cost === 0);
    for (let cost = 0; cost <= most; cost++) {
      const later: Reached[] = [...here.values()].filter((one) => one.cost === cost + 1);
      for (let one = level.pop(); one !== undefined; one = level.pop()) {
        if (!put(found, one)) continue;
        const [first, ...rest] = one.pending;
        if (first === undefined) {
          for (const move of this.#movesFrom(one.state))
            level.push({ ...one, state: move.next, pending: move.announces });
          continue;
        }
        if (!this.#must.has(first)) level.push({ ...one, pending: rest });
        else if (cost < most) {
          const edit: LogEdit = {
            type: "missing",
            milestone: first,
            ...(before === undefined ? {} : { before }),
          };
          later.push({ ...one, pending: rest, cost: cost + 1, edits: { edit, before: one.edits } });
        }
      }
      level = later;
    }
    return found;
  }

  /** Whoever is killed begins again. */
  #movesFrom(state: number): readonly ChartMove[] {
    return [...this.#space.movesFrom(state), this.#space.start];
  }
}

/** Whether it is better than what is known. */
function put(found: Frontier, one: Reached): boolean {
  const key = `${one.state} ${one.pending.join()}`;
  const known = found.get(key);
  if (known !== undefined && known.cost <= one.cost) return false;
  found.set(key, one);
  return true;
}
