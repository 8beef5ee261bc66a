/**
 * The statechart of a coordinator as nested boxes, read off the chart that runs: every state with the ways that lead on from it.
 * Regions that run side by side stand side by side. The browser lays it out; what is lit is in `chart-light.ts`.
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

/** All of it, with nothing lit. */
export function drawChart({ root }: Chart): string {
  return `<div class="statechart">${drawWaysOn(root)}${drawStates(root)}<svg class="chart-arrow" aria-hidden="true"><path/></svg></div>`;
}

function drawStates(node: Node): string {
  const side = node.type === "parallel" ? " regions" : "";
  return `<ul class="states${side}">${Object.values(node.states).map(drawState).join("")}</ul>`;
}

function drawState(node: Node): string {
  const inner = Object.keys(node.states).length > 0 ? drawStates(node) : "";
  return `<li class="state ${inner === "" ? "leaf" : "box"}" data-path="${pathOf(node)}"><span>${escape(node.key)}</span>${drawWaysOn(node)}${inner}</li>`;
}

/** The ways on from a state itself: event, guard, target. */
function drawWaysOn(node: Node): string {
  const ways = [...node.transitions.values(), node.always ?? []]
    .flat()
    .flatMap(({ eventType, guard, target }) => {
      const [to] = target ?? [];
      if (to === undefined) return [];
      const only =
        typeof guard === "string" ? guard : (guard as { readonly type?: string } | undefined)?.type;
      const event = chartEventOf(eventType);
      return [
        `<li data-event="${event}" data-to="${pathOf(to)}">${event === "" ? "at once" : event}${only === undefined ? "" : ` <i>if ${escape(only)}</i>`} → ${escape(to.key)}</li>`,
      ];
    });
  return ways.length === 0 ? "" : `<ul class="ways-on">${ways.join("")}</ul>`;
}

function pathOf({ path }: Node): string {
  return path.join(".");
}

/** A timer by its name, as xstate and as a trace write it; others as they are; empty: without an event. */
export function chartEventOf(type: string): string {
  return (/^xstate\.after\.([^.]+)/u.exec(type)?.[1] ?? type).split("@")[0] ?? "";
}
