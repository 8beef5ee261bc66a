/**
 * Every way in which every promise can be broken: observations made by hand just within it and just beyond, the facts that
 * the judge finds, and the sentence that people read.
 */
import { describe, expect, test } from "vitest";
import type { Observation } from "../../models/observation.ts";
import {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  leaseDeathMs,
  MOST_SETBACKS,
  noticeBoundMs,
  recoveryBoundMs,
  setbackPauseMs,
  stopBoundMs,
  timingFor,
} from "../../models/timing.ts";
import { bounded, requestLimit } from "../../properties/bounded-requests.ts";
import { boundedActivation } from "../../properties/bounded-activation.ts";
import { boundedTakeover } from "../../properties/bounded-takeover.ts";
import { catalogue, type CatalogueViolation } from "../../properties/catalogue.ts";
import { cleanStop } from "../../properties/clean-stop.ts";
import { fencing } from "../../properties/fencing.ts";
import { keysExpire } from "../../properties/keys-expire.ts";
import { metadataComplete } from "../../properties/metadata-complete.ts";
import { noCauselessLoss } from "../../properties/no-causeless-loss.ts";
import { nobodyInTheDark } from "../../properties/nobody-in-the-dark.ts";
import { oneKeyHolder } from "../../properties/one-key-holder.ts";
import type { Property } from "../../properties/property.ts";
import { recovery } from "../../properties/recovery.ts";
import { singleActive } from "../../properties/single-active.ts";
import { isKnownKind, tellUndecided, tellViolation } from "../../properties/tell.ts";
import { uniqueIds } from "../../properties/unique-ids.ts";
import { writeOutcomes } from "../../properties/write-outcomes.ts";
import { coordinators, environmentOf } from "../../src/simulation/scenario.ts";
import { seconds } from "../../src/words/seconds.ts";
import {
  allKindsOf,
  breaks,
  claim,
  claimEnded,
  deleted,
  end,
  ended,
  expired,
  fault,
  GIVEN,
  judged,
  KEY,
  kindsOf,
  message,
  milestone,
  put,
  request,
  requests,
  SESSION,
  started,
  written,
  type Broken,
} from "./seen.ts";

const METADATA = "by-dev/meta/rootcoord-meta/collection-0";
const up = [started(0, 0), started(0, 1)];
const timing = timingFor(GIVEN.ttlSeconds);
const around = environmentOf(GIVEN);
const windowMs = 10 * timing.backOffMs;
const limit = Math.ceil(requestLimit(GIVEN.ttlSeconds, windowMs));
const crashMs = crashTakeoverBoundMs(timing, around);
const cleanMs = cleanTakeoverBoundMs(around);
const recoveryMs = recoveryBoundMs(timing, around);
/** One whose supervisor brings it back after a second. */
const alone = {
  ...GIVEN,
  coordinators: coordinators("rootcoord", 1).map((one) => ({ ...one, restartAfterMs: 1000 })),
};
const noticeMs = noticeBoundMs(timing, around);
const muted = {
  ...GIVEN,
  faults: [{ type: "muteWatch", atMs: 100_001, on: "rootcoord-b", forMs: 90_000 }] as const,
};
/** Its watch may have ended with the history it was to begin in, and nobody told it; long before anybody is missed. */
const deafened = [
  milestone(500, 1, "watching"),
  fault(1000, 1, "muteWatch"),
  { ...fault(2000, -1, "compact"), index: 1 },
  fault(3000, 1, "muteWatch", "ends"),
];
const deaf = {
  ...GIVEN,
  faults: [
    { type: "muteWatch", atMs: 1000, on: "rootcoord-b", forMs: 2000 },
    { type: "compact", atMs: 2000, keep: 0 },
  ] as const,
};
/** It stays away for four TTLs, and for a while of these its machine sleeps. */
const SLEEP_MS = 30_000;
const asleep = {
  ...alone,
  faults: [{ type: "suspend", atMs: 10_000, forMs: SLEEP_MS }] as const,
};
const sentAway = [...up, milestone(1000, 0, "lost", { reason: "unhealthy" })];
const asleepMeanwhile = [fault(10_000, -1, "suspend"), fault(10_000 + SLEEP_MS, -1, "suspend", "ends")];
const stoppedShort = (atMs: number) => ({
  ...alone,
  faults: [{ type: "pause", atMs, on: "rootcoord-a", forMs: SLEEP_MS }] as const,
});
const paused30From = (at: number) => [fault(at, 0, "pause"), fault(at + SLEEP_MS, 0, "pause", "ends")];
/** Asked to stop, it revokes once and gives up. */
const keepsIt = (at: number, ...meanwhile: readonly Observation[]) => [
  milestone(1000, 0, "stopping"),
  request(1004, 0, "revoke"),
  ...meanwhile,
  milestone(at, 0, "leaseKept", { leaseId: "7" }),
];
const backMs = 1000 + (setbackPauseMs(timing, MOST_SETBACKS) + timing.backOffJitterMs) / 0.98 + recoveryMs;
const deathMs = leaseDeathMs(timing, around) + around.oneWayMs;
const crash = (at: number) => [...up, claim(100, 0, 200_000), claimEnded(at, 0), ended(at, 0)];
const revoked = [fault(100_000, 0, "stop"), claimEnded(100_000, 0), ended(100_002, 0, "exit")];

