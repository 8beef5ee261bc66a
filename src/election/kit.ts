/** The kit of the shipped protocol for one coordinator: chart, dialect, timing and keys from a few settings. */
import type { ElectionSettings } from "../../models/coordinator-vocabulary.ts";
import { keysFor, type Identity } from "../../models/election.ts";
import { createStepper } from "../../models/step.ts";
import { timingFor } from "../../models/timing.ts";
import { shipped } from "../../models/variant.ts";
import type { Kit } from "./driver.ts";

export interface KitSettings extends ElectionSettings {
  readonly identity: Identity;
  readonly ttlSeconds: number;
  /** Where the keys are; absent: Milvus' `by-dev/meta`. */
  readonly metaRoot?: string;
}

/** Throws a RangeError where no timing fits the TTL. */
export function createKit(settings: KitSettings): Kit {
  const { identity, metaRoot, ttlSeconds } = settings;
  const timing = timingFor(ttlSeconds);
  return {
    stepper: createStepper(shipped.createChart(timing, settings)),
    dialect: shipped.dialect,
    timing,
    candidate: { identity, keys: keysFor(identity.role, metaRoot), ttlSeconds },
  };
}
