/** Every way in which the probes of the known bugs break: just within, just beyond, the facts and the sentence. */
import { describe, expect, test } from "vitest";
import { lostMessageTailMs, timingFor } from "../../models/timing.ts";
import {
  leavesNothing,
  oneLease,
  probes,
  quietStandby,
  registersPromptly,
  servesWhatItHolds,
  stopsWhenTold,
} from "../../properties/bugs/probes.ts";
import {
  leaseOutlivesClaim,
  outlivesOutages,
  singleActiveAnywhere,
  ttlIsADeadline,
} from "../../properties/bugs/probes-of-etcd.ts";
import { environmentOf } from "../../src/simulation/scenario.ts";
import { seconds } from "../../src/words/seconds.ts";
import {
  allKindsOf,
  breaks,
  claim,
  claimEnded,
  end,
  ended,
  expired,
  fault,
  GIVEN,
  KEY,
  kindsOf,
  milestone,
  put,
  request,
  requests,
  SESSION,
  type Broken,
} from "./seen.ts";

const timing = timingFor(GIVEN.ttlSeconds);
const tailMs = lostMessageTailMs(timing, environmentOf(GIVEN));
const stopMs = 3 * (timing.requestTimeoutMs + timing.backOffMs + timing.backOffJitterMs);
const ttlMs = timing.ttlMs + environmentOf(GIVEN).leaseScanMs;
const forEver = Number.POSITIVE_INFINITY;