/** By the slowest clock that counts as true. */
const stopMs = stopBoundMs(timing) / 0.98;
/** Of a coordinator whose clock is as slow as a true one may be. */
const slowestLimitMs = timing.activationLimitMs / 0.98;
/** Fifteen seconds after the first, thirty after the second. */
const setBackTwice = [
  ...up,
  milestone(1, 0, "lost", { reason: "activation failed" }),
  milestone(15_001, 0, "campaigning"),
  milestone(30_000, 0, "lost", { reason: "activation timed out" }),
];

/** One renewal after another, as often as the timing asks for where each fails. */
const retries = [41_000, 47_000, 53_000, 59_000, 65_000, 71_000, 77_000];
const retried = retries.map((at) => request(at, 0));
const lost = (...at: readonly number[]) => at.map((one) => message(one, 0, "request", "renew", "lost"));
const paused = {
  ...GIVEN,
  faults: [{ type: "pause", atMs: 53_000, on: "rootcoord-a", forMs: 60_000 }] as const,
};

/** A member of three that is down from before the first renewal on. */
const memberDown = {
  ...GIVEN,
  etcd: { ...GIVEN.etcd, members: 3 },
  faults: [{ type: "memberDown", atMs: 30_000, member: 2, forMs: 200_000 }] as const,
};
const fallsIll = { ...fault(30_000, -1, "memberDown"), member: 2 };
/** The renewals, each to the member that the one before it was not left unanswered by, or not. */
const sentTo = (...members: readonly number[]) =>
  retries.map((at, nth) => ({ ...request(at, 0), member: members[nth % members.length] ?? 0 }));

const failing = [...lost(...retries), ...retried];

/** A key under lease 7 that goes while its process stops, and is there again. */
function restoredAfter(cause: "expiry" | "revoke"): Observation[] {
  return [
    put(1, 0, SESSION, { lease: "7" }),
    milestone(1000, 0, "stopping"),
    deleted(1002, 0, SESSION, cause),
    { ...put(1003, -1, SESSION, { lease: "7" }), cause: "restore" } as Observation,
  ];
}

/** Losses that say what happened where it did not: each with what would have been the cause. */
const lacking = (
  [
    [
      "session key deleted",
      "key-is-there",
      "its key stands as it put it",
      [expired(4000, KEY)],
      [...failing, expired(80_000, SESSION)],
    ],
    [
      "active key lost",
      "deleted-by-somebody",
      "it was deleted by a request, and no lease had ended",
      [deleted(80_000, 1, KEY)],
      [...failing, expired(80_000, KEY)],
    ],
    [
      "write refused",
      "lease-was-revoked",
      "its lease was revoked while it held it",
      [deleted(80_000, 0, KEY, "revoke")],
      // It has heard of nothing for a while: the key that was revoked then was its successor's.
      [...failing, expired(80_000, KEY), deleted(80_500, 1, KEY, "revoke")],
    ],
    [
      "server id taken",
      "nobody-took-it",
      "nobody else has put its session key",
      [put(4000, 0, SESSION)],
      [put(4000, 1, SESSION)],
    ],
    [
      "handed over",
      "nobody-asked",
      "nobody had asked it to",
      [put(4000, 0, SESSION)],
      [put(4000, -1, SESSION, { value: '{"Stopping":true}' })],
    ],
    [
      "activation timed out",
      "limit-not-reached",
      "its activation limit had not passed",
      [milestone(1, 0, "won", { token: 4 })],
      [],
    ],
  ] as const
).map(([reason, lacks, says, seen, kept]): Broken => ({
  property: noCauselessLoss,
  kind: "no-cause",
  seen: [...up, ...seen, milestone(80_001, 0, "lost", { reason })],
  kept: [...up, ...kept, ...(kept.length === 0 ? [] : [milestone(80_001, 0, "lost", { reason })])],
  at: 80_001,
  nodes: [0],
  facts: { reason, lacks },
  says: `rootcoord-a gave up its membership at 80.001 s (${reason}), but ${says}.`,
}));

