/**
 * Defects of Milvus' election that follow from its code and that nobody has reported, as far as its issues show. Each was
 * a hypothesis; the scenario is its test.
 */
import { DEFAULT_SERVICE } from "../../src/simulation/scenario.ts";
import { bounded } from "../bounded-requests.ts";
import { boundedTakeover } from "../bounded-takeover.ts";
import { fencing } from "../fencing.ts";
import { noCauselessLoss } from "../no-causeless-loss.ts";
import { singleActive } from "../single-active.ts";
import { alone, keep, pair, type KeptBug } from "./kept.ts";
import { leavesNothing, oneLease, registersPromptly, servesWhatItHolds } from "./probes.ts";

const QUIET = { ...DEFAULT_SERVICE, writeEveryMs: 0 };

export const inferredBugs: readonly KeptBug[] = [
  keep({
    id: "D1",
    issues: [],
    title: "a coordinator waits for ever for itself",
    story:
      "The campaign is won, but the answer is lost. Asked again, etcd says that the key exists; nobody looks whose it is. So " +
      "the winner watches its own key, and keeps the lease alive under which it stands. (Somebody else's write keeps D2 out of the picture.)",
    variant: "milvus-2.4",
    violates: boundedTakeover,
    shipped: "the else branch of the transaction tells whose the key is",
    setting: {
      horizonMs: 240_000,
      coordinators: alone("rootcoord"),
      faults: [
        { type: "lose", atMs: 0, on: "rootcoord-a", leg: "reply", purpose: "campaign", count: 1 },
        { type: "hammer", atMs: 1000, forMs: 1, everyMs: 1000 },
      ],
    },
  }),
  keep({
    id: "D2",
    issues: [],
    title: "a standby campaigns ten times a second on a quiet store",
    story:
      "The loser of a close race watches the active key from the revision of its failed campaign, which is the revision at " +
      "which the winner put it. So the first event is that put; whatever comes is a reason to campaign again. Until anybody " +
      "writes anything, that goes on as fast as etcd serves a watch that begins in the past, every 100 ms.",
    variant: "milvus-2.4",
    violates: bounded,
    shipped: "watches from the revision after the one read",
    setting: {
      horizonMs: 60_000,
      coordinators: pair("rootcoord").map((one, at) => ({ ...one, startAtMs: 30 * at })),
      service: QUIET,
      faults: [
        {
          type: "delay",
          atMs: 0,
          on: "rootcoord-a",
          leg: "request",
          purpose: "campaign",
          count: 1,
          byMs: 28,
        },
      ],
    },
  }),
  keep({
    id: "D4",
    issues: [],
    title: "a lease that dies while activating is not missed",
    story:
      "Activation takes minutes, and LivenessCheck begins after it. The lease dies meanwhile, another wins, and the first " +
      "one finishes and begins to serve.",
    variant: "milvus-2.4",
    violates: servesWhatItHolds,
    shipped: "the claim runs while activating, and its end stops that",
    setting: {
      horizonMs: 300_000,
      coordinators: pair("rootcoord"),
      service: { ...DEFAULT_SERVICE, activationMs: 200_000 },
      faults: [{ type: "partition", atMs: 10_000, on: "rootcoord-a", forMs: 100_000, direction: "both" }],
    },
  }),
  keep({
    id: "D5",
    issues: [],
    title: "LivenessCheck overlooks a deletion and takes a rival's put for its own",
    story:
      "The active key is deleted while the winner still activates. LivenessCheck then watches from the revision that it finds, " +
      "after the deletion, and asks neither whether the key is there nor whose it is. Both serve.",
    variant: "milvus-2.4",
    violates: fencing,
    shipped: "watches its key from the revision at which it won it",
    setting: {
      horizonMs: 120_000,
      coordinators: pair("rootcoord"),
      service: { ...DEFAULT_SERVICE, activationMs: 5000 },
      faults: [{ type: "deleteKey", atMs: 2000, key: "active", on: "rootcoord-a" }],
    },
  }),
  keep({
    id: "D6",
    issues: [28183],
    title: "a restarted coordinator deletes its successor's key",
    story:
      "Without active-standby. A coordinator restarts just before its old lease ends, finds a key of its own address, and " +
      "deletes it by name. The deletion is slow; when it arrives, the key is another's, who loses it.",
    variant: "milvus-2.4",
    violates: noCauselessLoss,
    shipped: "deletes no key that it does not hold; it waits for the lease to end",
    setting: {
      horizonMs: 400_000,
      coordinators: pair("rootcoord", { activeStandby: false }).map((one, at) => ({
        ...one,
        startAtMs: 120_000 * at,
      })),
      faults: [
        {
          type: "delay",
          atMs: 0,
          on: "rootcoord-a",
          leg: "request",
          purpose: "enroll",
          count: 1,
          byMs: 150_000,
        },
        { type: "crash", atMs: 99_000, on: "rootcoord-a", restartAfterMs: 40_900 },
      ],
    },
  }),
  keep({
    id: "D7",
    issues: [],
    title: "a coordinator conflicts with its own session key for a whole TTL",
    story:
      "The session key is put, but the answer is lost. The whole registration is tried again under a new lease; the key is " +
      "there, under the old one, until that runs out.",
    variant: "milvus-2.4",
    violates: registersPromptly,
    shipped: "asks again under the same lease, and finds the key to be its own",
    setting: {
      horizonMs: 120_000,
      coordinators: alone("rootcoord"),
      faults: [{ type: "lose", atMs: 0, on: "rootcoord-a", leg: "reply", purpose: "enroll", count: 1 }],
    },
  }),
  keep({
    id: "D8",
    issues: [],
    title: "each attempt to register leaves a lease behind",
    story:
      "The request for the session key is lost. Each new attempt begins with a new lease, and revokes none.",
    variant: "milvus-2.4",
    violates: oneLease,
    shipped: "tries again under the lease it has",
    setting: {
      horizonMs: 60_000,
      coordinators: alone("rootcoord"),
      faults: [{ type: "lose", atMs: 0, on: "rootcoord-a", leg: "request", purpose: "enroll", count: 3 }],
    },
  }),
  keep({
    id: "D9",
    issues: [],
    title: "without the counter of server ids a coordinator asks for it without a pause",
    story:
      "The counter is created once, and whether that worked is not looked at. If the request was lost, the counter is read " +
      "again and again, at once.",
    variant: "milvus-2.4",
    violates: bounded,
    shipped: "an absent counter counts as 1; failures are followed by a pause",
    setting: {
      horizonMs: 60_000,
      coordinators: alone("rootcoord", { startAtMs: 10 }),
      faults: [{ type: "lose", atMs: 0, on: "rootcoord-a", leg: "request", purpose: "claimId", count: 1 }],
    },
  }),
  keep({
    id: "D10",
    issues: [45968, 45974],
    title: "a coordinator whose key was deleted goes on serving, again",
    story:
      "The watch on the own key was taken out in December 2025, and with it what had mended F06: after a deletion by hand two " +
      "serve for as long as both leases live.",
    variant: "milvus-2.6",
    violates: fencing,
    shipped: "watches its own key and steps down",
    setting: {
      ttlSeconds: 30,
      horizonMs: 120_000,
      coordinators: pair("mixcoord"),
      faults: [{ type: "deleteKey", atMs: 70_000, key: "active", on: "mixcoord-a" }],
    },
  }),
  keep({
    id: "D13",
    issues: [],
    title: "a failed revoke is called a success",
    story:
      "The one revoke of a clean stop is lost. The log says that the session was revoked; its keys stand for another TTL, and " +
      "the standby waits for them.",
    variant: "milvus-2.4",
    violates: leavesNothing,
    shipped: "revokes up to three times before it says that it has stopped",
    setting: {
      horizonMs: 150_000,
      coordinators: pair("rootcoord"),
      faults: [
        { type: "lose", atMs: 20_000, on: "rootcoord-a", leg: "request", purpose: "revoke", count: 1 },
        { type: "stop", atMs: 30_000, on: "rootcoord-a" },
      ],
    },
  }),
  keep({
    id: "W1",
    issues: [],
    title: "cut off from etcd, two serve for half a minute",
    story:
      "The client notices a TTL and a second after the last reply, and three attempts of ten seconds follow before the process " +
      "gives up. The lease has been over for half a minute then, and another serves.",
    variant: "milvus-2.4",
    violates: singleActive,
    shipped: "its claim ends by its own clock before the lease can",
    setting: {
      horizonMs: 240_000,
      coordinators: pair("rootcoord"),
      faults: [{ type: "partition", atMs: 70_000, on: "rootcoord-a", forMs: 120_000, direction: "both" }],
    },
  }),
  keep({
    id: "W2",
    issues: [45968],
    title: "cut off from etcd, two serve for a TTL",
    story: "From 2.6.7 on the process asks for its lease's TTL for one more TTL before it exits.",
    variant: "milvus-2.6",
    violates: singleActive,
    shipped: "its claim ends by its own clock before the lease can",
    setting: {
      ttlSeconds: 30,
      horizonMs: 180_000,
      coordinators: pair("mixcoord"),
      faults: [{ type: "partition", atMs: 50_000, on: "mixcoord-a", forMs: 100_000, direction: "both" }],
    },
  }),
];
