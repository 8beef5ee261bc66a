/**
 * Timers, clock and chance as code finds them around it (`setTimeout`, `Date.now()`, `Math.random()`), and as one process has them in
 * virtual time. Most programs are refused them, by name; one that stands on a library which asks for them is given these.
 */
import type { Program } from "./program.ts";

/** By how a call is written: what answers in its place. */
export type Surroundings = ReadonlyMap<string, (...given: never[]) => unknown>;

/** What a process has of its own. */
export interface OwnTime {
  /** ms since 1970, as its own clock shows it. */
  readonly now: () => number;
  readonly random: () => number;
  /** Returns how to cancel. */
  readonly arm: (delayMs: number, due: () => void) => () => void;
}

/** What `Date.now()` says where a process' own clock shows 0. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

const AROUND = Symbol("leasehold.aroundTimers");

/**
 * The same program, which finds timers, clock and chance around it in virtual time, instead of being refused them: for libraries that
 * call `setTimeout`, `Date.now` or `Math.random` themselves. What comes by another door (`node:timers`, files, sockets) is still refused.
 */
export function withTimers(program: Program): Program {
  const same: Program = (ctx) => program(ctx);
  return Object.assign(same, { [AROUND]: true });
}

export function wantsTimers(program: Program): boolean {
  return AROUND in program;
}

/** What a process finds around it. */
export function surroundingsOf(own: OwnTime): Surroundings {
  const since = () => own.now() - EPOCH_MS;
  return new Map<string, (...given: never[]) => unknown>([
    ["Date.now()", () => Math.floor(own.now())],
    ["Math.random()", own.random],
    ["performance.now()", since],
    ["process.hrtime()", (before?: readonly [number, number]) => hrtime(since(), before)],
    ["process.hrtime.bigint()", () => BigInt(Math.round(since() * 1e6))],
    ["crypto.randomUUID()", () => uuid(own.random)],
    [
      "setTimeout()",
      (...[act, ms, ...given]: Arming) => new VirtualTimer(own, delayOf(ms), "once", () => act(...given)),
    ],
    [
      "setInterval()",
      (...[act, ms, ...given]: Arming) => new VirtualTimer(own, delayOf(ms), "again", () => act(...given)),
    ],
    [
      "setImmediate()",
      (act: Act, ...given: unknown[]) => new VirtualTimer(own, 0, "once", () => act(...given)),
    ],
    ...["clearTimeout()", "clearInterval()", "clearImmediate()"].map(
      (call) => [call, (timer: unknown) => timer instanceof VirtualTimer && timer.close()] as const,
    ),
  ]);
}

type Act = (...given: unknown[]) => void;
type Arming = [act: Act, ms?: number, ...given: unknown[]];

/** As Node's: less than a millisecond is one. */
function delayOf(ms: unknown): number {
  const given = Number(ms);
  return given >= 1 && given <= 0x7fffffff ? given : 1;
}

/** What `setTimeout` and its like return. A process lives for as long as its program says, so being referenced means nothing. */
class VirtualTimer {
  readonly #own: OwnTime;
  readonly #delayMs: number;
  readonly #again: boolean;
  readonly #act: () => void;
  #cancel: () => void = () => undefined;

  constructor(own: OwnTime, delayMs: number, kind: "once" | "again", act: () => void) {
    this.#own = own;
    this.#delayMs = delayMs;
    this.#again = kind === "again";
    this.#act = act;
    this.refresh();
  }

  refresh(): this {
    this.#cancel();
    this.#cancel = this.#own.arm(this.#delayMs, () => {
      if (this.#again) this.refresh();
      this.#act();
    });
    return this;
  }

  close(): this {
    this.#cancel();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

/** Seconds and nanoseconds, since `before` if it is given. */
function hrtime(ms: number, [seconds, nanos] = [0, 0] as readonly [number, number]): [number, number] {
  const all = Math.round(ms * 1e6) - seconds * 1e9 - nanos;
  return [Math.floor(all / 1e9), ((all % 1e9) + 1e9) % 1e9];
}

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(13, 16),
    hex.slice(17, 20),
    hex.slice(20),
  ];
  return `${a}-${b}-4${c}-8${d}-${e}`;
}