const broken: readonly Broken[] = [
  {
    property: singleActive,
    kind: "two-active",
    seen: [claim(100, 0, 5000), claim(4000, 1, 9000, 9)],
    // The last is told when it is over: counted by its own clock it ends a hair later.
    kept: [claim(100, 0, 5000), claim(5000, 1, 9000, 9), claim(6000, 0, 6000 + 1e-9)],
    at: 4000,
    nodes: [0, 1],
    facts: { role: "rootcoord", token: 9, otherToken: 4, untilMs: 5000, overlapMs: 1000 },
    says: "rootcoord-b serves rootcoord under token 9 while rootcoord-a still serves it under token 4, until 5.000 s: two are active for 1.000 s.",
  },
  {
    property: singleActive,
    kind: "wrote-without-claim",
    seen: [claim(100, 0, 5000), request(5001, 0, "write")],
    kept: [claim(100, 0, 5000), request(5000, 0, "write")],
    at: 5001,
    nodes: [0],
    facts: { endedAtMs: 5000 },
    says: "rootcoord-a sends a write at 5.001 s, though its claim ended at 5.000 s by its own clock.",
  },
  {
    property: singleActive,
    kind: "two-active-without-end",
    seen: [claim(100, 0, Number.POSITIVE_INFINITY), claim(4000, 1, 9000, 9)],
    kept: [claim(100, 0, Number.POSITIVE_INFINITY), claimEnded(3999, 0), claim(4000, 1, 9000, 9)],
    at: 4000,
    nodes: [0, 1],
    facts: { role: "rootcoord", token: 9, otherToken: 4 },
    says: "rootcoord-b serves rootcoord under token 9 while rootcoord-a still serves it under token 4, and nothing on its own clock will end that.",
  },
  {
    property: fencing,
    kind: "superseded-write-applied",
    seen: [
      put(1, 0, KEY),
      put(2, 1, KEY, { createRevision: 9, modRevision: 9 }),
      put(3000, 0, METADATA, { value: "4:0:0", modRevision: 12 }),
    ],
    kept: [
      put(1, 0, KEY),
      put(2, 1, KEY, { createRevision: 9, modRevision: 9 }),
      put(3000, 1, METADATA, { value: "9:0:0", modRevision: 12 }),
    ],
    at: 3000,
    nodes: [0],
    facts: { role: "rootcoord", key: METADATA, revision: 12, token: 4, newestToken: 9 },
    says: `etcd applied rootcoord-a's write to ${METADATA} at revision 12. It carries token 4, but token 9 had been given out: a superseded coordinator changed the metadata at 3.000 s.`,
  },
  {
    property: fencing,
    kind: "superseded-deletion-applied",
    seen: [
      put(1, 0, KEY),
      milestone(2, 0, "won", { token: 4 }),
      put(2000, 1, KEY, { createRevision: 9, modRevision: 9 }),
      deleted(3000, 0, METADATA),
    ],
    kept: [
      put(1, 0, KEY),
      milestone(2, 0, "won", { token: 4 }),
      deleted(3, 0, METADATA),
      put(2000, 1, KEY, { createRevision: 9, modRevision: 9 }),
      milestone(2002, 1, "won", { token: 9 }),
      deleted(3000, 1, METADATA),
    ],
    at: 3000,
    nodes: [0],
    facts: { role: "rootcoord", key: METADATA, revision: 9, token: 4, newestToken: 9 },
    says: `etcd deleted ${METADATA} at revision 9 because rootcoord-a asked, which had token 4 last, but token 9 had been given out: a superseded coordinator changed the metadata at 3.000 s.`,
  },
  {
    property: writeOutcomes,
    kind: "denied-but-applied",
    seen: [
      written(2000, 0, "superseded", "4:0:0"),
      put(3000, 0, METADATA, { value: "4:0:0", modRevision: 12 }),
    ],
    kept: [written(2000, 0, "unknown", "4:0:0"), put(3000, 0, METADATA, { value: "4:0:0", modRevision: 12 })],
    at: 3000,
    nodes: [0],
    facts: { outcome: "superseded", value: "4:0:0", toldAtMs: 2000, revision: 12 },
    says: 'rootcoord-a was told at 2.000 s that its write "4:0:0" was superseded, but etcd applied it at revision 12.',
  },
  {
    property: writeOutcomes,
    kind: "denied-but-applied",
    seen: [put(1000, 0, METADATA, { value: "4:0:0", modRevision: 12 }), written(2000, 0, "refused", "4:0:0")],
    kept: [
      put(1000, 0, METADATA, { value: "4:0:0", modRevision: 12 }),
      message(1000, 0, "request", "write", "doubled"),
      written(2000, 0, "refused", "4:0:0"),
    ],
    at: 2000,
    nodes: [0],
    facts: { outcome: "refused", value: "4:0:0", toldAtMs: 2000, revision: 12 },
    says: 'rootcoord-a was told at 2.000 s that its write "4:0:0" was refused, but etcd applied it at revision 12.',
  },
  {
    property: writeOutcomes,
    kind: "applied-but-not-there",
    seen: [put(1000, 0, METADATA, { value: "4:0:0" }), written(2000, 0, "applied", "4:0:1")],
    kept: [put(1000, 0, METADATA, { value: "4:0:1" }), written(2000, 0, "applied", "4:0:1")],
    at: 2000,
    nodes: [0],
    facts: { value: "4:0:1" },
    says: 'rootcoord-a was told at 2.000 s that its write "4:0:1" was applied, but etcd never applied it.',
  },
  // A deletion puts nothing, and is heeded all the same.
  ...["4:0:0", undefined].map((value): Broken => ({
    property: writeOutcomes,
    kind: "superseded-but-serving",
    seen: [claim(1000, 0, 9000), written(2000, 0, "superseded", value), claimEnded(2001, 0)],
    kept: [
      claim(1000, 0, 9000),
      written(2000, 0, "superseded", value),
      claimEnded(2000, 0),
      // Of its new term, in which the refusal of an earlier one's write says nothing.
      claim(3000, 0, 9000, 12),
      written(3500, 0, "superseded", value),
    ],
    at: 2001,
    nodes: [0],
    facts: { token: 4, toldAtMs: 2000 },
    says: "rootcoord-a was told at 2.000 s that a write with its token 4 came too late, and goes on serving.",
  })),
  {
    property: oneKeyHolder,
    kind: "active-key-overwritten",
    seen: [put(1, 0, KEY), put(2, 1, KEY, { version: 2 })],
    kept: [put(1, 0, KEY), expired(2, KEY), put(3, 1, KEY)],
    at: 2,
    nodes: [1],
    facts: { key: KEY, version: 2 },
    says: `rootcoord-b wrote over ${KEY}, which was there already (version 2).`,
  },
  {
    property: boundedTakeover,
    kind: "not-taken-over",
    seen: [...crash(100_000), end(100_001 + crashMs)],
    kept: [...crash(100_000), end(100_000 + crashMs)],
    at: 100_000 + crashMs,
    nodes: [0],
    facts: { role: "rootcoord", cause: "crash", sinceMs: 100_000, boundMs: crashMs, able: ["rootcoord-b"] },
    says: `Nobody has served rootcoord for ${seconds(crashMs)}, since rootcoord-a's crash at 100.000 s. With rootcoord-b able to, that is the longest it may take.`,
  },
  {
    property: boundedTakeover,
    kind: "not-taken-over",
    seen: [...up, claim(100, 0, 200_000), ...revoked, end(100_001 + cleanMs)],
    kept: [...up, claim(100, 0, 200_000), ...revoked, end(100_000 + cleanMs)],
    at: 100_000 + cleanMs,
    nodes: [0],
    facts: { role: "rootcoord", cause: "stop", sinceMs: 100_000, boundMs: cleanMs, able: ["rootcoord-b"] },
    says: `Nobody has served rootcoord for ${seconds(cleanMs)}, since rootcoord-a's stop at 100.000 s. With rootcoord-b able to, that is the longest it may take.`,
  },
  {
    property: boundedTakeover,
    kind: "not-taken-over",
    seen: [...crash(100_000), fault(100_001, 1, "muteWatch"), end(100_001 + crashMs + noticeMs)],
    kept: [...crash(100_000), fault(100_001, 1, "muteWatch"), end(100_000 + crashMs + noticeMs)],
    given: muted,
    at: 100_000 + crashMs + noticeMs,
    nodes: [0],
    facts: {
      role: "rootcoord",
      cause: "crash",
      sinceMs: 100_000,
      boundMs: crashMs + noticeMs,
      able: ["rootcoord-b"],
    },
    says: `Nobody has served rootcoord for ${seconds(crashMs + noticeMs)}, since rootcoord-a's crash at 100.000 s. With rootcoord-b able to, that is the longest it may take.`,
  },
  {
    property: boundedTakeover,
    kind: "not-taken-over",
    seen: [...up, ...deafened, ...crash(100_000).slice(2), end(100_001 + crashMs + noticeMs)],
    kept: [...up, ...deafened, ...crash(100_000).slice(2), end(100_000 + crashMs + noticeMs)],
    given: deaf,
    at: 100_000 + crashMs + noticeMs,
    nodes: [0],
    facts: {
      role: "rootcoord",
      cause: "crash",
      sinceMs: 100_000,
      boundMs: crashMs + noticeMs,
      able: ["rootcoord-b"],
    },
    says: `Nobody has served rootcoord for ${seconds(crashMs + noticeMs)}, since rootcoord-a's crash at 100.000 s. With rootcoord-b able to, that is the longest it may take.`,
  },
  {
    // Whoever has watched anew since hears of it.
    property: boundedTakeover,
    kind: "not-taken-over",
    seen: [
      ...up,
      ...deafened,
      milestone(60_000, 1, "watching"),
      ...crash(100_000).slice(2),
      end(100_001 + crashMs),
    ],
    kept: [
      ...up,
      ...deafened,
      milestone(60_000, 1, "watching"),
      ...crash(100_000).slice(2),
      end(100_000 + crashMs),
    ],
    given: deaf,
    at: 100_000 + crashMs,
    nodes: [0],
    facts: { role: "rootcoord", cause: "crash", sinceMs: 100_000, boundMs: crashMs, able: ["rootcoord-b"] },
    says: `Nobody has served rootcoord for ${seconds(crashMs)}, since rootcoord-a's crash at 100.000 s. With rootcoord-b able to, that is the longest it may take.`,
  },
  {
    property: boundedTakeover,
    kind: "never-served",
    seen: [...up, end(recoveryMs + 1)],
    kept: [...up, end(recoveryMs)],
    at: recoveryMs,
    nodes: [],
    facts: { role: "rootcoord", sinceMs: 0, boundMs: recoveryMs, able: ["rootcoord-a", "rootcoord-b"] },
    says: `Nobody has served rootcoord for ${seconds(recoveryMs)}, since the beginning at 0.000 s. With rootcoord-a and rootcoord-b able to, that is the longest it may take.`,
  },
  {
    property: boundedActivation,
    kind: "neither-serves-nor-lets-go",
    seen: [...up, milestone(100, 0, "won", { token: 4 }), end(101 + slowestLimitMs)],
    kept: [
      ...up,
      milestone(100, 0, "won", { token: 4 }),
      milestone(100 + timing.activationLimitMs, 0, "lost", { reason: "activation timed out" }),
      end(101 + slowestLimitMs),
    ],
    at: 100 + slowestLimitMs,
    nodes: [0],
    facts: { role: "rootcoord", token: 4, wonAtMs: 100, limitMs: 180_000 },
    says: "rootcoord-a has held rootcoord under token 4 since 0.100 s and serves nobody; its activation limit is 180.000 s.",
  },
  {
    property: boundedActivation,
    kind: "back-too-soon",
    seen: [...setBackTwice, milestone(59_411, 0, "campaigning")],
    kept: [...setBackTwice, milestone(59_412, 0, "campaigning")],
    at: 59_411,
    nodes: [0],
    facts: { role: "rootcoord", afterMs: 29_411, pauseMs: 30_000 / 1.02, setbacks: 2 },
    says: "rootcoord-a campaigns for rootcoord again 29.411 s after it gave the role back unserved; after 2 in a row it must stay away for 29.412 s.",
  },
  {
    property: cleanStop,
    kind: "still-there",
    seen: [...up, milestone(1000, 0, "stopping"), end(1001 + stopMs)],
    kept: [...up, milestone(1000, 0, "stopping"), ended(1000 + stopMs, 0, "exit"), end(1001 + stopMs)],
    at: 1000 + stopMs,
    nodes: [0],
    facts: { askedAtMs: 1000, boundMs: stopMs },
    says: `rootcoord-a was asked to stop at 1.000 s and is still there; it may take ${seconds(stopMs)}.`,
  },
  {
    property: cleanStop,
    kind: "keys-left",
    seen: [
      ...up,
      put(1, 0, SESSION, { lease: "7" }),
      milestone(1000, 0, "stopping"),
      milestone(1004, 0, "stopped", { leaseId: "7" }),
    ],
    kept: [
      ...up,
      put(1, 0, SESSION, { lease: "7" }),
      milestone(1000, 0, "stopping"),
      milestone(1004, 0, "leaseKept", { leaseId: "7" }),
    ],
    at: 1004,
    nodes: [0],
    facts: { key: SESSION, leaseId: "7" },
    says: `rootcoord-a stopped at 1.004 s and said that its lease 7 was given back, but ${SESSION} is still under it.`,
  },
  {
    property: cleanStop,
    kind: "keys-left",
    // An older snapshot brings the key back: an excuse only for who had given it back in time.
    seen: [...up, ...restoredAfter("expiry"), milestone(1004, 0, "stopped", { leaseId: "7" })],
    kept: [...up, ...restoredAfter("revoke"), milestone(1004, 0, "stopped", { leaseId: "7" })],
    at: 1004,
    nodes: [0],
    facts: { key: SESSION, leaseId: "7" },
    says: `rootcoord-a stopped at 1.004 s and said that its lease 7 was given back, but ${SESSION} is still under it.`,
  },
  {
    property: cleanStop,
    kind: "could-be-told",
    seen: [...up, ...keepsIt(1010)],
    kept: [...up, ...keepsIt(1010, message(1006, 0, "reply", "revoke", "lost"))],
    at: 1010,
    nodes: [0],
    facts: { leaseId: "7", askedAtMs: 1004 },
    says: "rootcoord-a said at 1.010 s that its lease 7 could not be given back, although nothing stood between etcd and the revoke that it had sent at 1.004 s.",
  },
  {
    property: noCauselessLoss,
    kind: "renewal-succeeded",
    // The claim of 58.8 s: at the fastest clock renewals from 22.353 s on are its own.
    seen: [...up, ...retried, milestone(80_000, 0, "lost", { reason: "claim ended" })],
    kept: [...up, ...lost(...retries), ...retried, milestone(80_000, 0, "lost", { reason: "claim ended" })],
    at: 80_000,
    nodes: [0],
    facts: { reason: "claim ended", sentAtMs: 41_000 },
    says: "rootcoord-a gave up its membership at 80.000 s (claim ended), although nothing stood between etcd and the renewal that it had sent at 41.000 s.",
  },
  {
    property: noCauselessLoss,
    kind: "member-kept",
    seen: [...up, fallsIll, ...sentTo(2), milestone(80_000, 0, "lost", { reason: "claim ended" })],
    // A majority is there, and yet none of the members that are well answers: their messages are lost.
    kept: [
      ...up,
      fallsIll,
      ...lost(...retries.filter((_, nth) => nth % 2 === 1)),
      ...sentTo(2, 1),
      milestone(80_000, 0, "lost", { reason: "claim ended" }),
    ],
    given: memberDown,
    at: 80_000,
    nodes: [0],
    facts: { reason: "claim ended", member: 2, sentAtMs: 47_000 },
    says: "rootcoord-a gave up its membership at 80.000 s (claim ended), and had sent its renewal of 47.000 s to member 2 of etcd again, which had left the one before it unanswered.",
  },
  {
    property: noCauselessLoss,
    kind: "renewal-missing",
    seen: [
      ...up,
      ...lost(41_000, 47_000),
      request(41_000, 0),
      request(47_000, 0),
      milestone(80_000, 0, "lost", { reason: "claim ended" }),
    ],
    kept: [
      ...up,
      ...lost(41_000, 47_000),
      request(41_000, 0),
      request(47_000, 0),
      fault(53_000, 0, "pause"),
      milestone(80_000, 0, "lost", { reason: "claim ended" }),
    ],
    given: paused,
    at: 80_000,
    nodes: [0],
    facts: { reason: "claim ended", sinceMs: 47_000, untilMs: 80_000 },
    says: "rootcoord-a gave up its membership at 80.000 s (claim ended), but sent no renewal from 47.000 s to 80.000 s, and did not stand still.",
  },
  ...lacking,
  {
    property: noCauselessLoss,
    kind: "stopped-unasked",
    seen: [...up, milestone(5000, 0, "stopping")],
    kept: [...up, fault(5000, 0, "stop"), milestone(5000, 0, "stopping")],
    at: 5000,
    nodes: [0],
    facts: {},
    says: "rootcoord-a stops at 5.000 s, and nobody had asked it to.",
  },
  {
    property: metadataComplete,
    kind: "write-not-loaded",
    seen: [
      put(1, 0, METADATA, { value: "4:0:0", modRevision: 8 }),
      milestone(9, 1, "active", { token: 9, loadedRevision: 7 }),
    ],
    kept: [
      put(1, 0, METADATA, { value: "4:0:0", modRevision: 8 }),
      milestone(9, 1, "active", { token: 9, loadedRevision: 8 }),
    ],
    at: 9,
    nodes: [1],
    facts: { role: "rootcoord", loadedRevision: 7, missingRevision: 8 },
    says: "rootcoord-b begins to serve rootcoord with metadata read at revision 7; its predecessor's write at revision 8 is missing from it.",
  },
  {
    property: recovery,
    kind: "nobody-serves",
    seen: [...up, end(300_000)],
    kept: [...up, claim(1000, 0, 400_000), end(300_000)],
    at: 300_000,
    nodes: [0, 1],
    facts: { role: "rootcoord", quietMs: 300_000 },
    says: "300.000 s after the beginning nobody serves rootcoord, though rootcoord-a and rootcoord-b could.",
  },
  {
    property: recovery,
    kind: "several-serve",
    seen: [...up, claim(1000, 0, 400_000), claim(2000, 1, 400_000), end(300_000)],
    kept: [...up, claim(1000, 0, 400_000), claim(2000, 1, 300_000), end(300_000)],
    at: 300_000,
    nodes: [0, 1],
    facts: { role: "rootcoord", quietMs: 300_000 },
    says: "300.000 s after the last fault rootcoord-a and rootcoord-b all serve rootcoord.",
  },
  {
    property: nobodyInTheDark,
    kind: "no-member",
    seen: [...up, milestone(1000, 0, "lost", { reason: "claim ended" }), end(1001 + recoveryMs)],
    kept: [
      ...up,
      milestone(1000, 0, "lost", { reason: "claim ended" }),
      milestone(1000 + recoveryMs, 0, "standby"),
      end(1001 + recoveryMs),
    ],
    given: alone,
    at: 1000 + recoveryMs,
    nodes: [0],
    facts: { role: "rootcoord", sinceMs: 1000, boundMs: recoveryMs },
    says: `rootcoord-a has been up and no candidate for rootcoord since 1.000 s, until ${seconds(1000 + recoveryMs)}; with nothing in its way that may take ${seconds(recoveryMs)}.`,
  },
  {
    property: nobodyInTheDark,
    kind: "no-member",
    seen: [...sentAway, ...asleepMeanwhile, end(backMs + SLEEP_MS + 1)],
    kept: [...sentAway, ...asleepMeanwhile, end(backMs + SLEEP_MS)],
    given: asleep,
    at: backMs + SLEEP_MS,
    nodes: [0],
    facts: { role: "rootcoord", sinceMs: 1000, boundMs: recoveryMs },
    says: `rootcoord-a has been up and no candidate for rootcoord since 1.000 s, until ${seconds(backMs + SLEEP_MS)}; with nothing in its way that may take ${seconds(recoveryMs)}.`,
  },
  {
    property: nobodyInTheDark,
    kind: "no-member",
    // It does not know yet that its lease is given back: its time away begins when it wakes.
    seen: [...sentAway, ...paused30From(1001), end(backMs + SLEEP_MS + 1)],
    kept: [...sentAway, ...paused30From(1001), end(backMs + SLEEP_MS)],
    given: stoppedShort(1001),
    at: backMs + SLEEP_MS,
    nodes: [0],
    facts: { role: "rootcoord", sinceMs: 1000, boundMs: recoveryMs },
    says: `rootcoord-a has been up and no candidate for rootcoord since 1.000 s, until ${seconds(backMs + SLEEP_MS)}; with nothing in its way that may take ${seconds(recoveryMs)}.`,
  },
  {
    property: nobodyInTheDark,
    kind: "no-member",
    // By then its revoke is answered or given up, and its own clock goes on while it stands still.
    seen: [...sentAway, ...paused30From(7000), end(backMs + 1)],
    kept: [...sentAway, ...paused30From(7000), end(backMs)],
    given: stoppedShort(7000),
    at: backMs,
    nodes: [0],
    facts: { role: "rootcoord", sinceMs: 1000, boundMs: recoveryMs },
    says: `rootcoord-a has been up and no candidate for rootcoord since 1.000 s, until ${seconds(backMs)}; with nothing in its way that may take ${seconds(recoveryMs)}.`,
  },
  {
    property: nobodyInTheDark,
    kind: "not-started-again",
    seen: [...up, milestone(1000, 0, "exited"), ended(1000, 0, "exit"), end(2001)],
    kept: [...up, milestone(1000, 0, "exited"), ended(1000, 0, "exit"), started(2000, 0), end(2001)],
    given: alone,
    at: 2000,
    nodes: [0],
    facts: { dueAtMs: 2000 },
    says: "rootcoord-a was to be started again at 2.000 s, and was not.",
  },
  {
    property: bounded,
    kind: "too-many-requests",
    // One more than is allowed in the window, counted from the first.
    seen: requests(limit + 2, (windowMs - 1) / (limit + 1)),
    kept: requests(limit + 2, windowMs / (limit + 1)),
    at: windowMs - 1,
    nodes: [0],
    facts: { count: limit + 1, withinMs: windowMs - 1, limit, windowMs, purpose: "renew" },
    says: `rootcoord-a sent ${limit + 1} requests within ${seconds(windowMs - 1)}; its back-off allows ${limit} in ${seconds(windowMs)}. The last one is a renew.`,
  },
  {
    property: uniqueIds,
    kind: "id-drawn-twice",
    seen: [milestone(1, 0, "identified", { serverId: 3 }), milestone(2, 1, "identified", { serverId: 3 })],
    kept: [milestone(1, 0, "identified", { serverId: 3 }), milestone(2, 1, "identified", { serverId: 4 })],
    at: 2,
    nodes: [0, 1],
    facts: { serverId: 3 },
    says: "rootcoord-b took server id 3, which rootcoord-a had been given before.",
  },
  {
    property: keysExpire,
    kind: "key-outlives-lease",
    seen: [...up, put(1, 0, SESSION), ended(100_000, 0), end(100_001 + deathMs)],
    kept: [...up, put(1, 0, SESSION), ended(100_000, 0), end(100_000 + deathMs)],
    at: 100_000 + deathMs,
    nodes: [0],
    facts: { key: SESSION, use: "session", role: "rootcoord", deadMs: deathMs + 1, allowedMs: deathMs },
    says: `${SESSION} is still there ${seconds(deathMs + 1)} after rootcoord-a died; its lease allows ${seconds(deathMs)}.`,
  },
];

