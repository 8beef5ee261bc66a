/**
 * The statechart of a coordinator as nested boxes, read off the chart that runs; the states it is in are lit. Regions that
 * run side by side stand side by side.
 */
import type { Variant } from "../../../models/variant.ts";
import { variantNamed } from "../../../models/variants.ts";
import { timingFor } from "../../../models/timing.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { escape } from "../markup.ts";

export type Chart = ReturnType<Variant["createChart"]>;
type Node = Chart["root"];

/** The chart that `name` runs in this scenario; undefined: this version does not know it. */
export function chartOf(
  { coordinators, ttlSeconds }: Scenario,
  variant: string,
  name: string,
): Chart | undefined {
  const setup = coordinators.find((one) => one.name === name);
  const known = variantNamed(variant);
  if (setup === undefined || known === undefined) return undefined;
  const { activeStandby, afterLoss } = setup;
  return known.createChart(timingFor(ttlSeconds), { activeStandby, afterLoss });
}

/** `paths`: the states it is in, one for each region; empty: its process is down. */
export function drawChart({ root }: Chart, paths: readonly string[]): string {
  return `<div class="statechart${paths.length === 0 ? " off" : ""}">${drawStates(root, paths)}</div>`;
}

function drawStates(node: Node, paths: readonly string[]): string {
  const side = node.type === "parallel" ? " regions" : "";
  const states = Object.values(node.states).map((child) => drawState(child, paths));
  return `<ul class="states${side}">${states.join("")}</ul>`;
}

function drawState(node: Node, paths: readonly string[]): string {
  const path = node.path.join(".");
  const lit = paths.some((one) => one === path || one.startsWith(`${path}.`));
  const inner = Object.keys(node.states).length > 0 ? drawStates(node, paths) : "";
  const kind = inner === "" ? "leaf" : "box";
  return `<li class="state ${kind}${lit ? " lit" : ""}"${lit && inner === "" ? ' aria-current="true"' : ""}><span>${escape(node.key)}</span>${inner}</li>`;
}
