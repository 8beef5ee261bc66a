/** One coordinator's config of the shipped protocol, or of a variant: chart, dialect, timing and keys from a few settings. */
import type { ElectionSettings } from "../../models/election-vocabulary.ts";
import { keysFor, type Identity } from "../../models/dialect.ts";
import { compileChart, type CompiledChart } from "../../models/compile-chart.ts";
import { timingFor, type Timing } from "../../models/timing.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import type { ElectionConfig } from "./driver.ts";

export interface ElectionConfigSettings extends ElectionSettings {
  readonly identity: Identity;
  readonly ttlSeconds: number;
  /** Where the keys are; absent: Milvus' `by-dev/meta`. */
  readonly metaRoot?: string;
}

export interface ElectionConfigOptions {
  /** Another protocol than the shipped one. */
  readonly variant?: Variant;
  /** Gives the chart of the variant; whoever makes many configs shares compiled ones. */
  readonly chartOf?: (variant: Variant, timing: Timing, settings: ElectionSettings) => CompiledChart;
}

/** Throws a RangeError where no timing fits the TTL. */
export function createElectionConfig(
  settings: ElectionConfigSettings,
  { chartOf = compiled, variant = shipped }: ElectionConfigOptions = {},
): ElectionConfig {
  const { identity, metaRoot, ttlSeconds } = settings;
  const timing = timingFor(ttlSeconds);
  return {
    chart: chartOf(variant, timing, settings),
    dialect: variant.dialect,
    timing,
    candidate: { identity, keys: keysFor(identity.role, metaRoot), ttlSeconds },
  };
}

function compiled(variant: Variant, timing: Timing, settings: ElectionSettings): CompiledChart {
  return compileChart(variant.createChart(timing, settings));
}
