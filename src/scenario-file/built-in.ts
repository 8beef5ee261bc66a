/**
 * Scenarios that come with the command: each shows one thing that leases do, and says where to look.
 */
import {
  coordinator,
  coordinators,
  DEFAULT_ETCD,
  DEFAULT_SERVICE,
  scenario,
  type CoordinatorSetup,
  type Scenario,
} from "../simulation/scenario.ts";
import type { Fault } from "../simulation/fault.ts";

export interface BuiltIn {
  /** As given on the command line. */
  readonly name: string;
  /** What to look at, in one sentence. */
  readonly look: string;
  readonly scenario: Scenario;
}

/** How the walk may be varied. */
export interface WalkOptions {
  readonly ttlSeconds?: number;
  readonly role?: string;
  readonly coordinators?: number;
  readonly horizonMs?: number;
  readonly killAtMs?: number;
}

/**
 * The walk of the Milvus page: a pair, the active one is killed. It dies just after a renewal, so the standby waits nearly
 * the whole TTL.
 */
export function walk(options: WalkOptions = {}): Scenario {
  const { coordinators: count = 2, role = "rootcoord", ttlSeconds = 60 } = options;
  const ttlMs = ttlSeconds * 1000;
  const killAtMs = options.killAtMs ?? ttlMs + 1000;
  const horizonMs = options.horizonMs ?? Math.max(3 * ttlMs, killAtMs + ttlMs + 10_000);
  return scenario({
    title: "walk",
    ttlSeconds,
    horizonMs,
    coordinators: coordinators(role, count),
    faults: [{ type: "crash", atMs: killAtMs, on: `${role}-a` }],
  });
}

const A = "rootcoord-a";
const B = "rootcoord-b";
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function builtIn(
  name: string,
  look: string,
  faults: readonly Fault[],
  given: Partial<Scenario> = {},
): BuiltIn {
  const pair = coordinators("rootcoord", 2);
  return {
    name,
    look,
    scenario: scenario({ title: name, horizonMs: 5 * MINUTE, coordinators: pair, faults, ...given }),
  };
}

const slowed: readonly CoordinatorSetup[] = coordinators("rootcoord", 2).map((setup) =>
  setup.name === A ? { ...setup, clockRate: 0.99 } : setup,
);

