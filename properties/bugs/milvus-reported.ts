/**
 * Faults of Milvus that its users reported, each in the smallest scenario that shows it. Numbers are issues and pull
 * requests of milvus-io/milvus.
 */
import { DEFAULT_SERVICE } from "../../src/simulation/scenario.ts";
import { bounded } from "../bounded-requests.ts";
import { boundedTakeover } from "../bounded-takeover.ts";
import { fencing } from "../fencing.ts";
import { metadataComplete } from "../metadata-complete.ts";
import { singleActive } from "../single-active.ts";
import { keep, pair, type KeptBug } from "./kept.ts";
import { quietStandby, stopsWhenTold } from "./probes.ts";
import { outlivesOutages } from "./probes-of-etcd.ts";

export const reportedBugs: readonly KeptBug[] = [
  keep({
    id: "F01",
    issues: [30100, 28834],
    title: "a standby that lost its lease never takes over",
    story:
      "A network policy cuts the standby off for longer than its TTL. Its lease dies, but only an active coordinator acts " +
      "on that. When the active one dies, the standby campaigns for ever with a lease that is not there. (The reports name no " +
      "cause; this one is inferred from the code.)",
    variant: "milvus-2.4",
    violates: boundedTakeover,
    shipped: "the standby's own claim ends; it registers anew and is ready when the active one dies",
    setting: {
      horizonMs: 400_000,
      coordinators: pair("rootcoord"),
      faults: [
        { type: "partition", atMs: 10_000, on: "rootcoord-b", forMs: 80_000, direction: "both" },
        { type: "crash", atMs: 200_000, on: "rootcoord-a" },
      ],
    },
  }),
  keep({
    id: "F02",
    issues: [44111, 44112],
    title: "a mixcoord that lost its session as a standby is unrecoverable",
    story:
      "The same at a TTL of 10 s, in the single coordinator of 2.6: every error of a campaign is tried again in 100 ms, " +
      "also the one that says that the own lease is gone. A clean stop of the active one finds no successor.",
    variant: "milvus-2.6.0",
    violates: boundedTakeover,
    shipped: "registers anew as soon as the connection is back",
    setting: {
      ttlSeconds: 10,
      horizonMs: 120_000,
      coordinators: pair("mixcoord"),
      faults: [
        { type: "partition", atMs: 5000, on: "mixcoord-b", forMs: 15_000, direction: "both" },
        { type: "stop", atMs: 60_000, on: "mixcoord-a" },
      ],
    },
  }),
  keep({
    id: "F05",
    issues: [46475],
    title: "a standby asks ten times a second for old sessions, for ever",
    story:
      "The active mixcoord also holds the keys of the coordinators that it replaced. Each standby looks for such keys before " +
      "it campaigns, finds them, waits 100 ms and looks again; it never comes to watch. Nothing needs to go wrong. (Inferred " +
      "from the code; the report is its log.)",
    variant: "milvus-3.0",
    violates: quietStandby,
    shipped: "watches, and asks once a TTL",
    setting: { ttlSeconds: 30, horizonMs: 60_000, coordinators: pair("mixcoord") },
  }),
  keep({
    id: "F06",
    issues: [21599, 21658, 22164],
    title: "a coordinator whose key was deleted goes on serving",
    story:
      "An operator deletes the active key by hand. The standby takes over; the former active one looks at its lease alone, " +
      "which lives, and goes on writing.",
    variant: "milvus-2.2-dev",
    violates: fencing,
    shipped: "watches its own key and steps down; a write under way is refused by its guard",
    setting: {
      horizonMs: 180_000,
      coordinators: pair("rootcoord"),
      faults: [{ type: "deleteKey", atMs: 70_000, key: "active", on: "rootcoord-a" }],
    },
  }),
  keep({
    id: "F09",
    issues: [23660, 24371, 23687, 24485, 24574],
    title: "an outage of etcd makes coordinators exit",
    story:
      "etcd is without a leader for longer than a TTL. No lease dies of that, since a new leader lets each begin anew; but " +
      "the client gives up its keepalive channel by its own clock, and that ends the process at once.",
    variant: "milvus-2.2",
    violates: outlivesOutages,
    shipped: "stops serving when its claim ends, stays, and registers anew when etcd is back",
    setting: {
      ttlSeconds: 20,
      horizonMs: 150_000,
      coordinators: pair("rootcoord", { afterLoss: "registerAnew" }),
      faults: [{ type: "changeLeader", atMs: 30_000, forMs: 25_000 }],
    },
  }),
  keep({
    id: "F10",
    issues: [25070],
    title: "a hung KeepAliveOnce keeps a coordinator active without a lease",
    story:
      "The active coordinator is cut off. Its keepalive channel closes; the KeepAliveOnce that is to save it has no deadline " +
      "and hangs. Its lease dies, another takes over, and both serve until the connection comes back.",
    variant: "milvus-2.2.9",
    violates: singleActive,
    shipped: "its claim ends by its own clock before the lease can",
    setting: {
      ttlSeconds: 20,
      horizonMs: 200_000,
      coordinators: pair("rootcoord"),
      faults: [{ type: "partition", atMs: 30_000, on: "rootcoord-a", forMs: 120_000, direction: "both" }],
    },
  }),
  keep({
    id: "F11",
    issues: [25488, 25463],
    title: "the keepalive falls into a dead loop",
    story:
      "etcd is without a leader for longer than a TTL. The channel closes, KeepAliveOnce succeeds, and the KeepAlive after it " +
      "stands under a context that is canceled at once, which closes the channel again: round and round without a pause. " +
      "(The issue names no detail; the cause is inferred from the code of mid-2023.)",
    variant: "milvus-2.3",
    violates: bounded,
    shipped: "renews a third of a TTL after the last renewal, and a second after a failure",
    setting: {
      ttlSeconds: 20,
      horizonMs: 150_000,
      coordinators: pair("rootcoord"),
      faults: [{ type: "changeLeader", atMs: 30_000, forMs: 25_000 }],
    },
  }),
  keep({
    id: "F17",
    issues: [53368, 53449],
    title: "a process that stood still writes after its successor has begun",
    story:
      "The active process gets no CPU for longer than its TTL, and another takes over. When it runs again, the writes that " +
      "waited come before the news that its lease is gone, and nothing at the store refuses them. (Reported as data loss on " +
      "a streaming node's log; the coordinators' metadata writes have as little of a guard.)",
    variant: "milvus-2.4",
    violates: fencing,
    shipped: "its claim has ended when it wakes, and a write already under way is refused by its guard",
    setting: {
      horizonMs: 240_000,
      coordinators: pair("rootcoord"),
      faults: [{ type: "pause", atMs: 70_000, on: "rootcoord-a", forMs: 90_000 }],
    },
  }),
  keep({
    id: "F20",
    issues: [32066, 32069],
    title: "a standby ignores SIGTERM",
    story: "Registering blocks while the process stands by, and the signal is looked at only afterwards.",
    variant: "milvus-2.3",
    violates: stopsWhenTold,
    shipped: "stops from every state",
    setting: {
      ttlSeconds: 20,
      horizonMs: 60_000,
      coordinators: pair("rootcoord"),
      faults: [{ type: "stop", atMs: 30_000, on: "rootcoord-b" }],
    },
  }),
  keep({
    id: "F22",
    issues: [21549, 21557, 21570],
    title: "after a takeover collections are missing",
    story:
      "The standby serves with the metadata that it had read when it started. What the former active one wrote since is " +
      "missing.",
    variant: "milvus-2.2-dev",
    violates: metadataComplete,
    shipped: "loads the metadata after it has won, and serves only then",
    setting: {
      horizonMs: 180_000,
      coordinators: pair("rootcoord"),
      service: DEFAULT_SERVICE,
      faults: [{ type: "crash", atMs: 50_000, on: "rootcoord-a" }],
    },
  }),
];
