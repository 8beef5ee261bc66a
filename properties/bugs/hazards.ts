/**
 * What etcd itself does to those who trust a lease too much, as far as one logical server can show it. Each hazard names a
 * coordinator that falls for it. Numbers are issues of etcd-io/etcd.
 */
import { coordinators, DEFAULT_SERVICE } from "../../src/simulation/scenario.ts";
import { boundedTakeover } from "../bounded-takeover.ts";
import { fencing } from "../fencing.ts";
import { singleActive } from "../single-active.ts";
import { keep, pair, type KeptBug } from "./kept.ts";
import { servesWhatItHolds } from "./probes.ts";
import { leaseOutlivesClaim, singleActiveAnywhere, ttlIsADeadline } from "./probes-of-etcd.ts";

export const hazards: readonly KeptBug[] = [
  keep({
    id: "H1",
    issues: [11456, 11457],
    title: "a holder that stands still writes after its lease is over",
    story:
      "A write is under way when its sender stops; it arrives when another has been elected. No lease can prevent that, only a " +
      "token that the store looks at.",
    variant: "no-fencing",
    violates: fencing,
    shipped: "the write's guard refuses it",
    setting: {
      horizonMs: 240_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [
        {
          type: "delay",
          atMs: 70_000,
          on: "rootcoord-a",
          leg: "request",
          purpose: "write",
          count: 1,
          byMs: 100_000,
        },
        { type: "pause", atMs: 81_000, on: "rootcoord-a", forMs: 90_000 },
      ],
    },
  }),
  keep({
    id: "H2",
    issues: [15247],
    title: "a leader that lost touch keeps a lease alive",
    story:
      "etcd before 3.4.31 and 3.5.13. The disk of etcd's leader hangs; the others elect another, with whom the active coordinator's " +
      "lease runs out. But the coordinator is connected to the old leader, which goes on renewing it.",
    variant: "shipped",
    violates: singleActiveAnywhere,
    shipped:
      "falls too: its renewals are granted. Its writes are not applied, and a newer etcd refuses the renewals",
    setting: {
      horizonMs: 300_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [{ type: "strand", atMs: 61_000, on: "rootcoord-a", forMs: 120_000 }],
    },
  }),
  keep({
    id: "H3",
    issues: [12528, 15247],
    title: "a leader that lost touch revokes a living lease",
    story:
      "As H2, but the active coordinator is connected to the new leader, and only its standby to the old one, which sees the lease " +
      "run out. Its revocation waits until its disk is back, and then hits a lease that was renewed all the time.",
    variant: "shipped",
    violates: leaseOutlivesClaim,
    shipped: "falls too: it is told at once and stops",
    setting: {
      horizonMs: 300_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [{ type: "strand", atMs: 61_000, on: "rootcoord-b", forMs: 90_000 }],
    },
  }),
  keep({
    id: "H4",
    issues: [9888, 9395, 13294, 20273],
    title: "each change of leader gives every lease its full TTL again",
    story:
      "The active coordinator dies; just before its lease ends, etcd elects a new leader, twice. Its keys stand for almost " +
      "three TTLs.",
    variant: "shipped",
    violates: ttlIsADeadline,
    shipped: "meets it too: the bound of the takeover counts from the last change of leader",
    setting: {
      ttlSeconds: 10,
      horizonMs: 120_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [
        { type: "crash", atMs: 30_000, on: "rootcoord-a" },
        { type: "changeLeader", atMs: 36_000, forMs: 1500 },
        { type: "changeLeader", atMs: 46_000, forMs: 1500 },
      ],
    },
  }),
  keep({
    id: "H5",
    issues: [11456, 19597],
    title: "a campaign is won with a lease that is over",
    story:
      "The standby's renewals are lost. Its TTL ends, and for up to half a second the lease is still there, so that its campaign " +
      "succeeds; then the scan takes lease and key away.",
    variant: "milvus-2.4",
    violates: servesWhatItHolds,
    shipped: "its claim has ended before; it campaigns under a new lease",
    setting: {
      horizonMs: 180_000,
      coordinators: pair("rootcoord"),
      service: { ...DEFAULT_SERVICE, activationMs: 1000 },
      faults: [
        { type: "lose", atMs: 0, on: "rootcoord-b", leg: "request", purpose: "renew", count: 7 },
        { type: "stop", atMs: 60_200, on: "rootcoord-a" },
      ],
    },
  }),
  keep({
    id: "H10",
    issues: [18089, 19179],
    title: "a deletion is compacted away under a watch",
    story:
      "etcd 3.4.23. The standby's watch is slow to open. Meanwhile the active key is deleted, and history is compacted at just " +
      "that revision. The watch begins there, is told nothing, and waits.",
    variant: "trusts-the-watch",
    violates: boundedTakeover,
    shipped: "asks whether the role is still held when its watch has been silent for a TTL",
    setting: {
      horizonMs: 240_000,
      coordinators: coordinators("rootcoord", 2),
      service: { ...DEFAULT_SERVICE, writeEveryMs: 0 },
      faults: [
        {
          type: "delay",
          atMs: 68,
          on: "rootcoord-b",
          leg: "request",
          purpose: "watch",
          count: 1,
          byMs: 10_000,
        },
        { type: "stop", atMs: 5000, on: "rootcoord-a" },
        { type: "compact", atMs: 7000, keep: 0 },
      ],
    },
  }),
  keep({
    id: "H13",
    issues: [],
    title: "a transaction is applied and its answer is lost",
    story: "The winner asks again and finds the key taken, by itself.",
    variant: "blind-to-own-key",
    violates: boundedTakeover,
    shipped: "knows its own lease in the key",
    setting: {
      horizonMs: 240_000,
      coordinators: coordinators("rootcoord", 1),
      faults: [{ type: "lose", atMs: 0, on: "rootcoord-a", leg: "reply", purpose: "campaign", count: 1 }],
    },
  }),
  keep({
    id: "H15",
    issues: [21638],
    title: "the success of a renewal is heard long after it happened",
    story:
      "The reply to a renewal is slow, then the connection is cut. etcd counts the TTL from the renewal, a careless client from " +
      "the reply.",
    variant: "claim-from-reply",
    violates: singleActive,
    shipped: "counts from the sending of the renewal",
    setting: {
      horizonMs: 240_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [
        {
          type: "delay",
          atMs: 50_000,
          on: "rootcoord-a",
          leg: "reply",
          purpose: "renew",
          count: 1,
          byMs: 4500,
        },
        { type: "partition", atMs: 65_000, on: "rootcoord-a", forMs: 120_000, direction: "both" },
      ],
    },
  }),
  keep({
    id: "H17",
    issues: [],
    title: "without a leader nothing expires",
    story:
      "The active coordinator dies while etcd elects for two minutes. Its lease begins anew when a leader is found.",
    variant: "shipped",
    violates: ttlIsADeadline,
    shipped: "meets it too: the bound of the takeover counts from the end of the outage",
    setting: {
      horizonMs: 400_000,
      coordinators: coordinators("rootcoord", 2),
      faults: [
        { type: "changeLeader", atMs: 70_000, forMs: 120_000 },
        { type: "crash", atMs: 75_000, on: "rootcoord-a" },
      ],
    },
  }),
];
