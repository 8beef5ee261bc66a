/** Explores one space within limits, looking up in between: at the clock, the memory and whoever wants it to end. */
import { getHeapStatistics } from "node:v8";
import { isDefinedVariant } from "../../../models/define-variant.ts";
import { chartReached, type ChartParts } from "../../search/coverage.ts";
import { Exploration } from "../../search/exploration.ts";
import { conclude, type ExplorationOutcome } from "../../search/outcome.ts";
import { outsideOf, STATE_PROMISES, type StatePromise } from "../../search/promises.ts";
import { GRAPH_PROMISES } from "../../search/graph-promises.ts";
import { untestedOf } from "../../search/put-to-test.ts";
import type { Space } from "../../search/space.ts";
import type { Reached } from "../../search/walk.ts";
import { runBeside } from "../../search/run-beside.ts";
import { stoodTogether } from "../../search/together.ts";
import { complaintOf, type Complaint } from "../base/user-error.ts";
import { advance, refusing } from "./explorable.ts";
import { readExploration, writeExploration } from "./state-file.ts";

/** How an exploration ended. */
export type ExplorationEnd =
  | ExplorationOutcome
  | {
      readonly type: "open";
      readonly why: "states" | "memory" | "interrupted";
      readonly promise?: never;
    };

/** What became of one space. */
export interface Explored {
  readonly type: "explored";
  readonly space: Space;
  readonly end: ExplorationEnd;
  readonly reached: Reached;
  readonly seconds: number;
  /** Most memory that the process had, bytes. */
  readonly memoryBytes: number;
  /** Promises of which the end speaks. */
  readonly judged: readonly string[];
  /** Promises of which it does not: they show in a space that has closed. */
  readonly undecided: readonly string[];
  /** Of those judged: no state that was visited could have broken them. */
  readonly untested: readonly string[];
  /** How two coordinators stood together; empty with more or fewer of them. */
  readonly together: ReadonlySet<string>;
  /** What of the chart somebody has been through. */
  readonly chart: ChartParts;
  /** Promises that assume something that the space breaks, with what. */
  readonly outside: readonly { readonly promise: string; readonly breaks: readonly string[] }[];
  /** Why it could not be written down at a limit, so that there is nothing to go on from. */
  readonly unkept?: Complaint;
}

/** A look up from work under way. */
export interface SearchLook {
  readonly reached: Reached;
  readonly seconds: number;
  /** Of the whole process, bytes. */
  readonly memoryBytes: number;
  /** No state is left, and the promises about the ways between them are judged next: nobody looks up until that is done. */
  readonly isJudging: boolean;
}

/** Where an exploration that is not at its end is written down. */
export interface Keeping {
  readonly file: string;
  /** Whether to go on from what stands there. */
  readonly resumes: boolean;
}

export interface Limits {
  readonly states: number;
  readonly memoryBytes: number;
  readonly keeping?: Keeping;
  /** How the variant was named; undefined: by its name. */
  readonly word: string | undefined;
  /** Whether to go on. */
  readonly look: (look: SearchLook) => boolean | Promise<boolean>;
}

/** States between two looks. */
const A_LOOK = 1000;
/** Beyond this part of its heap the process would be ended from outside. */
const HEAP_SHARE = 0.85;
/** It is written down so often, s; or less often, so that it takes no more than a twentieth of the time. */
const KEPT_EVERY = 30;
const MOST_KEEPING = 1 / 20;

/** Throws a UserError where the variant cannot be explored, and where what was kept cannot be gone on from. */
export function exploreSpace(space: Space, promises: readonly string[], limits: Limits): Promise<Explored> {
  return refusing(space.variant, limits.word, () => explored(space, promises, limits));
}

async function explored(
  space: Space,
  promises: readonly string[],
  { keeping, look, memoryBytes: mostMemory, states: mostStates }: Limits,
): Promise<Explored> {
  const outside = promises.flatMap((promise) => {
    const breaks = outsideOf(promise, space).map((assumption) => assumption.name);
    return breaks.length === 0 ? [] : [{ promise, breaks }];
  });
  const within = promises.filter((name) => !outside.some(({ promise }) => promise === name));
  const startedAt = performance.now();
  const secondsNow = () => (performance.now() - startedAt) / 1000;
  const exploration = begun(
    space,
    STATE_PROMISES.filter(({ name }) => within.includes(name)),
    keeping,
  );
  let memoryBytes = process.memoryUsage().rss;
  let why: "states" | "memory" | "interrupted" | undefined;
  let keepAt = KEPT_EVERY;
  let unkept: Complaint | undefined;
  const keep = () => {
    if (keeping === undefined || exploration.breach !== undefined) return;
    const from = secondsNow();
    unkept = complaintOf(() => writeExploration(keeping.file, exploration));
    const took = secondsNow() - from;
    keepAt = secondsNow() + Math.max(KEPT_EVERY, took / MOST_KEEPING);
  };
  while (why === undefined && advance(exploration, space, A_LOOK, mostStates)) {
    const { heapUsed, rss } = process.memoryUsage();
    memoryBytes = Math.max(memoryBytes, rss);
    const { reached } = exploration;
    const heapLimit = getHeapStatistics().heap_size_limit * HEAP_SHARE;
    const goesOn = await look({ reached, seconds: secondsNow(), memoryBytes: rss, isJudging: false });
    if (!goesOn) why = "interrupted";
    else if (reached.states >= mostStates) why = "states";
    else if (rss + exploration.growthBytes > mostMemory || heapUsed > heapLimit) why = "memory";
    else if (secondsNow() > keepAt) keep();
  }
  if (why !== undefined) keep();
  const { reached } = exploration;
  const isJudging = GRAPH_PROMISES.some(({ name }) => within.includes(name));
  if (why === undefined && exploration.breach === undefined && isJudging)
    await look({ reached, seconds: secondsNow(), memoryBytes, isJudging });
  const end: ExplorationEnd =
    why === undefined || exploration.breach !== undefined
      ? conclude(exploration, space, within)
      : { type: "open", why };
  if (end.type !== "violated" && isDefinedVariant(space.variant)) runBeside(exploration.compiled);
  const judged = within.filter((name) => isDecided(name, end));
  const chart = chartReached(exploration.compiled);
  const together = space.coordinators === 2 ? stoodTogether(exploration) : new Set<string>();
  return {
    type: "explored",
    space,
    end,
    chart,
    together,
    reached,
    seconds: secondsNow(),
    memoryBytes,
    judged,
    undecided: within.filter((name) => !judged.includes(name)),
    untested: end.type === "violated" ? [] : untestedOf(exploration, judged),
    outside,
    ...(why === undefined || unkept === undefined ? {} : { unkept }),
  };
}

/** Whether an exploration with that end has judged the promise: some are only where every state is known, one after the other. */
function isDecided(name: string, end: ExplorationEnd): boolean {
  if (end.type === "closed") return true;
  const broken = end.type === "violated" ? end.violation.property : end.promise;
  const place = (promise: string | undefined) => GRAPH_PROMISES.findIndex((one) => one.name === promise);
  if (end.type === "open" && name === broken) return false;
  return place(name) < 0 || (broken !== undefined && place(name) <= place(broken));
}

function begun(space: Space, promises: readonly StatePromise[], keeping: Keeping | undefined): Exploration {
  return keeping?.resumes === true
    ? readExploration(keeping.file, space, promises)
    : new Exploration(space, promises);
}