describe("a promise", () => {
  test.each(broken)("$property.name breaks by $kind", breaks);

  test("is broken here in every way there is", () => {
    expect(kindsOf(broken)).toEqual(allKindsOf(catalogue));
  });
});

describe("a run that ends too early", () => {
  const rows: readonly [Property, readonly Observation[], readonly Observation[], object, string][] = [
    [
      boundedTakeover,
      [...up, end(1000)],
      [...up, claim(900, 0, 9000), end(1000)],
      { kind: "not-due-yet", facts: { roles: ["rootcoord"], endedAtMs: 1000 } },
      "nobody serves rootcoord at 1.000 s, and the bound has not passed yet",
    ],
    [
      recovery,
      [
        ...up,
        fault(1000, 0, "pause"),
        fault(2000, 0, "pause", "ends"),
        claim(2000, 0, 9e5),
        end(2000 + recoveryMs),
      ],
      [
        ...up,
        fault(1000, 0, "pause"),
        fault(2000, 0, "pause", "ends"),
        claim(2000, 0, 9e5),
        end(2001 + recoveryMs),
      ],
      { kind: "too-soon-after-fault", facts: { quietMs: recoveryMs, boundMs: recoveryMs } },
      `the run ends ${seconds(recoveryMs)} after its last fault; recovery may take ${seconds(recoveryMs)}`,
    ],
  ];

  test.each([boundedTakeover, recovery])(
    "says nothing about $name where nobody is left to keep it",
    (property) => {
      const everybodyLeft = [
        ...up,
        claim(100, 0, 1000),
        claimEnded(1000, 0),
        ended(1001, 0, "exit"),
        ended(1002, 1, "exit"),
      ];
      const verdict = judged(property, [...everybodyLeft, end(300_000)]);
      expect(verdict).toMatchObject({ type: "inconclusive", kind: "nobody-left" });
      if (verdict?.type === "inconclusive") expect(tellUndecided(property.name, verdict)).toContain("left");
      // Somebody who serves to the end is enough, whether or not it could stand by.
      const oneServes = [...up, claim(100, 0, 900_000), ended(1002, 1, "exit"), end(300_000)];
      expect(judged(property, oneServes)).toEqual({ type: "holds" });
    },
  );

  test.each(rows.map((row) => [row[0].name, ...row] as const))(
    "says nothing about %s, and why",
    (_, ...row) => {
      const [property, early, late, open, says] = row;
      expect(judged(property, late)).toEqual({ type: "holds" });
      const verdict = judged(property, early);
      if (verdict?.type !== "inconclusive") throw new Error(`${property.name}: ${String(verdict?.type)}`);
      expect(verdict).toEqual({ type: "inconclusive", ...open });
      expect(tellUndecided(property.name, verdict)).toBe(says);
    },
  );
});