const broken: readonly Broken[] = [
  {
    property: servesWhatItHolds,
    kind: "active-key-gone",
    seen: [put(1, 0, KEY), expired(2, KEY), milestone(3, 0, "active", { token: 4 })],
    kept: [put(1, 0, KEY), milestone(3, 0, "active", { token: 4 })],
    at: 3,
    nodes: [0],
    facts: { role: "rootcoord", token: 4 },
    says: "rootcoord-a begins to serve rootcoord under token 4, but the active key is gone.",
  },
  {
    property: servesWhatItHolds,
    kind: "active-key-of-another",
    seen: [put(1, 0, KEY, { createRevision: 9 }), milestone(3, 1, "active", { token: 4 })],
    kept: [put(1, 0, KEY, { createRevision: 9 }), milestone(3, 1, "active", { token: 9 })],
    at: 3,
    nodes: [1],
    facts: { role: "rootcoord", token: 4, currentToken: 9 },
    says: "rootcoord-b begins to serve rootcoord under token 4, but the active key belongs to token 9.",
  },
  {
    property: registersPromptly,
    kind: "not-registered",
    seen: [milestone(100, 0, "identified"), end(101 + tailMs)],
    kept: [milestone(100, 0, "identified"), end(100 + tailMs)],
    at: 100 + tailMs,
    nodes: [0],
    facts: { waitedMs: tailMs },
    says: `rootcoord-a has had a server id for ${seconds(tailMs)} and nothing disturbed it since, but it is not registered.`,
  },
  {
    property: oneLease,
    kind: "lease-asked-again",
    seen: [milestone(1, 0, "identified"), request(2, 0, "grant"), request(3, 0, "grant")],
    kept: [milestone(1, 0, "identified"), request(2, 0, "grant"), request(3, 1, "grant")],
    at: 3,
    nodes: [0],
    facts: { count: 2 },
    says: "rootcoord-a asks for lease number 2 of one membership; those before are left to run out.",
  },
  {
    property: stopsWhenTold,
    kind: "still-runs",
    seen: [fault(100, 0, "stop"), end(101 + stopMs)],
    kept: [fault(100, 0, "stop"), end(100 + stopMs)],
    at: 100 + stopMs,
    nodes: [0],
    facts: { toldAtMs: 100, boundMs: stopMs },
    says: `rootcoord-a was told to stop at 0.100 s and still runs ${seconds(stopMs)} later.`,
  },
  {
    property: leavesNothing,
    kind: "keys-left",
    seen: [put(1, 0, SESSION), put(2, 0, KEY), milestone(3, 0, "stopped", { leaseId: "7" })],
    kept: [put(1, 0, SESSION), expired(2, SESSION), milestone(3, 0, "stopped", { leaseId: "7" })],
    at: 3,
    nodes: [0],
    facts: { keys: [SESSION, KEY], uses: ["session", "active"] },
    says: `rootcoord-a says that it has stopped, but ${SESSION} and ${KEY} still stand under its lease.`,
  },
  {
    property: quietStandby,
    kind: "restless-standby",
    seen: [milestone(0, 0, "standby"), ...requests(21, 100)],
    kept: [milestone(0, 0, "standby"), ...requests(20, 100)],
    at: 2000,
    nodes: [0],
    facts: { count: 21, withinMs: 2000 },
    says: "rootcoord-a has sent 21 requests as a standby within 2.000 s, though nothing happened.",
  },
  {
    property: outlivesOutages,
    kind: "process-ended",
    seen: [ended(9000, 1, "exit")],
    kept: [ended(9000, 1, "crash")],
    at: 9000,
    nodes: [1],
    facts: {},
    says: "rootcoord-b's process ends by itself at 9.000 s, because etcd was away.",
  },
  {
    property: ttlIsADeadline,
    kind: "key-outlives-ttl",
    seen: [put(1, 0, KEY), ended(1000, 0), end(1001 + ttlMs)],
    kept: [put(1, 0, KEY), ended(1000, 0), end(1000 + ttlMs)],
    at: 1000 + ttlMs,
    nodes: [0],
    facts: { key: KEY, boundMs: ttlMs },
    says: `${KEY} is still there ${seconds(ttlMs)} after its holder died.`,
  },
  {
    property: leaseOutlivesClaim,
    kind: "claimed-key-expired",
    seen: [put(1, 0, KEY), claim(2, 0, 5000), expired(4999, KEY)],
    kept: [put(1, 0, KEY), claim(2, 0, 5000), expired(5000, KEY)],
    at: 4999,
    nodes: [0],
    facts: { key: KEY, untilMs: 5000 },
    says: `${KEY} expires, though rootcoord-a renewed its lease and may serve until 5.000 s.`,
  },
  {
    property: leaseOutlivesClaim,
    kind: "claimed-key-expired",
    seen: [put(1, 0, KEY), claim(2, 0, forEver), expired(4999, KEY)],
    kept: [put(1, 0, KEY), claim(2, 0, forEver), claimEnded(3, 0), expired(4999, KEY)],
    at: 4999,
    nodes: [0],
    facts: { key: KEY },
    says: `${KEY} expires, though rootcoord-a renewed its lease and may serve until Infinity s.`,
  },
  {
    property: singleActiveAnywhere,
    kind: "two-active",
    seen: [claim(100, 0, 5000), claim(4000, 1, 9000, 9)],
    kept: [claim(100, 0, 5000), claim(5000, 1, 9000, 9)],
    at: 4000,
    nodes: [0, 1],
    facts: { role: "rootcoord", token: 9, otherToken: 4, untilMs: 5000, overlapMs: 1000 },
    says: "rootcoord-b serves rootcoord under token 9 while rootcoord-a still serves it under token 4, until 5.000 s: two are active for 1.000 s.",
  },
  {
    property: singleActiveAnywhere,
    kind: "wrote-without-claim",
    seen: [claim(100, 0, 5000), request(5001, 0, "write")],
    kept: [claim(100, 0, 5000), request(5000, 0, "write")],
    at: 5001,
    nodes: [0],
    facts: { endedAtMs: 5000 },
    says: "rootcoord-a sends a write at 5.001 s, though its claim ended at 5.000 s by its own clock.",
  },
  {
    property: singleActiveAnywhere,
    kind: "two-active-without-end",
    seen: [claim(100, 0, forEver), claim(4000, 1, 9000, 9)],
    kept: [claim(100, 0, forEver), claimEnded(3999, 0), claim(4000, 1, 9000, 9)],
    at: 4000,
    nodes: [0, 1],
    facts: { role: "rootcoord", token: 9, otherToken: 4 },
    says: "rootcoord-b serves rootcoord under token 9 while rootcoord-a still serves it under token 4, and nothing on its own clock will end that.",
  },
];

describe("a probe", () => {
  test.each(broken)("$property.name breaks by $kind", breaks);

  test("is broken here in every way there is", () => {
    expect(kindsOf(broken)).toEqual(allKindsOf(probes));
  });
});