export const builtIns: readonly BuiltIn[] = [
  {
    name: "walk",
    look: "The active coordinator is killed: nobody serves until its lease has run out, then the standby takes over.",
    scenario: walk(),
  },
  builtIn(
    "clean-stop",
    "Stopped in the ordinary way, the active revokes its lease, and the standby serves within a blink.",
    [{ type: "stop", atMs: MINUTE, on: A }],
    { horizonMs: 3 * MINUTE },
  ),
  builtIn(
    "long-pause",
    "The active stands still longer than its lease lasts; when it wakes it is already out, and its late write is refused.",
    [
      { type: "delay", atMs: MINUTE, on: A, leg: "request", purpose: "write", count: 1, byMs: 75 * SECOND },
      { type: "pause", atMs: 61 * SECOND, on: A, forMs: 90 * SECOND },
    ],
  ),
  builtIn(
    "suspended",
    "A suspended machine's clock stands still too, so the sleeper wakes believing in its lease: only the fence stops its write.",
    [{ type: "pause", atMs: 79 * SECOND, on: A, forMs: 90 * SECOND, clockStops: true }],
  ),
  builtIn(
    "lost-reply",
    "The campaign is won but its reply is lost: asking again tells the winner that the key is its own.",
    [{ type: "lose", atMs: 0, on: A, leg: "reply", purpose: "campaign", count: 1 }],
    { horizonMs: 2 * MINUTE },
  ),
  builtIn(
    "cannot-load",
    "The winner never gets its metadata: at its activation limit it gives the role back, and another serves.",
    [{ type: "lose", atMs: 0, on: A, leg: "reply", purpose: "reload", count: 1000 }],
    { horizonMs: 6 * MINUTE },
  ),
  builtIn(
    "handover",
    "An operator asks the active to hand over: it stops first, another serves at once, and it comes back as standby.",
    [{ type: "handOver", atMs: 61 * SECOND, on: A }],
    { horizonMs: 4 * MINUTE },
  ),
  builtIn(
    "partition",
    "Cut off from etcd, the active stops serving by its own clock, before anybody else may begin.",
    [{ type: "partition", atMs: 61 * SECOND, on: A, forMs: 100 * SECOND, direction: "both" }],
  ),
  builtIn(
    "one-way",
    "Renewals reach etcd but no reply comes back: the lease lives on, yet the active must stop, and gives it up.",
    [{ type: "partition", atMs: 61 * SECOND, on: A, forMs: 100 * SECOND, direction: "fromEtcd" }],
  ),
  builtIn(
    "leader-change",
    "etcd elects a new leader just after the crash: every lease starts anew, and the takeover comes later.",
    [
      { type: "crash", atMs: 61 * SECOND, on: A },
      { type: "changeLeader", atMs: 90 * SECOND, forMs: 1500 },
    ],
  ),
  builtIn(
    "stale-leader",
    "etcd 3.4.23's leader loses touch and goes on renewing the active's lease, which runs out with the others: two serve, one writes.",
    [{ type: "strand", atMs: 61 * SECOND, on: A, forMs: 2 * MINUTE }],
  ),
  builtIn(
    "members",
    "Three members of etcd: the leader is cut off and the active goes on at another; without a majority nobody is served; back again every lease starts anew.",
    [
      { type: "memberCut", atMs: 61 * SECOND, member: "leader", forMs: 140 * SECOND },
      { type: "memberDown", atMs: 2 * MINUTE, member: 3, forMs: 70 * SECOND },
    ],
    { etcd: { ...DEFAULT_ETCD, members: 3 } },
  ),
  builtIn(
    "etcd-down",
    "etcd is gone for longer than a claim: nobody may serve, and back again it gives every lease its full time anew.",
    [{ type: "restart", atMs: 61 * SECOND, forMs: 70 * SECOND }],
  ),
  builtIn(
    "slow-clock",
    "The active's clock is 1 % slow and it is cut off: its claim still ends before its lease, for a margin was taken off.",
    [{ type: "partition", atMs: 61 * SECOND, on: A, forMs: 100 * SECOND, direction: "both" }],
    { coordinators: slowed },
  ),
  builtIn(
    "ha-off",
    "Without activeStandby a second coordinator does not wait: it finds the role taken, tries a while and gives up.",
    [],
    {
      coordinators: coordinators("rootcoord", 2).map((setup) => ({ ...setup, activeStandby: false })),
      horizonMs: 2 * MINUTE,
    },
  ),
  builtIn(
    "rolling-restart",
    "Three coordinators are stopped and started one after another: each hand-over takes a blink.",
    [
      { type: "stop", atMs: 30 * SECOND, on: A, restartAfterMs: 5 * SECOND },
      { type: "stop", atMs: 60 * SECOND, on: B, restartAfterMs: 5 * SECOND },
      { type: "stop", atMs: 90 * SECOND, on: "rootcoord-c", restartAfterMs: 5 * SECOND },
    ],
    { coordinators: coordinators("rootcoord", 3), horizonMs: 4 * MINUTE },
  ),
  builtIn(
    "ttl-rollout",
    "A TTL of 10 s is rolled out one coordinator after the other: whoever has it already is replaced within seconds.",
    [
      { type: "stop", atMs: 30 * SECOND, on: "old-b" },
      { type: "stop", atMs: 60 * SECOND, on: "old-a" },
      { type: "crash", atMs: 90 * SECOND, on: "new-b" },
    ],
    {
      coordinators: [
        coordinator("old-a", "rootcoord"),
        coordinator("old-b", "rootcoord", { startAtMs: 50 }),
        coordinator("new-b", "rootcoord", { startAtMs: 32 * SECOND, ttlSeconds: 10 }),
        coordinator("new-a", "rootcoord", { startAtMs: 62 * SECOND, ttlSeconds: 10 }),
      ],
    },
  ),
  builtIn(
    "deleted-key",
    "An operator deletes the active key: the holder sees it and stops, and the role is won anew at once.",
    [{ type: "deleteKey", atMs: 45 * SECOND, key: "active", on: A }],
    { horizonMs: 3 * MINUTE },
  ),
  builtIn(
    "compaction",
    "The standby is cut off while history is compacted away: its watch ends, it reads again and misses nothing.",
    [
      { type: "partition", atMs: 30 * SECOND, on: B, forMs: 20 * SECOND, direction: "both" },
      { type: "compact", atMs: 45 * SECOND, keep: 0 },
      { type: "crash", atMs: 61 * SECOND, on: A },
    ],
  ),
  builtIn(
    "two-roles",
    "Every role is elected on its own: the data coordinator is killed, and nobody disturbs the root coordinator.",
    [{ type: "crash", atMs: 61 * SECOND, on: "datacoord-a" }],
    {
      coordinators: [
        coordinator(A, "rootcoord"),
        coordinator(B, "rootcoord", { startAtMs: 50 }),
        coordinator("datacoord-a", "datacoord", { startAtMs: 100 }),
        coordinator("datacoord-b", "datacoord", { startAtMs: 150 }),
      ],
      service: { ...DEFAULT_SERVICE, writeEveryMs: 0 },
      horizonMs: 3 * MINUTE,
    },
  ),
];

/** A built-in scenario by name; undefined: there is none. */
export function builtInNamed(name: string): BuiltIn | undefined {
  return builtIns.find((one) => one.name === name);
}
