/**
 * The statechart of a coordinator as nested boxes, read off the chart that runs: every state with the ways that lead on from it.
 * Regions that run side by side stand side by side. The browser lays it out.
 */
import type { Variant } from "../../models/variant.ts";
import { escape } from "../words/escape.ts";

export type Chart = ReturnType<Variant["createChart"]>;
type Node = Chart["root"];

/** What is said of a state, or of a way on from it by the type of its event: an element's class; empty: nothing. */
export type ChartMark = (path: string, eventType?: string) => string;

const UNMARKED: ChartMark = () => "";

/** All of it, with nothing lit. */
export function drawChart({ root }: Chart, mark: ChartMark = UNMARKED): string {
  return `<div class="statechart">${drawWaysOn(root, mark)}${drawStates(root, mark)}<svg class="chart-arrow" aria-hidden="true"><path/></svg></div>`;
}

function drawStates(node: Node, mark: ChartMark): string {
  const side = node.type === "parallel" ? " regions" : "";
  const states = Object.values(node.states).map((state) => drawState(state, mark));
  return `<ul class="states${side}">${states.join("")}</ul>`;
}

function drawState(node: Node, mark: ChartMark): string {
  const inner = Object.keys(node.states).length > 0 ? drawStates(node, mark) : "";
  const path = pathOf(node);
  return `<li class="${words("state", inner === "" ? "leaf" : "box", mark(path))}" data-path="${path}"><span>${escape(node.key)}</span>${drawWaysOn(node, mark)}${inner}</li>`;
}

/** The ways on from a state itself: event, guard, target. */
function drawWaysOn(node: Node, mark: ChartMark): string {
  const ways = [...node.transitions.values(), node.always ?? []]
    .flat()
    .flatMap(({ eventType, guard, target }) => {
      const [to] = target ?? [];
      if (to === undefined) return [];
      const only =
        typeof guard === "string" ? guard : (guard as { readonly type?: string } | undefined)?.type;
      const event = chartEventOf(eventType);
      const marked = mark(pathOf(node), eventType);
      return [
        `<li${marked === "" ? "" : ` class="${marked}"`} data-event="${event}" data-to="${pathOf(to)}">${event === "" ? "at once" : event}${only === undefined ? "" : ` <i>if ${escape(only)}</i>`} → ${escape(to.key)}</li>`,
      ];
    });
  return ways.length === 0 ? "" : `<ul class="ways-on">${ways.join("")}</ul>`;
}

function words(...all: readonly string[]): string {
  return all.filter((one) => one !== "").join(" ");
}

function pathOf({ path }: Node): string {
  return path.join(".");
}

/** A timer by its name, as xstate and as a trace write it; others as they are; empty: without an event. */
export function chartEventOf(type: string): string {
  return (/^xstate\.after\.([^.]+)/u.exec(type)?.[1] ?? type).split("@")[0] ?? "";
}
