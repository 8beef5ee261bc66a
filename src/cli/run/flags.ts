/** The flags of `leasehold run`, as the parser hands them over. */
import type { SettingFlags } from "../../coordinator/settings.ts";

/** As Commander hands them over: what was not given is absent. */
export interface RunFlags extends SettingFlags {
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly record?: string;
  /** Bytes. */
  readonly recordLimit?: number;
}
