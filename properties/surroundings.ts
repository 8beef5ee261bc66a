/**
 * What a generated case varies beside its faults: one table of dimensions, each with named choices and how often each is drawn.
 * `docs/what-is-checked.md` is written from it.
 */
import type { EtcdVersion } from "../models/etcd.ts";
import type { CoordinatorSetup, NetworkSetup, ServiceSetup } from "../src/simulation/scenario.ts";

/** One of a dimension's choices. */
export interface Choice<Of> {
  readonly name: string;
  /** Out of the sum of its dimension. */
  readonly weight: number;
  readonly is: Of;
}

type Settings = Partial<
  Pick<CoordinatorSetup, "activeStandby" | "afterLoss" | "restartAfterMs" | "retryTimes">
>;

const choice = <Of>(name: string, weight: number, is: Of): Choice<Of> => ({ name, weight, is });

/** How many coordinators there are. */
export const COUNTS = [
  choice("2 coordinators", 46, 2),
  choice("3 coordinators", 38, 3),
  choice("1 coordinator", 4, 1),
  choice("4 coordinators", 5, 4),
  choice("5 coordinators", 3, 5),
  choice("6 coordinators", 2, 6),
  choice("7 coordinators", 2, 7),
] as const;

/** How many roles they share. */
export const ROLES = [choice("1 role", 88, 1), choice("2 roles", 9, 2), choice("3 roles", 3, 3)] as const;

/** Seconds. The rarer ones change what is tight: requests are given no less than 150 ms and no more than 5 s. */
export const TTLS = [
  choice("TTL 60 s", 66, 60),
  choice("TTL 10 s", 16, 10),
  choice("TTL 2 s", 5, 2),
  choice("TTL 5 s", 4, 5),
  choice("TTL 30 s", 5, 30),
  choice("TTL 5 min", 4, 300),
] as const;

/** What one coordinator's TTL is to the scenario's, as while a change is rolled out. */
export const OWN_TTLS = [
  choice("one TTL for all", 90, 1),
  choice("one coordinator with half the TTL", 5, 0.5),
  choice("one coordinator with twice the TTL", 5, 2),
] as const;

export const SETTINGS: readonly Choice<Settings>[] = [
  choice("registers anew after a loss", 78, {}),
  choice("leaves after a loss, with a supervisor", 14, { afterLoss: "exit", restartAfterMs: 1000 }),
  choice("leaves after a loss, for good", 2, { afterLoss: "exit" }),
  choice("active-standby off", 6, { activeStandby: false, retryTimes: 8 }),
];

/** Each coordinator's clock, up to so much off the truth either way. */
export const CLOCKS = [
  choice("true clocks", 50, 0),
  choice("clocks up to 2 % off", 48, 0.0199),
  choice("clocks up to 6 % off", 2, 0.06),
] as const;

/** How far each coordinator's clock is from the truth at the beginning, ms. */
export const OFFSETS = [
  choice("clocks that agree", 80, 0),
  choice("clocks an hour apart", 20, 3_600_000),
] as const;

export const ETCD_RATES = [
  choice("etcd's clock true", 86, 1),
  choice("etcd's clock 0.5 % fast", 6, 1.005),
  choice("etcd's clock 1.9 % slow", 6, 0.981),
  choice("etcd's clock 4 % slow", 1, 0.96),
] as const;

export const RELEASES: readonly Choice<EtcdVersion>[] = [
  choice("etcd 3.4.23", 50, "3.4.23"),
  choice("etcd 3.4.38", 10, "3.4.38"),
  choice("etcd 3.5.9", 10, "3.5.9"),
  choice("etcd 3.5", 20, "3.5"),
  choice("etcd 3.6", 10, "3.6"),
];

/** Of etcd. Where kinds of faults or a number of members are asked for, those decide. */
export const MEMBERS = [
  choice("etcd is one server", 85, 1),
  choice("three members of etcd", 11, 3),
  choice("five members of etcd", 4, 5),
] as const;

export const NETWORKS: readonly Choice<Partial<NetworkSetup>>[] = [
  choice("2 ms one way", 62, {}),
  choice("1 ms one way", 6, { delayMs: 1, slowMs: 4 }),
  choice("15 ms one way", 10, { delayMs: 15 }),
  choice("80 ms one way", 6, { delayMs: 80, lateMs: 1000 }),
  choice("400 ms one way", 4, { delayMs: 400, slowMs: 200, lateMs: 2000 }),
  choice("2 s one way", 12, { delayMs: 2000, slowMs: 200, lateMs: 2000 }),
];

/** The service's preparation: how long, in TTLs, and how often in a row it fails at first. */
export const PREPARATIONS: readonly Choice<
  { readonly ttls: number; readonly entriesATtl?: number } & Pick<ServiceSetup, "failsFirst">
>[] = [
  choice("prepares in 50 ms", 73, { ttls: 0 }),
  choice("prepares for 0.4 TTLs", 12, { ttls: 0.4 }),
  choice("prepares for 2 TTLs", 4, { ttls: 2 }),
  choice("prepares for 4 TTLs, which is too long", 2, { ttls: 4 }),
  choice("prepares for a TTL for every 600 entries, and there are some 1100", 3, {
    ttls: 0,
    entriesATtl: 600,
  }),
  choice("fails to prepare, the first time", 4, { ttls: 0, failsFirst: 1 }),
  choice("fails to prepare, three times", 2, { ttls: 0, failsFirst: 3 }),
];

/** How often who serves writes, in TTLs; 0: never, so that no refused write tells it that its term is over. */
export const WRITES = [
  // Not as often as leases are renewed, or whoever serves would always learn from the renewal what a write would have told it.
  choice("writes five times in two TTLs", 82, 0.4),
  choice("writes twelve times a TTL", 6, 1 / 12),
  choice("writes every five TTLs", 4, 5),
  choice("never writes", 8, 0),
] as const;

/** Of so many writes one deletes what the one before it has put. */
export const DELETIONS: readonly Choice<Pick<ServiceSetup, "deleteEvery">>[] = [
  choice("writes put alone", 65, {}),
  choice("every third write deletes", 15, { deleteEvery: 3 }),
  choice("every second write deletes", 20, { deleteEvery: 2 }),
];

/** When the first fault strikes. */
export const BEGINNINGS = [
  choice("the first fault within four TTLs", 80, false),
  choice("the first fault while all register", 20, true),
] as const;

/** Every dimension by its name, in the order in which a case draws them. */
export const SURROUNDINGS: Readonly<Record<string, readonly Choice<unknown>[]>> = {
  counts: COUNTS,
  roles: ROLES,
  ttls: TTLS,
  "own TTLs": OWN_TTLS,
  settings: SETTINGS,
  clocks: CLOCKS,
  offsets: OFFSETS,
  "etcd's clock": ETCD_RATES,
  releases: RELEASES,
  members: MEMBERS,
  networks: NETWORKS,
  preparations: PREPARATIONS,
  writes: WRITES,
  deletions: DELETIONS,
  beginnings: BEGINNINGS,
};

/** The choice at `part` of all, from 0 up to 1. */
export function chosen<Of>(choices: readonly Choice<Of>[], part: number): Choice<Of> {
  const sum = choices.reduce((total, { weight }) => total + weight, 0);
  let left = part * sum;
  for (const one of choices) {
    left -= one.weight;
    if (left < 0) return one;
  }
  throw new RangeError(`no choice at ${part}`);
}
