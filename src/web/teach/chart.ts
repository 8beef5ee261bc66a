/** Which chart a coordinator of a run has. */
import { variantNamed } from "../../../models/variants.ts";
import { timingFor } from "../../../models/timing.ts";
import type { Chart } from "../../export/chart-boxes.ts";
import type { Scenario } from "../../simulation/scenario.ts";

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
