/**
 * How a variant of the protocol is made: by editing the shipped chart's configuration, its delays, or one entry of its
 * dialect. The shipped chart itself holds no switch for any of it.
 */
import { createMachine, type AnyStateMachine } from "xstate";
import { createCoordinator, type ElectionSettings } from "./coordinator.ts";
import { shippedDialect, type Dialect } from "./election.ts";
import type { Timing } from "./timing.ts";
import { shipped, type Variant } from "./variant.ts";

/** A chart's configuration as the plain tree that it is. */
export interface Tree {
  [key: string]: unknown;
}

export type ChartMaker = Variant["createChart"];

/** The node at `path` of the chart; a path that is not there is a mistake in the mutant. */
export function at(chart: Tree, path: string): Tree {
  let node = chart;
  for (const name of path.split(".")) {
    const inner = (node["states"] as Tree | undefined)?.[name];
    if (inner === undefined) throw new Error(`the chart has no state ${path}`);
    node = inner as Tree;
  }
  return node;
}

/** The shipped chart after `edit`, with the shipped implementations. */
export function edited(edit: (chart: Tree, timing: Timing) => void): ChartMaker {
  return (timing: Timing, settings: ElectionSettings): AnyStateMachine => {
    const machine = createCoordinator(timing, settings);
    const chart = structuredClone(machine.config) as unknown as Tree;
    edit(chart, timing);
    return createMachine(chart as never, machine.implementations as never);
  };
}

/** What a node does on an event instead. */
export function on(node: Tree, event: string, reaction: unknown): void {
  node["on"] = { ...(node["on"] as Tree | undefined), [event]: reaction };
}

/** Takes away a reaction that must be there. */
export function deafTo(node: Tree, event: string): void {
  const reactions = node["on"] as Tree | undefined;
  if (reactions?.[event] === undefined) throw new Error(`no reaction to ${event} to take away`);
  delete reactions[event];
}

export function delayed(delays: (timing: Timing) => Tree): ChartMaker {
  return (timing, settings) => createCoordinator(timing, settings).provide({ delays: delays(timing) });
}

export function speaking(change: Partial<Dialect>): Dialect {
  return { ...shippedDialect, ...change };
}

/** The shipped protocol but for what `change` says. */
export function variantOf(
  name: string,
  summary: string,
  change: { chart?: ChartMaker; dialect?: Dialect },
): Variant {
  return {
    name,
    summary,
    createChart: change.chart ?? shipped.createChart,
    dialect: change.dialect ?? shippedDialect,
  };
}
