/** The flags of `leasehold explore`, as the parser hands them over. */

import type { Shard } from "../base/shard.ts";

/** What was not given is absent. */
export interface ExploreFlags {
  readonly coordinators?: number;
  /** Names out of the list of faults, apart by commas; `none`. */
  readonly faults?: string;
  readonly budget?: number;
  /** Milliseconds. */
  readonly grid?: number;
  /** Seconds. */
  readonly ttl?: number;
  /** A known one's name, or a module of one's own. */
  readonly variant?: string;
  readonly writes?: boolean;
  readonly maxStates?: number;
  /** Bytes. */
  readonly maxMemory?: number;
  /** Threads. */
  readonly jobs?: number;
  readonly shard?: Shard;
  /** A folder to go on from later. */
  readonly checkpoint?: string;
  /** A folder to go on from. */
  readonly resume?: string;
  /** False: `--no-out`. */
  readonly out: string | false;
  readonly chart?: boolean;
  /** A file for the chart, drawn. */
  readonly chartHtml?: string;
  /** Schedules of `check` to hold beside. */
  readonly check?: number;
  readonly json?: boolean;
  readonly list?: boolean;
}
