/**
 * The clock contract: what a coordinator may know of time. Production gives it the system's monotonic clock, a
 * simulated world gives each coordinator a clock of its own with offset, drift and pauses.
 */

/** Milliseconds, monotonic, from an arbitrary origin. Two nodes' instants must never be compared. */
export type Instant = number;

/** What a coordinator knows of time. Whoever implements it calls the timer's listener, never during a call. */
export interface Clock {
  now(): Instant;
  /**
   * Arms the timer named `timer`, or arms it again. It fires once, not before `delayMs`, and later by up to `jitterMs` at
   * the surroundings' choice; firing means that the coordinator's owner calls the driver's `onTimer` with its name.
   */
  startTimer(timer: string, delayMs: number, jitterMs: number): void;
  /** Disarms it; a timer that is not armed is none to complain about. */
  cancelTimer(timer: string): void;
}
