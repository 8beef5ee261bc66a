/** Explores one space within limits, looking up in between: at the clock, the memory and whoever wants it to end. */
import { getHeapStatistics } from "node:v8";
import type { Case } from "../../../properties/case.ts";
import { judgeCase } from "../../../properties/check.ts";
import type { Violation } from "../../../properties/violation.ts";
import { statesReached } from "../../search/coverage.ts";
import { Exploration, type Reached } from "../../search/exploration.ts";
import { outsideOf, propertyNamed, RECOVERY, STATE_PROMISES } from "../../search/promises.ts";
import { judgeRecovery, type RecoveryVerdict } from "../../search/recovery.ts";
import { retell, type Patience } from "../../search/retell.ts";
import type { Space } from "../../search/space.ts";
import type { WholeState } from "../../search/whole-steps.ts";
import { heard } from "../base/signals.ts";

/** How an exploration ended. `closed`: nothing was left to go on from. */
export type ExplorationEnd =
  | { readonly type: "closed" }
  | { readonly type: "open"; readonly why: "states" | "memory" | "interrupted" | "unconfirmed" }
  | {
      readonly type: "violated";
      /** As the ordinary simulation has it. */
      readonly case: Case;
      readonly violation: Violation;
      /** How many things happen on the way, which is the least. */
      readonly things: number;
    };

/** What became of one space. */
export interface Explored {
  readonly space: Space;
  readonly end: ExplorationEnd;
  readonly reached: Reached;
  readonly seconds: number;
  /** Most memory that the process had, bytes. */
  readonly memoryBytes: number;
  /** Promises that were judged. */
  readonly judged: readonly string[];
  /** States of the chart that somebody was in. */
  readonly chart: ReadonlySet<string>;
  /** How long recovery took at most, where it was judged and holds. */
  readonly recovery?: Extract<RecoveryVerdict, { type: "holds" }>;
  /** Promises that assume something that the space breaks, with what. */
  readonly outside: readonly { readonly promise: string; readonly breaks: readonly string[] }[];
}

export interface Limits {
  readonly states: number;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  readonly onProgress: (reached: Reached, seconds: number, memoryBytes: number) => void;
}

/** States between two looks. */
const A_LOOK = 1000;
/** Beyond this part of its heap the process would be ended from outside. */
const HEAP_SHARE = 0.85;

export async function exploreSpace(
  space: Space,
  promises: readonly string[],
  limits: Limits,
): Promise<Explored> {
  const outside = promises.flatMap((promise) => {
    const breaks = outsideOf(promise, space).map((assumption) => assumption.name);
    return breaks.length === 0 ? [] : [{ promise, breaks }];
  });
  const judged = promises.filter((name) => !outside.some(({ promise }) => promise === name));
  const startedAt = performance.now();
  const secondsNow = () => (performance.now() - startedAt) / 1000;
  const exploration = new Exploration(
    space,
    STATE_PROMISES.filter(({ name }) => judged.includes(name)),
  );
  let memoryBytes = 0;
  let why: Stop | undefined;
  while (why === undefined && exploration.advance(A_LOOK, limits.states)) {
    await heard();
    const { heapUsed, rss } = process.memoryUsage();
    memoryBytes = Math.max(memoryBytes, rss);
    const { reached } = exploration;
    limits.onProgress(reached, secondsNow(), rss);
    const heapLimit = getHeapStatistics().heap_size_limit * HEAP_SHARE;
    if (limits.signal.aborted) why = "interrupted";
    else if (reached.states >= limits.states) why = "states";
    else if (rss + exploration.growthBytes > limits.memoryBytes || heapUsed > heapLimit) why = "memory";
  }
  const { reached } = exploration;
  const outcome = outcomeOf(exploration, space, why, judged.includes(RECOVERY));
  const chart = statesReached(exploration.compiled);
  return { space, ...outcome, chart, reached, seconds: secondsNow(), memoryBytes, judged, outside };
}

type Stop = Extract<ExplorationEnd, { type: "open" }>["why"];

/** What the states say; and, once there are no more of them, what the ways between them do. */
function outcomeOf(
  exploration: Exploration,
  space: Space,
  why: Stop | undefined,
  asksRecovery: boolean,
): Pick<Explored, "end" | "recovery"> {
  const { breach, compiled } = exploration;
  const violated = (
    promise: string,
    path: readonly WholeState[],
    patience?: Patience,
  ): Pick<Explored, "end"> => {
    const run = retell(space, path, compiled.ground.wholeHistory, patience);
    const scenario = { ...run.scenario, title: `${promise} on ${space.variant.name}` };
    const given: Case = { scenario, decisions: [...run.decisions] };
    const [judgement] = judgeCase(given, space.variant, [propertyNamed(promise)]);
    if (judgement?.verdict?.type === "violated") {
      const { violation } = judgement.verdict;
      return { end: { type: "violated", case: given, violation, things: path.length - 1 } };
    }
    // The property gives whoever gave the role back unserved its time anew; the search does not.
    if (promise === RECOVERY) return { end: { type: "open", why: "unconfirmed" } };
    throw new Error(`${promise} is broken in the search, and not where the simulation repeats it`);
  };
  if (breach !== undefined) return violated(breach.promise, exploration.pathToBreach(breach));
  if (why !== undefined) return { end: { type: "open", why } };
  if (!asksRecovery) return { end: { type: "closed" } };
  const recovery = judgeRecovery(exploration, space);
  return recovery.type === "violated"
    ? violated(RECOVERY, recovery.path, recovery)
    : { end: { type: "closed" }, recovery };
}
