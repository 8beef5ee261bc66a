/**
 * The statechart of a coordinator as nested boxes, read off the chart that runs: every state with the ways that lead on from it.
 * Plain data, to be drawn by whoever shows it.
 */
import type { Variant } from "../../models/variant.ts";

export type Chart = ReturnType<Variant["createChart"]>;
type Node = Chart["root"];

/** A state. */
export interface ChartBox {
  readonly key: string;
  /** From the root down, with dots between; empty: the root itself. */
  readonly path: string;
  /** Its states run side by side. */
  readonly parallel: boolean;
  /** Those that lead on from itself. */
  readonly ways: readonly ChartWay[];
  readonly states: readonly ChartBox[];
}

export interface ChartWay {
  /** As xstate names it. */
  readonly eventType: string;
  /** In short; empty: at once. */
  readonly event: string;
  readonly guard: string | undefined;
  /** The path of the state that it leads to, and its name. */
  readonly to: string;
  readonly toKey: string;
}

export function boxesOf({ root }: Chart): ChartBox {
  return boxOf(root);
}

function boxOf(node: Node): ChartBox {
  const ways = [...node.transitions.values(), node.always ?? []].flat();
  return {
    key: node.key,
    path: pathOf(node),
    parallel: node.type === "parallel",
    ways: ways.flatMap(({ eventType, guard, target }): ChartWay[] => {
      const [to] = target ?? [];
      if (to === undefined) return [];
      const only =
        typeof guard === "string" ? guard : (guard as { readonly type?: string } | undefined)?.type;
      return [{ eventType, event: chartEventOf(eventType), guard: only, to: pathOf(to), toKey: to.key }];
    }),
    states: Object.values(node.states).map(boxOf),
  };
}

function pathOf({ path }: Node): string {
  return path.join(".");
}

/** A timer by its name, as xstate and as a trace write it; others as they are; empty: without an event. */
export function chartEventOf(type: string): string {
  return (/^xstate\.after\.([^.]+)/u.exec(type)?.[1] ?? type).split("@")[0] ?? "";
}
