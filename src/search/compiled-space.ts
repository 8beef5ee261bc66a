/**
 * A space whose steps are compiled by running them: a state is a row of numbers, one for each process' part, one for etcd's, one for
 * what judges remember, and how many faults are left. Each part's step is the product's own code run once; a step of the world is put together from them.
 */
import type { CoordinatorState } from "../simulation/coordinator-process.ts";
import { lifeOfClient, nodeOfClient } from "../simulation/world.ts";
import { EtcdSteps } from "./etcd-steps.ts";
import { PartFacts } from "./facts.ts";
import { EVENT, NodeSteps, type NodeEvent, type NodeOutcome } from "./node-steps.ts";
import { LIFE, NOW, STALE } from "./parts.ts";
import { RowRanking } from "./ranking.ts";
import type { Space, Strike } from "./space.ts";
import { offsets, WholeSpace, type WholeState } from "./whole-steps.ts";
import { BARE, type Ground, type Scope } from "./world-parts.ts";

/** What is still to be done in a step. */
type Act =
  | { readonly type: "node"; readonly at: number; readonly event: NodeEvent; readonly of: number }
  | { readonly type: "tell"; readonly telling: number };

const NO_ACTS: readonly Act[] = [];

/** What a step was, beside where it leads. */
export interface Happened {
  /** How much later than what happened before, ms. */
  readonly afterMs: number;
  /** Who began to serve, by place; -1: nobody. */
  readonly activated: number;
  /** Who sent so many requests, writes of its service not counted; -1: nobody. */
  readonly asker: number;
  readonly requests: number;
}

/** Takes a row that follows, which it must copy, and what led to it. */
export type Add = (next: Int32Array, happened: Happened) => void;

function after(afterMs: number): Happened {
  return { afterMs, activated: -1, asker: -1, requests: 0 };
}

function withOutcome(happened: Happened, at: number, { activates, requests }: NodeOutcome): Happened {
  if (!activates && requests === 0) return happened;
  return {
    afterMs: happened.afterMs,
    activated: activates ? at : happened.activated,
    asker: requests > 0 ? at : happened.asker,
    requests: happened.requests + requests,
  };
}

export class CompiledSpace {
  readonly space: Space;
  readonly ground: Ground;
  readonly nodes: NodeSteps;
  readonly etcd: EtcdSteps;
  /** Numbers in a row. */
  readonly width: number;
  readonly #count: number;
  /** Where the number of faults stands. */
  readonly #left: number;
  readonly #strikes: readonly Strike[];
  readonly #whole: WholeSpace;
  readonly #facts: PartFacts;
  readonly #ranking: RowRanking;
  readonly #tick: number;

  /** Without the whole history, {@link asksForMore} tells whether it was needed. */
  constructor(space: Space, scope: Scope = BARE) {
    this.space = space;
    this.#whole = new WholeSpace(space, scope);
    this.ground = this.#whole.ground;
    this.nodes = new NodeSteps(space, this.ground);
    this.etcd = new EtcdSteps(this.nodes, this.ground);
    this.#count = space.coordinators;
    this.#left = this.#count + 2;
    this.width = this.#count + 3;
    this.#strikes = this.#whole.strikes;
    this.#facts = new PartFacts(this.nodes, this.etcd, this.ground, this.#strikes);
    this.#ranking = new RowRanking(this.nodes, this.etcd, this.#facts, this.ground);
    this.#tick = this.nodes.tellings.id({ input: { type: "tick" }, unheard: -1 });
  }

  /** Somebody asked for changes that were not kept: what was found is not exact. */
  get asksForMore(): boolean {
    return this.#facts.asksForMore || this.etcd.asksForMore || this.nodes.asksForMore;
  }

