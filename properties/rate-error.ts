/** How far a true clock may be off, for judges. */
import type { Timing } from "../models/timing.ts";

/** Instants are added in floating point: where nothing is tolerated, so much still is. */
const LEAST = 1e-6;

/** The rate error of a true clock, as a part of its rate, at most. */
export function rateErrorOf({ clockRateTolerance }: Pick<Timing, "clockRateTolerance">): number {
  return Math.max(clockRateTolerance, LEAST);
}
