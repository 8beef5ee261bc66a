/**
 * What came of a run for those who need the service: that several served at once, how long nobody did and who serves since,
 * or that nothing was missed. One sentence, for whoever asks what a fault did.
 */
import { told, type Told } from "../words/told.ts";
import { seconds } from "../words/seconds.ts";
import type { ServingCount } from "./serving-counts.ts";
import type { Serving } from "./takeovers.ts";

/** Instants in true ms; `nodes`, `node`: places. */
export type ServiceResult =
  /** Several served one role at once. */
  | {
      readonly type: "several";
      readonly from: number;
      readonly to: number;
      readonly nodes: readonly number[];
    }
  /** The longest time without anybody; `next`: who serves since, unless the run ended before. */
  | { readonly type: "nobody"; readonly from: number; readonly to: number; readonly next?: Serving }
  /** The role passed on, and nobody had to wait. */
  | { readonly type: "passed"; readonly next: Serving }
  /** The same one served to the end; `since`: from when on must be said. */
  | { readonly type: "kept"; readonly by: Serving; readonly since: boolean }
  | { readonly type: "never" };

/** Of a course: who served, and how many at once. */
export interface ServiceCourse {
  readonly servings: readonly Serving[];
  readonly servingCounts: readonly ServingCount[];
}

/** From `sinceMs` on. What was before anybody ever served is no interruption. */
export function serviceResultOf({ servings, servingCounts }: ServiceCourse, sinceMs = 0): ServiceResult {
  const later = servingCounts.filter(({ to }) => to > sinceMs);
  const several = later.find(({ nodes }) => nodes.length > 1);
  if (several !== undefined) return { type: "several", ...joined(several, later) };
  const gaps = later.filter(({ from, nodes }) => nodes.length === 0 && from > 0);
  const [longest] = gaps.toSorted((left, right) => right.to - right.from - (left.to - left.from));
  if (longest !== undefined) {
    const { from, role, to } = longest;
    const next = servings.find((one) => one.role === role && one.from === to);
    return { type: "nobody", from, to, ...(next === undefined ? {} : { next }) };
  }
  const next = servings.findLast(
    ({ from, role }) => from > sinceMs && servings.some((one) => one.role === role && one.from < from),
  );
  if (next !== undefined) return { type: "passed", next };
  const by = servings.findLast(({ to }) => to > sinceMs);
  return by === undefined ? { type: "never" } : { type: "kept", by, since: by.from > sinceMs };
}

/** Several that follow each other without a break are one stretch. */
function joined(
  first: ServingCount,
  counts: readonly ServingCount[],
): { from: number; to: number; nodes: readonly number[] } {
  const nodes = new Set(first.nodes);
  let { to } = first;
  for (const one of counts) {
    if (one.role !== first.role || one.from !== to || one.nodes.length < 2) continue;
    for (const node of one.nodes) nodes.add(node);
    ({ to } = one);
  }
  return { from: first.from, to, nodes: [...nodes] };
}

/** `names`: of the processes, by place. */
export function tellServiceResult(result: ServiceResult, names: readonly string[]): Told {
  const nameOf = (node: number): string => names[node] ?? "?";
  switch (result.type) {
    case "several": {
      const { from, nodes, to } = result;
      return told(
        `${nodes.map(nameOf).join(" and ")} served at once for ${lengthOf(to - from)}, from ${seconds(from)} on`,
      );
    }
    case "nobody": {
      const { from, next, to } = result;
      return told(
        next === undefined
          ? `nobody serves from ${seconds(from)} to the end`
          : `nobody served for ${lengthOf(to - from)}; ${since(next, nameOf)}`,
      );
    }
    case "passed":
      return told(`${since(result.next, nameOf)}, and nobody had to wait`);
    case "kept":
      return told(
        result.since
          ? `${since(result.by, nameOf)} to the end`
          : `${nameOf(result.by.node)} served throughout`,
      );
    case "never":
      return told("nobody ever serves");
  }
}

function since({ from, node, token }: Serving, nameOf: (node: number) => string): string {
  return `${nameOf(node)} serves from ${seconds(from)}${token === 0 ? "" : ` with token ${token}`}`;
}

function lengthOf(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
