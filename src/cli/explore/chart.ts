/** How much of the chart some explorations together have been through, and what never. */
import { timingFor } from "../../../models/timing.ts";
import { shipped } from "../../../models/variant.ts";
import { exportChart } from "../../export/chart-html.ts";
import { readPage } from "../../export/page-file.ts";
import {
  chartOfSpace,
  lacking,
  pairOf,
  pairOfType,
  EXPLORED_SETTINGS,
  stateText,
} from "../../search/coverage.ts";
import { NEVER_REACHED } from "../../search/never-reached.ts";
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

/** The same drawn: the chart itself as a page, with what was seen of it. `sentences`: what was explored, and what became of it. */
export function drawPairs(explored: readonly Explored[], sentences: readonly string[]): string {
  const [first] = explored;
  if (first === undefined) throw new RangeError("nothing was explored");
  const { ttlSeconds, variant } = first.space;
  const all = chartOfSpace(first.space);
  const { pairs, states } = chartCoverage(explored);
  const missing = new Set([...states.missing, ...pairs.missing]);
  const known = (variant === shipped ? NEVER_REACHED : []).map(({ pairs: these, why }) => ({
    why: `In no space: ${why}`,
    pairs: these.filter((pair) => missing.has(pair)),
  }));
  const explained = new Set(known.flatMap((one) => one.pairs));
  const rest = pairs.missing.filter((pair) => !explained.has(pair));
  return exportChart(
    {
      title: "What exploring saw of the chart",
      sentences,
      chart: variant.createChart(timingFor(ttlSeconds), EXPLORED_SETTINGS),
      seen(path, eventType) {
        const [name, there] =
          eventType === undefined ? [path, all.states] : [pairOfType(path, eventType), all.pairs];
        return there.has(name) ? !missing.has(name) : undefined;
      },
      missing: [{ why: "Not in these spaces", pairs: rest }, ...known].filter((one) => one.pairs.length > 0),
    },
    readPage("chart"),
  );
}
