/** The config of the shipped protocol for one coordinator: chart, dialect, timing and keys from a few settings. */
import type { ElectionSettings } from "../../models/election-vocabulary.ts";
import { keysFor, type Identity } from "../../models/dialect.ts";
import { compileChart } from "../../models/compile-chart.ts";
import { timingFor } from "../../models/timing.ts";
import { shipped } from "../../models/variant.ts";
import type { ElectionConfig } from "./driver.ts";

export interface ElectionConfigSettings extends ElectionSettings {
  readonly identity: Identity;
  readonly ttlSeconds: number;
  /** Where the keys are; absent: Milvus' `by-dev/meta`. */
  readonly metaRoot?: string;
}

/** Throws a RangeError where no timing fits the TTL. */
export function createElectionConfig(settings: ElectionConfigSettings): ElectionConfig {
  const { identity, metaRoot, ttlSeconds } = settings;
  const timing = timingFor(ttlSeconds);
  return {
    chart: compileChart(shipped.createChart(timing, settings)),
    dialect: shipped.dialect,
    timing,
    candidate: { identity, keys: keysFor(identity.role, metaRoot), ttlSeconds },
  };
}
