/** The time of an etcd that is not simulated event by event: real, quicker than real, or as it is told. */

/** Time in virtual ms, from 0 on. */
export interface LiveTime {
  now(): number;
  /** Calls `due` when this instant has come; what the same `who` said before is forgotten. Infinity: nothing is due. */
  wakeAt(who: object, instantMs: number, due: () => void): void;
  /** Nobody is called any more. */
  stop(): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How a running time runs. */
export interface RealTimeOptions {
  /** So many times as fast as the real one. Default: 1. */
  readonly factor?: number;
  /** What shows the real one, ms. Default: `performance.now()`. */
  readonly clock?: () => number;
  /** Where it begins, ms. Default: 0. */
  readonly beginMs?: number;
  /** Its timers keep the process from ending. Default: true. */
  readonly holds?: boolean;
}

/** As fast as the real one, or so many times as fast, by the timers of whoever runs it, fake ones too. */
export class RealTime implements LiveTime {
  readonly #factor: number;
  readonly #clock: () => number;
  readonly #holds: boolean;
  readonly #beganMs: number;
  readonly #timers = new Map<object, ReturnType<typeof setTimeout>>();

  constructor({
    beginMs = 0,
    clock = () => performance.now(),
    factor = 1,
    holds = true,
  }: RealTimeOptions = {}) {
    this.#factor = factor;
    this.#clock = clock;
    this.#holds = holds;
    this.#beganMs = clock() - beginMs / factor;
  }

  now(): number {
    // To the microsecond, as traces write it.
    return Math.floor((this.#clock() - this.#beganMs) * this.#factor * 1000) / 1000;
  }

  wakeAt(who: object, instantMs: number, due: () => void): void {
    clearTimeout(this.#timers.get(who));
    this.#timers.delete(who);
    if (instantMs === Number.POSITIVE_INFINITY) return;
    const leftMs = Math.max(0, Math.ceil((instantMs - this.now()) / this.#factor));
    // Node's timers may fire a little early, and none is longer than 24 days.
    const look = () => {
      this.#timers.delete(who);
      if (this.now() < instantMs) this.wakeAt(who, instantMs, due);
      else due();
    };
    const timer = setTimeout(look, Math.min(leftMs, LONGEST_TIMER_MS));
    if (!this.#holds) timer.unref?.();
    this.#timers.set(who, timer);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** What is due so soon comes by itself: a watch that catches up must not wait for somebody to let time pass. */
export const BY_ITSELF_MS = 1;

interface Alarm {
  readonly atMs: number;
  readonly due: () => void;
}

/** Stands still until it is told to go on. */
export class ManualTime implements LiveTime {
  readonly #byItselfMs: number;
  readonly #alarms = new Map<object, Alarm>();
  #nowMs = 0;

  /** `byItselfMs`: what is due within it comes without being told to. */
  constructor(byItselfMs = BY_ITSELF_MS) {
    this.#byItselfMs = byItselfMs;
  }

  now(): number {
    return this.#nowMs;
  }

  wakeAt(who: object, instantMs: number, due: () => void): void {
    this.#alarms.delete(who);
    if (instantMs === Number.POSITIVE_INFINITY) return;
    const alarm = { atMs: instantMs, due };
    this.#alarms.set(who, alarm);
    if (instantMs - this.#nowMs > this.#byItselfMs) return;
    setImmediate(() => {
      if (this.#alarms.get(who) === alarm) this.#wake(who, alarm);
    });
  }

  stop(): void {
    this.#alarms.clear();
  }

  /** Lets so much time pass. `settled`: whoever is called meanwhile gets a turn before more of it does. */
  async advance(ms: number, settled: () => Promise<void>): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (let next = this.#next(); next !== undefined && next[1].atMs <= endMs; next = this.#next()) {
      this.#wake(...next);
      await settled();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Goes to an instant, back or forth, without anything happening: for a state that is of then. */
  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** When something is due next; Infinity: nothing is. */
  nextMs(): number {
    return this.#next()?.[1].atMs ?? Number.POSITIVE_INFINITY;
  }

  /** Whether anybody but `who` waits for time to pass. */
  hasOthers(who: object): boolean {
    return this.#alarms.size > (this.#alarms.has(who) ? 1 : 0);
  }

  /** The first that is due, in the order in which they were asked for. */
  #next(): [object, Alarm] | undefined {
    let first: [object, Alarm] | undefined;
    for (const one of this.#alarms) if (first === undefined || one[1].atMs < first[1].atMs) first = one;
    return first;
  }

  #wake(who: object, { atMs, due }: Alarm): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#alarms.delete(who);
    due();
  }
}
