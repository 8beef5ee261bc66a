/** Explores one space within limits, looking up in between: at the clock, the memory and whoever wants it to end. */
import { getHeapStatistics } from "node:v8";
import { chartReached, type ChartParts } from "../../search/coverage.ts";
import { Exploration } from "../../search/exploration.ts";
import { conclude, type ExplorationOutcome } from "../../search/outcome.ts";
import { outsideOf, STATE_PROMISES } from "../../search/promises.ts";
import type { Space } from "../../search/space.ts";
import type { Reached } from "../../search/walk.ts";
import { stoodTogether } from "../../search/together.ts";
import { heard } from "../base/signals.ts";

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
  readonly space: Space;
  readonly end: ExplorationEnd;
  readonly reached: Reached;
  readonly seconds: number;
  /** Most memory that the process had, bytes. */
  readonly memoryBytes: number;
  /** Promises that were judged. */
  readonly judged: readonly string[];
  /** How two coordinators stood together; empty with more or fewer of them. */
  readonly together: ReadonlySet<string>;
  /** What of the chart somebody has been through. */
  readonly chart: ChartParts;
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
  let why: "states" | "memory" | "interrupted" | undefined;
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
  const end: ExplorationEnd =
    why === undefined || exploration.breach !== undefined
      ? conclude(exploration, space, judged)
      : { type: "open", why };
  const chart = chartReached(exploration.compiled);
  const together = space.coordinators === 2 ? stoodTogether(exploration) : new Set<string>();
  return { space, end, chart, together, reached, seconds: secondsNow(), memoryBytes, judged, outside };
}
