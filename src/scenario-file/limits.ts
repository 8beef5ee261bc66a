/**
 * How large a scenario may be: the limits of every number in it, in one table, whoever wrote it. Apart from the syntax, which
 * is heavy to load.
 */
import {
  ETCD_MINIMUM_TTL_SECONDS,
  MAXIMUM_TTL_SECONDS,
  MOST_CLOCK_RATE_TOLERANCE,
} from "../../models/timing.ts";

/** What a number may be; both ends belong to it. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** No fraction. */
  readonly whole?: true;
}

/** Coordinators of one role; more would need other names than letters. */
export const MOST_COORDINATORS = 9;

/** What one fault, or the service, may write in a run; more would take minutes. */
export const MOST_WRITES = 100_000;

/** A day: a run goes through every renewal of it. */
export const LONGEST_RUN_MS = 24 * 3_600_000;
/** With a long TTL renewals are few: a run may be so many TTLs long even where that is more than a day. */
export const LONGEST_RUN_TTLS = 10;

const LONGEST_MS = LONGEST_RUN_TTLS * LONGEST_RUN_MS;
/** What a duration is exact to. */
const MICROSECOND_MS = 0.001;
const CENTURY_MS = 100 * 366 * LONGEST_RUN_MS;

/** By what a number says. Times in ms unless their names say otherwise. */
export const LIMITS = {
  ttlSeconds: { least: ETCD_MINIMUM_TTL_SECONDS, most: MAXIMUM_TTL_SECONDS, whole: true },
  /** A part of the TTL. */
  tolerance: { least: 0, most: MOST_CLOCK_RATE_TOLERANCE },
  /** From the beginning of the run. */
  instant: { least: 0, most: LONGEST_MS },
  /** How long something lasts. */
  span: { least: MICROSECOND_MS, most: LONGEST_MS },
  /** Between two of a row, or before something happens again. */
  pause: { least: 1, most: LONGEST_MS },
  /** What is added to something; nothing too. */
  delay: { least: 0, most: LONGEST_MS },
  /** Forward or back. A machine without a battery wakes up in 1970. */
  shift: { least: -CENTURY_MS, most: CENTURY_MS },
  /** Own seconds of a clock in a true second; slower, and nothing would ever fall due. */
  rate: { least: 0.01, most: 100 },
  /** Of a clock that may stand still. */
  standingRate: { least: 0, most: 100 },
  /** Messages. */
  count: { least: 1, most: 1000, whole: true },
  /** Of etcd. */
  members: { least: 1, most: 7, whole: true },
  /** Writes, of which one is not the first. */
  inARow: { least: 2, most: 1000, whole: true },
  tries: { least: 1, most: 1000, whole: true },
  whole: { least: 0, most: 1_000_000, whole: true },
} as const satisfies Readonly<Record<string, Range>>;

/** Whether it is within the range. */
export function isWithin(value: number, { least, most, whole }: Range): boolean {
  return value >= least && value <= most && (whole !== true || Number.isInteger(value));
}

/** The longest horizon of a run with this TTL, ms. */
export function longestRunMs(ttlSeconds: number): number {
  return Math.max(LONGEST_RUN_MS, LONGEST_RUN_TTLS * ttlSeconds * 1000);
}
