/** Every statechart that the pages show, drawn while they are built: the script lights up what it finds in the page. */
import { timingFor } from "../../../models/timing.ts";
import { variants } from "../../../models/variants.ts";
import { boxesOf } from "../../export/chart-boxes.ts";
import { drawChart } from "../../export/chart-svg.ts";

/** By the drawing: the names of all variants whose chart looks so. */
export function drawCharts(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { createChart, name } of variants) {
    // What a chart looks like depends on neither.
    const machine = createChart(timingFor(60), { activeStandby: true, afterLoss: "registerAnew" });
    const drawn = drawChart(boxesOf(machine));
    names.set(drawn, [...(names.get(drawn) ?? []), name]);
  }
  return names;
}
