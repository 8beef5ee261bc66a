/** The flags of `leasehold check`, as the parser hands them over. */

/** As Commander hands them over: what was not given is absent. */
export interface CheckFlags {
  readonly runs?: number;
  readonly seed?: number;
  /** Milliseconds. */
  readonly timeLimit?: number;
  readonly jobs?: number;
  readonly variant?: string;
  /** Seconds. */
  readonly ttl?: number;
  readonly coordinators?: number;
  readonly faults?: boolean;
  readonly bail?: boolean;
  readonly path?: string;
  readonly out: string;
  /** False: `--no-corpus`. */
  readonly corpus?: string | boolean;
  readonly witnesses?: boolean;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly listVariants?: boolean;
}