describe("a witness", () => {
  const seenBy = (property: Property, seen: readonly Observation[]) => {
    const judge = property.judge(GIVEN);
    for (const one of seen) judge.observe(one);
    return judge.seen;
  };
  const renew = (at: number): Observation => ({ type: "request", at, node: 0, purpose: "renew" });

  test("of requests repeated in an outage is not deceived by a compaction", () => {
    expect(seenBy(bounded, [fault(1, -1, "compact"), renew(2), renew(3)])).toEqual([0]);
    expect(seenBy(bounded, [fault(1, -1, "restart"), renew(2)])).toEqual([0]);
    expect(seenBy(bounded, [fault(1, -1, "restart"), renew(2), renew(3)])).toEqual([1]);
    expect(
      seenBy(bounded, [fault(1, -1, "restart"), fault(2, -1, "restart", "ends"), renew(3), renew(4)]),
    ).toEqual([0]);
  });

  test("of a takeover after an outage is not deceived by a key that is deleted by hand", () => {
    const after = (kind: string) => [
      ...up,
      claim(100, 0, 200_000),
      fault(99_000, -1, kind),
      fault(99_500, -1, kind, "ends"),
      claimEnded(100_000, 0),
      claim(100_010, 1, 200_000, 9),
    ];
    expect(seenBy(boundedTakeover, after("deleteKey"))).toEqual([0, 0, 0, 0]);
    expect(seenBy(boundedTakeover, after("restart"))).toEqual([0, 0, 1, 0]);
  });
});

