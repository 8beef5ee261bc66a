/**
 * One node's own clock as a view on true time: an offset, a rate, and the instant since which they hold. Plain data.
 */
import type { Instant } from "./clock.ts";

export interface NodeClock {
  /** Local milliseconds that pass in one true millisecond; 1 is a perfect clock, 0 one that stands still. */
  rate: number;
  trueAnchorMs: number;
  localAnchorMs: Instant;
}

export function createNodeClock(offsetMs: number, rate: number): NodeClock {
  return { rate, trueAnchorMs: 0, localAnchorMs: offsetMs };
}

export function localNow(clock: NodeClock, trueMs: number): Instant {
  return clock.localAnchorMs + (trueMs - clock.trueAnchorMs) * clock.rate;
}

/**
 * The first true instant at which this clock shows `localMs` or more, if nothing changes; of a clock that stands still since when it does,
 * if it shows more, or else Infinity.
 * Floating point may fall short by a little, and who came too early to an appointment would wait for it for ever.
 */
export function trueInstantOf(clock: NodeClock, localMs: Instant): number {
  if (localMs === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (clock.rate <= 0) return localMs < clock.localAnchorMs ? clock.trueAnchorMs : Number.POSITIVE_INFINITY;
  let trueMs = clock.trueAnchorMs + (localMs - clock.localAnchorMs) / clock.rate;
  for (let ulp = Math.max(1, Math.abs(trueMs)) * Number.EPSILON; localNow(clock, trueMs) < localMs; ulp *= 2)
    trueMs += ulp;
  return trueMs;
}

/** From `trueMs` on the clock runs at `rate`; what it shows does not jump. */
export function setRate(clock: NodeClock, trueMs: number, rate: number): void {
  clock.localAnchorMs = localNow(clock, trueMs);
  clock.trueAnchorMs = trueMs;
  clock.rate = rate;
}
