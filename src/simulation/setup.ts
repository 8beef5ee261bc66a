/**
 * What stays the same during a run: the scenario, the variant of the protocol, and one config for each coordinator. The
 * charts' remembered steps are shared by all runs of a process, which is where the speed comes from.
 */
import { keysFor } from "../../models/dialect.ts";
import { compileChart, type CompiledChart } from "../../models/compile-chart.ts";
import { timingFor } from "../../models/timing.ts";
import type { Variant } from "../../models/variant.ts";
import type { ElectionConfig } from "../election/driver.ts";
import type { CoordinatorSetup, Scenario } from "./scenario.ts";

export interface SimulationSetup {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly configs: readonly ElectionConfig[];
}

const charts = new WeakMap<Variant, Map<string, CompiledChart>>();

/** `steps`: how a chart becomes steps; only the benchmark wants another way, for a variant object of its own. */
export function createSetup(scenario: Scenario, variant: Variant, steps = compileChart): SimulationSetup {
  return {
    scenario,
    variant,
    configs: scenario.coordinators.map((setup) => electionConfigOf(scenario, setup, variant, steps)),
  };
}

function electionConfigOf(
  { ttlSeconds }: Scenario,
  setup: CoordinatorSetup,
  variant: Variant,
  steps: typeof compileChart,
): ElectionConfig {
  const timing = timingFor(ttlSeconds);
  const { activeStandby, afterLoss, name, retryTimes, role } = setup;
  let known = charts.get(variant);
  if (known === undefined) charts.set(variant, (known = new Map()));
  const key = `${ttlSeconds} ${activeStandby} ${afterLoss} ${retryTimes}`;
  let chart = known.get(key);
  if (chart === undefined) {
    chart = steps(variant.createChart(timing, setup));
    known.set(key, chart);
  }
  return {
    chart,
    dialect: variant.dialect,
    timing,
    candidate: {
      identity: {
        role,
        address: `${name}:53100`,
        hostName: name,
        exclusive: !activeStandby,
        version: "2.4.0",
      },
      keys: keysFor(role),
      ttlSeconds,
    },
  };
}
