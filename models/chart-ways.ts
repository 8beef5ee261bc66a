/** What a chart has: the states that one can be found in, and the events that lead on from each state. */
import type { AnyStateMachine, AnyStateNode } from "xstate";

export interface ChartWays {
  /** Paths such as `member.lease.held.resting`: of states that have none in them and are not left at once. */
  readonly states: readonly string[];
  /** By path, the whole chart's first, which is empty: types of events, without those that the chart makes itself. */
  readonly ways: ReadonlyMap<string, readonly string[]>;
}

export function chartWaysOf({ root }: AnyStateMachine): ChartWays {
  const nodes = [...nodesIn(root)];
  const leaves = nodes.filter((node) => Object.keys(node.states).length === 0 && !isPassing(node));
  return {
    states: leaves.map(pathOf),
    ways: new Map(nodes.map((node) => [pathOf(node), eventsOf(node)])),
  };
}

function pathOf({ path }: AnyStateNode): string {
  return path.join(".");
}

function* nodesIn(node: AnyStateNode): Generator<AnyStateNode> {
  yield node;
  for (const inner of Object.values(node.states)) yield* nodesIn(inner);
}

/** Left at once, or the process' last: nobody is ever found in it. */
function isPassing({ always = [], type }: AnyStateNode): boolean {
  return type === "final" || always.some(({ guard }) => guard === undefined);
}

function eventsOf({ transitions, type: kind }: AnyStateNode): string[] {
  if (kind === "final") return [];
  const types = [...transitions.keys()].filter((type) => !type.startsWith("xstate.done."));
  return types.filter((type) =>
    transitions.get(type)?.some(({ actions, target }) => target !== undefined || actions.length > 0),
  );
}
