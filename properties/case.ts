/** One run's input, and what a tester may fix of it. */
import type { EtcdVersion } from "../models/etcd.ts";
import type { NetworkSetup, Scenario } from "../src/simulation/scenario.ts";
import type { Decision } from "../src/simulation/scheduler.ts";

/** One run's input. */
export interface Case {
  readonly scenario: Scenario;
  readonly decisions: readonly Decision[];
}

/** What a tester may fix; everything else varies. Plain data. */
export interface CaseOptions {
  readonly ttlSeconds?: number;
  readonly coordinators?: number;
  readonly role?: string;
  readonly horizonMs?: number;
  /** No faults and no decisions: the calm world, with its start times alone. */
  readonly faults?: boolean;
  /** These kinds of faults alone, by their names; default: all. */
  readonly kinds?: readonly string[];
  readonly etcdVersion?: EtcdVersion;
  /** How many members etcd has; absent: one, or three or five where a kind asks for several. */
  readonly etcdMembers?: number;
  /** What of the network is fixed. */
  readonly network?: Partial<NetworkSetup>;
  /** A scenario somebody wrote: cases are made around it, and all of the above but kinds, etcd and network is as it says. */
  readonly around?: Scenario;
}

/** Whether such cases leave out so much that not every situation can be expected to occur in them. */
export function isNarrowed({ around, etcdMembers, etcdVersion, kinds, network }: CaseOptions): boolean {
  return [around, etcdMembers, etcdVersion, kinds, network].some((one) => one !== undefined);
}
