/**
 * The clock contract in production: the system's monotonic clock and its timers. It does not jump when somebody sets the
 * date; it stands still while the machine is suspended, which is one of the assumptions in docs/guarantees.md.
 */
import { hrtime } from "node:process";
import type { Clock, Instant } from "./clock.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class SystemClock implements Clock {
  readonly #onTimer: (timer: string) => void;
  readonly #armed = new Map<string, NodeJS.Timeout>();

  /** `onTimer` hears each timer that fires; it hands the name to the driver. */
  constructor(onTimer: (timer: string) => void) {
    this.#onTimer = onTimer;
  }

  /** Since the machine's boot, so that processes of one machine can be compared by whoever looks at them. */
  now(): Instant {
    return Number(hrtime.bigint()) / 1e6;
  }

  startTimer(timer: string, delayMs: number, jitterMs: number): void {
    this.cancelTimer(timer);
    this.#arm(timer, this.now() + delayMs + Math.random() * jitterMs);
  }

  cancelTimer(timer: string): void {
    clearTimeout(this.#armed.get(timer));
    this.#armed.delete(timer);
  }

  /** Disarms all of them; the process may end. */
  stop(): void {
    for (const timer of this.#armed.keys()) this.cancelTimer(timer);
  }

  #arm(timer: string, due: Instant): void {
    const leftMs = Math.max(0, due - this.now());
    const handle = setTimeout(
      () => {
        // Node's timers may fire a little early, and none is longer than 24 days.
        if (this.now() < due) this.#arm(timer, due);
        else {
          this.#armed.delete(timer);
          this.#onTimer(timer);
        }
      },
      Math.min(Math.ceil(leftMs), LONGEST_TIMER_MS),
    );
    this.#armed.set(timer, handle);
  }
}
