/** The flags of `leasehold check`, as the parser hands them over. */

import type { EtcdVersion } from "../../../models/etcd.ts";
import type { NetworkSetup } from "../../simulation/scenario.ts";
import type { OwnFlags } from "../own/adopt.ts";
import type { Reporter } from "./report/names.ts";
import type { Shard } from "../base/shard.ts";

/** The flags that say how a result is told, as the parser hands them over. */
export interface TellFlags {
  /** False: `--no-out`. */
  readonly out: string | false;
  /** False: `--no-corpus`. */
  readonly corpus?: string | boolean;
  readonly witnesses?: boolean;
  readonly json?: boolean;
  readonly reporter?: Reporter;
}

/** As Commander hands them over: what was not given is absent. */
export interface CheckFlags extends OwnFlags, TellFlags {
  readonly runs?: number;
  readonly seed?: number;
  /** Milliseconds. */
  readonly timeLimit?: number;
  readonly jobs?: number;
  /** Seconds. */
  readonly ttl?: number;
  readonly coordinators?: number;
  /** Kinds that strike; false: `--no-faults`. */
  readonly faults?: readonly string[] | false;
  /** Kinds that do not: `--no-fault`. */
  readonly withoutFaults?: readonly string[];
  readonly etcdVersion?: EtcdVersion;
  /** Of etcd. */
  readonly members?: number;
  readonly network?: Partial<NetworkSetup>;
  /** How many; true: one. */
  readonly bail?: number | true;
  readonly path?: string;
  readonly watch?: boolean;
  readonly shard?: Shard;
  /** Its folder; true: the usual one. */
  readonly forever?: string | true;
  readonly list?: boolean;
  readonly listVariants?: boolean;
}
