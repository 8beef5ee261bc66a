/** How much of the chart some explorations together have been through, and what never. */
import { chartOfSpace, lacking, pairOf, stateText } from "../../search/coverage.ts";
import { pad } from "../../words/cells.ts";
import type { Terminal } from "../base/terminal.ts";
import type { Explored } from "./runner.ts";

/** `missing`: by name. */
interface Covered {
  readonly all: number;
  readonly reached: number;
  readonly missing: readonly string[];
}

export interface ChartCoverage {
  readonly states: Covered;
  /** Of a state and an event. */
  readonly pairs: Covered;
}

/** Of at least one exploration, all of the same variant. */
export function chartCoverage(explored: readonly Explored[]): ChartCoverage {
  const [first] = explored;
  if (first === undefined) throw new RangeError("nothing was explored");
  const chart = chartOfSpace(first.space);
  const covered = (what: "states" | "pairs"): Covered => {
    const all = chart[what];
    const missing = lacking(
      all,
      explored.map((one) => one.chart[what]),
    );
    return { all: all.size, reached: all.size - missing.length, missing };
  };
  return { states: covered("states"), pairs: covered("pairs") };
}

/** Every pair of a state and an event that there is, and whether somebody came through it. */
export function renderPairs(explored: readonly Explored[], { paint }: Terminal): string {
  const [first] = explored;
  if (first === undefined) return "";
  const missing = new Set(chartCoverage(explored).pairs.missing);
  const rows = [...chartOfSpace(first.space).ways].flatMap(([state, events]): [string, string][] => {
    const told = events.map((event) =>
      missing.has(pairOf(state, event)) ? paint.yellow(`never ${event}`) : event,
    );
    return told.length === 0 ? [] : [[stateText(state), told.join(", ")]];
  });
  const width = Math.max(...rows.map(([state]) => state.length));
  const lines = rows.map(([state, events]) => `${pad(state, width)}  ${events}\n`);
  return `${paint.dim(`${pad("state", width)}  what leads on from it`)}\n${lines.join("")}`;
}
