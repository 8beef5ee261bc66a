/** A config of the shipped protocol, or of a variant of it. Apart, so that the package's types need not know xstate. */
import type { ElectionSettings } from "../../models/election-vocabulary.ts";
import { keysFor, roleNameFault } from "../../models/dialect.ts";
import { MOST_TRIES, RETRY_TIMES } from "../../models/election-vocabulary.ts";
import { compileChart, type CompiledChart } from "../../models/compile-chart.ts";
import { timingFor, withActivationLimit, type Timing } from "../../models/timing.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import type { ElectionConfig, ElectionConfigSettings } from "./driver.ts";

export interface VariantConfigOptions {
  /** Another protocol than the shipped one. */
  readonly variant?: Variant;
  /** Gives the chart of the variant; whoever makes many configs shares compiled ones. */
  readonly chartOf?: (variant: Variant, timing: Timing, settings: ElectionSettings) => CompiledChart;
}

/** Throws a RangeError where no timing fits the TTL, the role cannot be a key, or the tries are no number of tries. */
export function createVariantConfig(
  settings: ElectionConfigSettings,
  { chartOf = compiled, variant = shipped }: VariantConfigOptions = {},
): ElectionConfig {
  const {
    activationLimitMs,
    clockRateTolerance,
    identity,
    metaRoot,
    retryTimes = RETRY_TIMES,
    ttlSeconds,
  } = settings;
  const usual = timingFor(ttlSeconds, clockRateTolerance);
  const timing = activationLimitMs === undefined ? usual : withActivationLimit(usual, activationLimitMs);
  const wrong = roleNameFault(identity.role);
  if (wrong !== undefined) throw new RangeError(wrong);
  if (!Number.isInteger(retryTimes) || retryTimes < 1 || retryTimes > MOST_TRIES)
    throw new RangeError(`retryTimes is ${retryTimes}, not a whole number from 1 to ${MOST_TRIES}`);
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