  initial(): number[] {
    return this.rowOf(this.#whole.initial());
  }

  rowOf({ left, parts }: WholeState): number[] {
    const { memory, parts: known } = this.nodes;
    return [
      ...parts.nodes.map((part) => known.id(part)),
      this.etcd.parts.id(parts.etcd),
      memory.parts.id(parts.memory),
      left,
    ];
  }

  stateOf(row: ArrayLike<number>): WholeState {
    const nodes = Array.from({ length: this.#count }, (_, at) => this.nodes.parts.at(row[at] ?? -1));
    const etcd = this.etcd.parts.at(row[this.#count] ?? -1);
    const memory = this.nodes.memory.parts.at(row[this.#count + 1] ?? -1);
    return { parts: { nodes, etcd, memory }, left: row[this.#left] ?? 0 };
  }

  /** How many processes serve. */
  serving(row: ArrayLike<number>): number {
    let serving = 0;
    for (let at = 0; at < this.#count; at++) if (this.#facts.node(at, row[at] ?? -1).serves) serving += 1;
    return serving;
  }

  /** Whether a fold has seen its promise broken. */
  isBroken(row: ArrayLike<number>, promise: string): boolean {
    return this.nodes.memory.isBroken(row[this.#count + 1] ?? -1, promise);
  }

  /** Whether a write of a predecessor is not among what the process at that place has loaded. */
  missesWrite(row: ArrayLike<number>, at: number): boolean {
    const { coordinator } = this.nodes.parts.at(row[at] ?? -1).node.state as CoordinatorState;
    const { loadedRevision, token } = coordinator.ledger;
    return this.etcd.parts
      .at(row[this.#count] ?? -1)
      .stored.some(
        ({ key, modRevision, value }) =>
          key.startsWith(this.ground.keys.metadata) &&
          Number.parseInt(value, 10) < token &&
          modRevision > loadedRevision,
      );
  }

  overwritten(row: ArrayLike<number>): boolean {
    return this.#facts.etcd(row[this.#count] ?? -1).overwritten;
  }

  /** Whether a fold sees its promise broken if nothing ever happens after this row. */
  isBrokenAtRest(row: ArrayLike<number>, promise: string): boolean {
    return this.nodes.memory.isBrokenForEver(row[this.#count + 1] ?? -1, promise);
  }

  /** Hands every row that follows to `add`, which must copy it; some more than once. Returns {@link gapAfter}. */
  steps(row: ArrayLike<number>, add: Add): number {
    const from = Int32Array.from(row);
    const left = from[this.#left] ?? 0;
    const gap = this.#gap(from);
    if (left > 0) this.#strike(from, gap, add);
    if (gap < Number.POSITIVE_INFINITY) this.#pass(from, gap, add);
    return gap;
  }

  /** What comes next, after `gap`, without any fault that has not struck yet. */
  #pass(from: Int32Array, gap: number, add: Add): void {
    const count = this.#count;
    const now = this.#elapse(from, gap);
    const happened = after(gap);
    for (let at = 0; at < count; at++) {
      const facts = this.#facts.node(at, now[at] as number);
      if (facts.dueAt > NOW) continue;
      for (const of of facts.first)
        this.#finish(now, [{ type: "node", at, event: EVENT.item, of }], add, happened);
    }
    const facts = this.#facts.etcd(now[count] as number);
    if (facts.dueAt > NOW) return;
    if (facts.tickAt <= NOW) this.#finish(now, [{ type: "tell", telling: this.#tick }], add, happened);
    for (const of of facts.first) this.#strikeEtcd(now, -1, of, add, happened);
  }

  /** The same without any fault that has not struck yet. */
  calmSteps(row: ArrayLike<number>, add: Add): void {
    const calm = Int32Array.from(row);
    const left = calm[this.#left] as number;
    calm[this.#left] = 0;
    this.steps(calm, (next, happened) => {
      next[this.#left] = left;
      add(next, happened);
    });
  }

  /** Whether some fault that has struck is not over yet. */
  suffers(row: ArrayLike<number>): boolean {
    if (this.etcd.parts.at(row[this.#count] ?? -1).inEffect.length > 0) return true;
    for (let at = 0; at < this.#count; at++) if (this.#facts.node(at, row[at] ?? -1).suffers) return true;
    return false;
  }

  /** Whether somebody could come to serve: it runs, and was not asked to stop. */
  able(row: ArrayLike<number>): boolean {
    for (let at = 0; at < this.#count; at++) if (this.#facts.node(at, row[at] ?? -1).able) return true;
    return false;
  }

  /** From this row to the next thing to come, ms; Infinity: nothing is. */
  gapAfter(row: ArrayLike<number>): number {
    return this.#gap(Int32Array.from(row));
  }

  #gap(row: Int32Array): number {
    let dueAt = this.#facts.etcd(row[this.#count] as number).dueAt;
    for (let at = 0; at < this.#count; at++)
      dueAt = Math.min(dueAt, this.#facts.node(at, row[at] as number).dueAt);
    return Math.max(0, dueAt - NOW);
  }

  #elapse(row: Int32Array, byMs: number): Int32Array {
    if (byMs === 0) return row;
    const next = row.slice();
    for (let at = 0; at < this.#count; at++) next[at] = this.nodes.elapse(at, row[at] as number, byMs);
    next[this.#count] = this.etcd.elapse(row[this.#count] as number, byMs);
    next[this.#count + 1] = this.nodes.memory.elapse(row[this.#count + 1] as number, byMs);
    return next;
  }

  #strike(from: Int32Array, gap: number, add: Add): void {
    const count = this.#count;
    const begin = (owner: number, index: number) => {
      const strike = this.#strikes[index] as Strike;
      if (strike.outage === true && this.etcd.parts.at(from[count] as number).mode !== "serving") return;
      for (const afterMs of offsets(strike, gap, this.space.gridMs)) {
        const now = this.#elapse(from, afterMs).slice();
        now[this.#left] = (now[this.#left] as number) - 1;
        const happened = after(afterMs);
        if (owner < 0) this.#strikeEtcd(now, index, -1, add, happened);
        else this.#finish(now, [{ type: "node", at: owner, event: EVENT.strike, of: index }], add, happened);
      }
    };
    for (let at = 0; at < count; at++)
      for (const index of this.#facts.node(at, from[at] as number).strikes) begin(at, index);
    for (const index of this.#facts.etcd(from[count] as number).strikes) begin(-1, index);
  }

  #strikeEtcd(now: Int32Array, index: number, item: number, add: Add, happened: Happened): void {
    const { seen, to, told } = this.etcd.strike(now[this.#count] as number, index, item);
    const next = now.slice();
    next[this.#count] = to;
    this.#note(next, seen);
    this.#finish(
      next,
      told.map((telling): Act => ({ type: "tell", telling })),
      add,
      happened,
    );
  }

  /** Does what is left of a step, in every way in which it may go. */
  #finish(row: Int32Array, acts: readonly Act[], add: Add, happened: Happened): void {
    const count = this.#count;
    const [act, ...rest] = acts;
    if (act === undefined) {
      add(this.#settled(row), happened);
      return;
    }
    switch (act.type) {
      case "tell": {
        const { hearing, next } = this.#tell(row, [act.telling]);
        this.#finish(next, [...hearing, ...rest], add, happened);
        return;
      }
      case "node": {
        const down = this.#facts.etcd(row[count] as number).down;
        const left = row[this.#left] as number;
        for (const outcome of this.nodes.step(act.at, row[act.at] as number, act.event, act.of, down)) {
          if (outcome.cost > left) continue;
          const seen = row.slice();
          seen[act.at] = outcome.to;
          this.#note(seen, outcome.seen);
          const { hearing, next } = this.#tell(seen, outcome.told);
          next[count] = this.etcd.rename(next[count] as number, outcome.names);
          next[this.#left] = left - outcome.cost;
          this.#finish(next, [...hearing, ...rest], add, withOutcome(happened, act.at, outcome));
        }
      }
    }
  }

  /** A copy of the row after etcd was told, and what processes hear of it. Whoever tells several things at once hears of none. */
  #tell(
    row: Int32Array,
    told: readonly number[],
  ): { readonly next: Int32Array; readonly hearing: readonly Act[] } {
    const next = row.slice();
    if (told.length === 0) return { next, hearing: NO_ACTS };
    const hearing: Act[] = [];
    for (const telling of told) {
      const { answered, said, seen, to } = this.etcd.tell(next[this.#count] as number, telling);
      next[this.#count] = to;
      this.#note(next, seen);
      for (const { node, output } of said)
        hearing.push({ type: "node", at: node, event: EVENT.hear, of: output });
      hearing.push(...this.#waiting(this.nodes.tellings.at(telling).input, answered));
    }
    return { next, hearing };
  }

  /** Judges remember what is seen, in place. */
  #note(row: Int32Array, seen: number): void {
    row[this.#count + 1] = this.nodes.memory.note(row[this.#count + 1] as number, seen);
  }

  /** A request that etcd did not answer at once may run out of time. */
  #waiting(
    input: { readonly type: string } & Partial<{ client: number; id: number }>,
    answered: boolean,
  ): readonly Act[] {
    if (answered || input.type !== "request") return NO_ACTS;
    const { client = -1, id = STALE } = input;
    const node = nodeOfClient(client);
    if (node < 0 || lifeOfClient(client) !== LIFE.present || id === STALE) return NO_ACTS;
    return [{ type: "node", at: node, event: EVENT.held, of: id }];
  }

  /** The row in normal form. */
  #settled(row: Int32Array): Int32Array {
    const count = this.#count;
    let etcd = row[count] as number;
    if (this.#facts.etcd(etcd).remembers) {
      for (let at = 0; at < count; at++)
        etcd = this.etcd.rename(etcd, this.nodes.namesOf(at, row[at] as number));
    }
    row[count] = etcd;
    this.#ranking.rank(row);
    return row;
  }
}
