/** What of a chart is lit: the states in which it is, and the way that it took last. */
import { chartEventOf, type ChartBox, type ChartWay } from "../../export/chart-boxes.ts";
import type { TraceStep } from "../../trace/format.ts";

export interface ChartLight {
  readonly lit: (box: ChartBox) => boolean;
  /** Undefined: none is known. */
  readonly taken: ChartWay | undefined;
}

/** `before`: the states it was in; `step`: what led to those it is in; undefined: its process is down. */
export function lightOf(root: ChartBox, before: readonly string[], step: TraceStep | undefined): ChartLight {
  const now = step?.state ?? [];
  const event = chartEventOf(step?.event ?? "");
  const possible = allBoxes(root).flatMap(({ path, ways }) =>
    within(before, path) ? ways.filter((way) => way.event === event) : [],
  );
  return {
    lit: ({ path }) => within(now, path),
    // Where it went on at once from there, it is found no more where the way leads.
    taken: possible.find(({ to }) => within(now, to)) ?? possible[0],
  };
}

function allBoxes(box: ChartBox): ChartBox[] {
  return [box, ...box.states.flatMap(allBoxes)];
}

function within(paths: readonly string[], path: string): boolean {
  return paths.some((one) => path === "" || one === path || one.startsWith(`${path}.`));
}
