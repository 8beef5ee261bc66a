/** One coordinator's config of the shipped protocol: chart, dialect, timing and keys from a few settings. */
import type { ElectionConfig, ElectionConfigSettings } from "./driver.ts";
import { createVariantConfig } from "./variant-config.ts";

/** Throws a RangeError where no timing fits the TTL, the role cannot be a key, or the tries are no number of tries. */
export function createElectionConfig(settings: ElectionConfigSettings): ElectionConfig {
  return createVariantConfig(settings);
}
