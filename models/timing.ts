/**
 * How long things take, and why these durations fit together: the timing of one election, the inequalities it must
 * obey, and the bounds that follow from them. Every duration is in milliseconds; every name says so.
 */

import type { LossReason } from "./election-vocabulary.ts";

/** Timing of one coordinator. Build it with {@link timingFor}; {@link timingFaults} tells what is wrong with another. */
export interface Timing {
  /** The lease's time to live at etcd, whole seconds there. */
  readonly ttlMs: number;
  /** From the sending of one renewal to the sending of the next. */
  readonly renewEveryMs: number;
  /** Pause before a failed renewal is sent again. */
  readonly renewRetryMs: number;
  /** How long a request may go unanswered before its outcome counts as unknown. */
  readonly requestTimeoutMs: number;
  /** How long a lease may be relied on, by the holder's own clock, from the sending of the renewal that etcd granted. */
  readonly claimMs: number;
  /** Pause before another attempt after a failure or a broken watch... */
  readonly backOffMs: number;
  /** ...and how much longer it may be, at random, so that rivals do not march in step. */
  readonly backOffJitterMs: number;
  /** A standby that hears nothing asks whether the role is still held, this often. */
  readonly recheckMs: number;
  /** Whoever has won the role serves within this, or gives it back: loading and preparing together. */
  readonly activationLimitMs: number;
  /** Pause of one that gave the role back unserved, before it registers anew: doubles each time in a row, up to sixteen times this. */
  readonly setbackPauseMs: number;
  /** Largest rate error between a coordinator's clock and etcd's under which a claim ends before its lease does. */
  readonly clockRateTolerance: number;
}

/** `common.session.ttl` as the documented version of Milvus had it: the page's "60 s". */
export const DEFAULT_TTL_SECONDS = 60;

/** 2 %: a hundred times worse than a neglected quartz, less than a broken virtual machine. */
export const DEFAULT_CLOCK_RATE_TOLERANCE = 0.02;

/** With more a claim would be over before four renewals in a row have failed, whatever the TTL. */
export const MOST_CLOCK_RATE_TOLERANCE = 0.3;

/** etcd's shortest lease with its default heartbeat and election timeout (etcd 3.4.23, measured: 0, 1 and -5 become 2). */
export const ETCD_MINIMUM_TTL_SECONDS = 2;

/** A day. Whoever crashed under such a lease is replaced a day later; a longer one is a slip of the pen. */
export const MAXIMUM_TTL_SECONDS = 86_400;

/** A request is given this part of the TTL, within limits, ms. */
const PATIENCES_A_TTL = 12;
const LEAST_PATIENCE_MS = 150;
const MOST_PATIENCE_MS = 5000;

/** By the tolerance, then by the TTL. */
const derived = new Map<number, Map<number, Timing>>();

/**
 * Derives the timing from a lease TTL in seconds, and throws a RangeError where there is none: the TTL must be a whole
 * number from 2 (etcd's minimum) to {@link MAXIMUM_TTL_SECONDS}, the tolerance from 0 to {@link MOST_CLOCK_RATE_TOLERANCE}.
 */
export function timingFor(ttlSeconds: number, clockRateTolerance = DEFAULT_CLOCK_RATE_TOLERANCE): Timing {
  let byTtl = derived.get(clockRateTolerance);
  if (byTtl === undefined) derived.set(clockRateTolerance, (byTtl = new Map()));
  const known = byTtl.get(ttlSeconds);
  if (known !== undefined) return known;
  const timing = derive(ttlSeconds, clockRateTolerance);
  byTtl.set(ttlSeconds, timing);
  return timing;
}

function derive(ttlSeconds: number, clockRateTolerance: number): Timing {
  const ttlMs = ttlSeconds * 1000;
  const timing: Timing = {
    ttlMs,
    renewEveryMs: Math.floor(ttlMs / 3),
    renewRetryMs: clamp(Math.floor(ttlMs / 60), 50, 1000),
    requestTimeoutMs: clamp(Math.floor(ttlMs / PATIENCES_A_TTL), LEAST_PATIENCE_MS, MOST_PATIENCE_MS),
    claimMs: Math.floor(ttlMs * (1 - clockRateTolerance)),
    backOffMs: clamp(Math.floor(ttlMs / 60), 100, 1000),
    backOffJitterMs: clamp(Math.floor(ttlMs / 60), 100, 1000),
    recheckMs: ttlMs,
    activationLimitMs: 3 * ttlMs,
    setbackPauseMs: Math.floor(ttlMs / 4),
    clockRateTolerance,
  };
  const faults = timingFaults(timing);
  if (faults.length > 0) throw new RangeError(`no timing for a TTL of ${ttlSeconds} s: ${faults.join("; ")}`);
  return Object.freeze(timing);
}

/** The shortest TTL under which a request is given longer than `roundTripMs`, whole seconds; undefined: there is none. */
export function shortestTtlSeconds(roundTripMs: number): number | undefined {
  if (roundTripMs >= MOST_PATIENCE_MS) return undefined;
  if (roundTripMs < LEAST_PATIENCE_MS) return ETCD_MINIMUM_TTL_SECONDS;
  return Math.ceil((PATIENCES_A_TTL * (Math.floor(roundTripMs) + 1)) / 1000);
}