describe("the union of all violations", () => {
  const overlapOf = (violation: CatalogueViolation): number | undefined =>
    // Property and kind are enough for the compiler to know the facts.
    violation.property === "single-active" && violation.kind === "two-active"
      ? violation.facts.overlapMs
      : undefined;

  test("is told apart by property and kind", () => {
    const verdict = judged(singleActive, [claim(100, 0, 5000), claim(4000, 1, 9000, 9)]);
    if (verdict?.type !== "violated") throw new Error("not violated");
    expect(overlapOf(verdict.violation as CatalogueViolation)).toBe(1000);
  });
});

test("after a restore from an older snapshot one serves: not nobody, and not two", () => {
  const given = { ...GIVEN, faults: [{ type: "goBack", atMs: 10_000, by: 4, forMs: 500 }] as const };
  const seen = [...up, claim(1000, 0, 400_000), claim(2000, 1, 400_000), end(300_000)];
  expect(judged(recovery, seen, given)?.type).toBe("violated");
  expect(judged(recovery, [...seen.slice(0, -1), claimEnded(12_000, 0), end(300_000)], given)?.type).toBe(
    "holds",
  );
  expect(
    judged(recovery, [...seen, claimEnded(200_000, 0), claimEnded(200_000, 1), end(300_000)], given)?.type,
  ).toBe("violated");
});

