/** Which states of the chart some explorations together were in, and which never. */
import { chartStates } from "../../search/coverage.ts";
import type { Explored } from "./runner.ts";

export interface ChartCoverage {
  readonly states: number;
  readonly reached: number;
  readonly missing: readonly string[];
}

/** Of at least one exploration, all of the same variant. */
export function chartCoverage(all: readonly Explored[]): ChartCoverage {
  const [first] = all;
  if (first === undefined) throw new RangeError("nothing was explored");
  const states = chartStates(first.space);
  const missing = states.filter((state) => !all.some(({ chart }) => chart.has(state)));
  return { states: states.length, reached: states.length - missing.length, missing };
}