/** The timing of a TTL with an activation limit of one's own, ms. Throws a RangeError where the two do not fit. */
export function withActivationLimit(timing: Timing, activationLimitMs: number): Timing {
  const own = Object.freeze({ ...timing, activationLimitMs });
  const faults = timingFaults(own);
  if (faults.length > 0) throw new RangeError(faults.join("; "));
  return own;
}

/** Whoever has won needs as long to load the metadata twice, ms. */
export function leastActivationLimitMs({ backOffJitterMs, backOffMs, requestTimeoutMs }: Timing): number {
  return 2 * (requestTimeoutMs + backOffMs + backOffJitterMs);
}

/** Three times the longest TTL, ms. */
export const MOST_ACTIVATION_LIMIT_MS = 3 * MAXIMUM_TTL_SECONDS * 1000;

/**
 * The inequalities between the durations; an empty list means that the promises in docs/guarantees.md apply. With `roundTripMs`,
 * the longest time from a request to its reply that is usual on the way to etcd: whether they fit that way, too.
 */
export function timingFaults(timing: Timing, roundTripMs = 0): string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(timing) as [string, number][]) {
    if (!Number.isFinite(value) || value < 0) faults.push(`${name} is ${value}, not a non-negative number`);
  }
  if (timing.ttlMs < ETCD_MINIMUM_TTL_SECONDS * 1000) {
    faults.push(`ttlMs ${timing.ttlMs} is below etcd's minimum of ${ETCD_MINIMUM_TTL_SECONDS * 1000}`);
  }
  if (roundTripMs >= timing.requestTimeoutMs) {
    const fitting = shortestTtlSeconds(roundTripMs);
    faults.push(
      `a round trip of ${roundTripMs} ms is no shorter than the ${timing.requestTimeoutMs} ms that a request is given: ` +
        (fitting === undefined ? "no TTL fits this network" : `it takes a TTL of at least ${fitting} s`),
    );
  }
  const maximumTtlMs = MAXIMUM_TTL_SECONDS * 1000;
  if (timing.ttlMs > maximumTtlMs) faults.push(`ttlMs ${timing.ttlMs} is above a day, ${maximumTtlMs}`);
  if (timing.activationLimitMs > MOST_ACTIVATION_LIMIT_MS)
    faults.push(
      `activationLimitMs ${timing.activationLimitMs} is above three days, ${MOST_ACTIVATION_LIMIT_MS}`,
    );
  if (timing.ttlMs % 1000 !== 0) faults.push(`ttlMs ${timing.ttlMs} is not a whole number of seconds`);
  if (timing.claimMs > timing.ttlMs * (1 - timing.clockRateTolerance)) {
    faults.push(
      `claimMs ${timing.claimMs} outlives the lease on a clock ${timing.clockRateTolerance} too slow`,
    );
  }
  const leastLimitMs = leastActivationLimitMs(timing);
  if (timing.activationLimitMs < leastLimitMs) {
    faults.push(
      `activationLimitMs ${timing.activationLimitMs} leaves no time to load twice: at least ${leastLimitMs}`,
    );
  }
  const oneLossMs = timing.renewEveryMs + 2 * timing.requestTimeoutMs + timing.renewRetryMs;
  if (oneLossMs >= timing.claimMs) {
    faults.push(`one lost renewal already costs the claim: ${oneLossMs} ms of ${timing.claimMs}`);
  }
  return faults;
}

/** The pause of one that has given the role back unserved is doubled for each time in a row, up to this many. */
export const MOST_SETBACKS = 5;

/** Reasons for which a role is given back by one that could keep it: another must get its turn. */
export const SETBACKS: ReadonlySet<LossReason> = new Set([
  "activation failed",
  "activation timed out",
  "unhealthy",
  "handed over",
]);

/** The same in a row, after one more membership that ended for this reason. Whoever could serve once and can no more stays away longest. */
export function setbacksAfter(before: number, reason: LossReason | undefined): number {
  if (reason === undefined || !SETBACKS.has(reason)) return before;
  return reason === "unhealthy" ? MOST_SETBACKS : Math.min(before + 1, MOST_SETBACKS);
}

/** How long it stays away after that many roles in a row that it won and did not serve; jitter comes on top. */
export function setbackPauseMs(timing: Timing, setbacks: number): number {
  return timing.setbackPauseMs * 2 ** (Math.min(Math.max(setbacks, 1), MOST_SETBACKS) - 1);
}

/** The pause before what etcd has refused is asked again is doubled for each refusal in a row, up to this many. */
export const MOST_REFUSALS = 5;

/** A pause after that many refusals in a row of one thing; after none, as it is. Jitter comes on top. */
export function refusedPauseMs(pauseMs: number, refusals: number): number {
  return pauseMs * 2 ** (Math.min(Math.max(refusals, 1), MOST_REFUSALS) - 1);
}

