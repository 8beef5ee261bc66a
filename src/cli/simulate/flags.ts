/** The flags of `leasehold simulate`, as the parser hands them over. */

import type { OwnFlags } from "../own/adopt.ts";

/** As Commander hands them over: what was not given is absent. Durations in milliseconds, the TTL in seconds. */
export interface SimulateFlags extends OwnFlags {
  readonly helm?: string;
  readonly compose?: string;
  readonly milvus?: string;
  readonly ttl?: number;
  readonly role?: string;
  readonly coordinators?: number;
  readonly killAt?: number;
  readonly horizon?: number;
  readonly log?: boolean;
  readonly node?: string;
  readonly start?: string;
  readonly trace?: string;
  readonly json?: boolean;
  readonly yaml?: boolean;
  readonly list?: boolean;
  readonly schema?: boolean;
  readonly width?: number;
}
