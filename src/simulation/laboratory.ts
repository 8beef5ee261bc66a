/**
 * What stays the same during a run: the scenario, the variant of the protocol, and one kit for each coordinator. The
 * charts' remembered steps are shared by all runs of a process, which is where the speed comes from.
 */
import { keysFor } from "../../models/election.ts";
import { createStepper, type Stepper } from "../../models/step.ts";
import { timingFor } from "../../models/timing.ts";
import type { Variant } from "../../models/variant.ts";
import type { Kit } from "../election/driver.ts";
import type { CoordinatorSetup, Scenario } from "./scenario.ts";

export interface Laboratory {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly kits: readonly Kit[];
}

const steppers = new WeakMap<Variant, Map<string, Stepper>>();

/** `steps`: how a chart becomes steps; only the benchmark wants another way, for a variant object of its own. */
export function createLaboratory(scenario: Scenario, variant: Variant, steps = createStepper): Laboratory {
  return {
    scenario,
    variant,
    kits: scenario.coordinators.map((setup) => createKit(scenario, setup, variant, steps)),
  };
}

function createKit(
  { ttlSeconds }: Scenario,
  setup: CoordinatorSetup,
  variant: Variant,
  steps: typeof createStepper,
): Kit {
  const timing = timingFor(ttlSeconds);
  const { activeStandby, afterLoss, name, retryTimes, role } = setup;
  let known = steppers.get(variant);
  if (known === undefined) steppers.set(variant, (known = new Map()));
  const key = `${ttlSeconds} ${activeStandby} ${afterLoss} ${retryTimes}`;
  let stepper = known.get(key);
  if (stepper === undefined) {
    stepper = steps(variant.createChart(timing, setup));
    known.set(key, stepper);
  }
  return {
    stepper,
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
