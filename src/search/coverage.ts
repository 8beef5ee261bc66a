/**
 * Which states of the chart an exploration has been in, of all that the chart has: a number with a true denominator, unlike anything
 * that a random check can say.
 */
import { timingFor } from "../../models/timing.ts";
import type { CompiledSpace } from "./compiled-space.ts";
import { processAt } from "../simulation/setup.ts";
import type { Space } from "./space.ts";

/** A node of a chart, as far as it matters here. */
interface ChartNode {
  readonly type: string;
  readonly states: Readonly<Record<string, ChartNode>>;
  readonly always?: readonly { readonly guard?: unknown }[];
}

/** Left at once, or the process' last: nobody is ever found in it. */
function isPassing({ always = [], type }: ChartNode): boolean {
  return type === "final" || always.some(({ guard }) => guard === undefined);
}

/** The paths of all states that one can be found in and that have none in them, such as `member.lease.held.resting`. */
export function chartStates({ ttlSeconds, variant }: Pick<Space, "ttlSeconds" | "variant">): string[] {
  const { root } = variant.createChart(timingFor(ttlSeconds), {
    activeStandby: true,
    afterLoss: "registerAnew",
  });
  const leaves = (node: ChartNode, path: string): string[] => {
    const inner = Object.entries(node.states);
    if (inner.length === 0) return isPassing(node) ? [] : [path];
    return inner.flatMap(([name, one]) => leaves(one, path === "" ? name : `${path}.${name}`));
  };
  return leaves(root, "");
}

/** Those that somebody was in. */
export function statesReached({ ground, nodes }: CompiledSpace): Set<string> {
  const reached = new Set<string>();
  const seen = new Set<string>();
  for (const { at, node } of nodes.parts.all) {
    if (node.status === "down" || node.state === undefined) continue;
    const { paths } = processAt(ground.setup, at).kind.view(node.state);
    const key = paths.join();
    if (seen.has(key)) continue;
    seen.add(key);
    for (const path of paths) reached.add(path);
  }
  return reached;
}