test("a restore from an older snapshot is the cause of what etcd has no more, and of nothing later", () => {
  const given = { ...GIVEN, faults: [{ type: "goBack", atMs: 10_000, by: 4, forMs: 500 }] as const };
  const seen = [...up, fault(10_000, -1, "goBack"), fault(10_500, -1, "goBack", "ends")];
  const losing = (at: number, reason: "active key lost" | "claim ended") =>
    milestone(at, 0, "lost", { reason });
  const verdict = (...then: readonly Observation[]) =>
    judged(noCauselessLoss, [...seen, ...then], given)?.type;
  expect(verdict(losing(20_000, "active key lost"))).toBe("holds");
  expect(verdict(losing(20_000, "claim ended"))).toBe("violated");
  const again = [losing(20_000, "active key lost"), milestone(22_000, 0, "starting")];
  expect(verdict(...again)).toBe("holds");
  expect(verdict(...again, losing(30_000, "active key lost"))).toBe("violated");
});

describe("a violation of another version", () => {
  const strange = { property: "fencing", kind: "write-lost", at: 1, nodes: [], facts: { key: "k" } };

  test("is named with its facts where these are not what its kind speaks of", () => {
    const edited = {
      ...strange,
      property: "bounded-takeover",
      kind: "never-served",
      facts: { role: "rootcoord" },
    };
    expect(tellViolation(edited)).toBe('never-served: {"role":"rootcoord"}');
  });

  test("is named with its facts where its kind is not known", () => {
    expect(isKnownKind(strange)).toBe(false);
    expect(tellViolation(strange)).toBe('write-lost: {"key":"k"}');
    expect(tellViolation({ ...strange, property: "constructor", kind: "toString" })).toBe(
      'toString: {"key":"k"}',
    );
  });
});
