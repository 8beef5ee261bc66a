/**
 * Tools for making another protocol out of the shipped one: edits of its chart's configuration, other delays, other
 * entries of its dialect. So the shipped chart holds no switch for any of its variants.
 */
import { createMachine, type AnyStateMachine } from "xstate";
import { createElectionChart, type ElectionSettings } from "./election.ts";
import { shippedDialect, type Dialect } from "./dialect.ts";
import type { Timing } from "./timing.ts";
import { shipped, type Variant } from "./variant.ts";

/** A chart's configuration as the plain tree that it is. */
export interface ChartConfig {
  [key: string]: unknown;
}

type ChartMaker = Variant["createChart"];
type Delays = (timing: Timing) => ChartConfig;

/** Longer than any run. */
export const FOR_EVER_MS = 1e12;

/** A variant that differs from the shipped one by `change`. */
export function variantWith(
  name: string,
  summary: string,
  change: { readonly chart?: ChartMaker; readonly dialect?: Dialect },
): Variant {
  return {
    name,
    summary,
    createChart: change.chart ?? shipped.createChart,
    dialect: change.dialect ?? shippedDialect,
  };
}

/** The shipped chart after `edit`, with the shipped implementations and `delays` beside them. */
export function edited(
  edit: (chart: ChartConfig, timing: Timing) => void,
  delays: Delays = () => ({}),
): ChartMaker {
  return (timing: Timing, settings: ElectionSettings): AnyStateMachine => {
    const machine = createElectionChart(timing, settings);
    const chart = structuredClone(machine.config) as unknown as ChartConfig;
    edit(chart, timing);
    const { implementations } = machine;
    return createMachine(
      chart as never,
      { ...implementations, delays: { ...implementations.delays, ...delays(timing) } } as never,
    );
  };
}

/** The shipped chart with other delays. */
export function delayed(delays: Delays): ChartMaker {
  return edited(() => undefined, delays);
}

/** The shipped dialect with other entries. */
export function speaking(change: Partial<Dialect>): Dialect {
  return { ...shippedDialect, ...change };
}

/** The node at `path` of the chart; a path that is not there is a mistake in the variant. */
export function stateAt(chart: ChartConfig, path: string): ChartConfig {
  let node = chart;
  for (const name of path.split(".")) {
    const inner = (node["states"] as ChartConfig | undefined)?.[name];
    if (inner === undefined) throw new Error(`the chart has no state ${path}`);
    node = inner as ChartConfig;
  }
  return node;
}

/** What a node does on an event instead. */
export function on(node: ChartConfig, event: string, reaction: unknown): void {
  node["on"] = { ...(node["on"] as ChartConfig | undefined), [event]: reaction };
}

/** What a node does after a delay instead. */
export function after(node: ChartConfig, delay: string, reaction: unknown): void {
  node["after"] = { ...(node["after"] as ChartConfig | undefined), [delay]: reaction };
}

/** The same reaction to each of several events: nothing at all, so that no state around it reacts either. */
export function ignore(node: ChartConfig, ...events: readonly string[]): void {
  for (const event of events) on(node, event, { actions: [] });
}

/** Takes away a reaction that must be there. */
export function deafTo(node: ChartConfig, event: string): void {
  const reactions = node["on"] as ChartConfig | undefined;
  if (reactions?.[event] === undefined) throw new Error(`no reaction to ${event} to take away`);
  delete reactions[event];
}

/** A holder that does not ask whether its key is still there: what its watch does not say it never learns. */
export function neverAsksForItsKey(chart: ChartConfig): void {
  const watched = stateAt(chart, "member.role.holding.key.watched");
  delete watched["initial"];
  delete watched["states"];
}

/** A transaction that does not look before it acts. */
export function unguarded<Request extends { readonly type: string }>(request: Request): Request {
  return request.type === "txn" ? { ...request, compare: [] } : request;
}
