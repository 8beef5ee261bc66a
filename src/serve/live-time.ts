/** The time of an etcd that is not simulated event by event: real, quicker than real, or as it is told. */

/** Time in virtual ms, from 0 on. */
export interface LiveTime {
  now(): number;
  /** Calls `due` when this instant has come; a later call replaces an earlier one. */
  wakeAt(instantMs: number, due: () => void): void;
  /** Nobody is called any more. */
  stop(): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** As fast as the real one, or so many times as fast. */
export class RealTime implements LiveTime {
  readonly #factor: number;
  readonly #beganMs = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(factor = 1) {
    this.#factor = factor;
  }

  now(): number {
    return (performance.now() - this.#beganMs) * this.#factor;
  }

  wakeAt(instantMs: number, due: () => void): void {
    clearTimeout(this.#timer);
    if (instantMs === Number.POSITIVE_INFINITY) return;
    const leftMs = Math.max(0, Math.ceil((instantMs - this.now()) / this.#factor));
    // Node's timers may fire a little early, and none is longer than 24 days.
    const look = () => (this.now() < instantMs ? this.wakeAt(instantMs, due) : due());
    this.#timer = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** What is due so soon comes by itself: a watch that catches up must not wait for somebody to let time pass. */
export const BY_ITSELF_MS = 1;

/** Stands still until it is told to go on. */
export class ManualTime implements LiveTime {
  #nowMs = 0;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #due: () => void = () => undefined;

  now(): number {
    return this.#nowMs;
  }

  wakeAt(instantMs: number, due: () => void): void {
    this.#wakeAtMs = instantMs;
    this.#due = due;
    if (instantMs - this.#nowMs > BY_ITSELF_MS) return;
    setImmediate(() => {
      if (this.#wakeAtMs === instantMs) this.#wake();
    });
  }

  stop(): void {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    this.#nowMs = Math.max(this.#nowMs, this.#wakeAtMs);
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#due();
  }

  /** Lets so much time pass. `settled`: whoever is called meanwhile gets a turn before more of it does. */
  async advance(ms: number, settled: () => Promise<void>): Promise<void> {
    const endMs = this.#nowMs + ms;
    while (this.#wakeAtMs <= endMs) {
      this.#wake();
      await settled();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Goes to an instant, back or forth, without anything happening: for a state that is of then. */
  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }
}