/** What the store and the network add; defaults are etcd's own and a calm local network's. */
export interface Environment {
  /** Longest one-way trip of a message that is not lost. */
  readonly oneWayMs: number;
  /** The lessor looks for expired leases this often (etcd server/lease/lessor.go: 500 ms). */
  readonly leaseScanMs: number;
  /** A connection that brings nothing for so long counts as broken. */
  readonly streamTimeoutMs: number;
  /** A watch that starts in the past is served by a loop with this period (etcd mvcc/watchable_store.go: 100 ms). */
  readonly watchCatchUpMs: number;
  /** A member that comes up elects within this, and a new leader adds as much to every lease (etcd lessor Promote). */
  readonly electionTimeoutMs: number;
  /** The service's own preparation after the metadata was loaded. */
  readonly activationMs: number;
  /** Largest rate error of any clock, coordinator's or etcd's. */
  readonly clockRateError: number;
}

/** From "the active key is gone" to "a standby serves": watch, campaign, reload, each within one trip. */
export function handoverMs(around: Environment): number {
  return around.watchCatchUpMs + 5 * around.oneWayMs + around.activationMs * (1 + around.clockRateError);
}

/** From "the lease could be renewed no more" to "its keys are deleted". */
export function leaseDeathMs(timing: Timing, around: Environment): number {
  return timing.ttlMs * (1 + around.clockRateError) + around.leaseScanMs;
}

/** What an outage of etcd adds after its end: the election, and as much again on top of every lease's full TTL. */
export function outageTailMs(around: Environment): number {
  return 2 * around.electionTimeoutMs;
}

/** From the deletion of a key that a watch should have told of, and did not, to a standby that has asked for itself. */
export function noticeBoundMs(timing: Timing, around: Environment): number {
  return timing.recheckMs * (1 + around.clockRateError) + 4 * around.oneWayMs;
}

/** From the loss of a message that no lease hangs on, at worst a watch that never opened, to a candidate ready again. */
export function lostMessageTailMs(timing: Timing, around: Environment): number {
  return (
    around.streamTimeoutMs + 2 * retryMs(timing, around) + registrationMs(timing, around) + handoverMs(around)
  );
}

/** What an active coordinator sits out without a gap in its service, whenever it begins; everything else being well. */
export interface Survival {
  /** So many renewals in a row may be lost. */
  readonly lostRenewals: number;
  /** So long may etcd be out of reach, ms. */
  readonly outageMs: number;
}

/** By the timing alone, on a way to etcd and back of `roundTripMs`. */
export function survivalOf(timing: Timing, roundTripMs: number): Survival {
  const { claimMs, renewEveryMs, renewRetryMs, requestTimeoutMs } = timing;
  // A renewal counts from its sending, and the next attempt is sent when the last one has gone unanswered and paused.
  const attemptMs = requestTimeoutMs + renewRetryMs;
  const spareMs = claimMs - renewEveryMs - roundTripMs;
  return {
    lostRenewals: Math.max(0, Math.ceil(spareMs / attemptMs) - 1),
    outageMs: Math.max(0, spareMs - attemptMs),
  };
}

/** How often a lease is given back before it is left to run out. */
export const REVOKE_ATTEMPTS = 3;

/** From being asked to stop to the end of the process, by its own clock: an answer under way, then every attempt to give the lease back. */
export function stopBoundMs({ backOffJitterMs, backOffMs, requestTimeoutMs }: Timing): number {
  return (1 + REVOKE_ATTEMPTS) * requestTimeoutMs + (REVOKE_ATTEMPTS - 1) * (backOffMs + backOffJitterMs) + 1;
}

/** Takeover after a clean stop: the revoke travels, the rest is handing over. */
export function cleanTakeoverBoundMs(around: Environment): number {
  return around.oneWayMs + handoverMs(around);
}

/** Takeover after a crash: the last renewal may still be under way, then the lease runs out, then the hand-over. */
export function crashTakeoverBoundMs(timing: Timing, around: Environment): number {
  return around.oneWayMs + leaseDeathMs(timing, around) + handoverMs(around);
}

/** From nothing (a start, a registration anew) to a candidate: three requests and a campaign, each tried at worst once after a back-off. */
export function registrationMs(timing: Timing, around: Environment): number {
  const attemptMs = 2 * around.oneWayMs;
  return retryMs(timing, around) + 6 * attemptMs;
}

/** One request that went unanswered, and the pause before the next. */
export function retryMs(timing: Timing, around: Environment): number {
  return (timing.requestTimeoutMs + timing.backOffMs + timing.backOffJitterMs) * (1 + around.clockRateError);
}

/**
 * How long after the end of the last disturbance somebody serves again, whatever went before: etcd may have extended
 * every lease by a full TTL and an election timeout (etcd 3.4.23, measured: docs/simulated-etcd.md), the dead active's
 * lease must run out, and the survivors may have to give up leases of their own and register anew.
 */
export function recoveryBoundMs(timing: Timing, around: Environment): number {
  return (
    around.oneWayMs +
    leaseDeathMs(timing, around) +
    outageTailMs(around) +
    2 * retryMs(timing, around) +
    registrationMs(timing, around) +
    handoverMs(around)
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
