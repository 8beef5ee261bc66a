/** How long the coordinator is in its phase, and when that is longer than it should take: what a supervisor asks for. */
import type { Phase } from "../../models/compiled-chart.ts";
import { MOST_SETBACKS, setbackPauseMs, type Timing } from "../../models/timing.ts";
import type { Audience } from "../election/member.ts";

/** Longer than etcd takes to elect, and than a first connection. */
const LEAST_LIMIT_MS = 30_000;

/** How long a phase may last before the coordinator counts as stuck. To stand by and to serve may last for ever. */
export function phaseLimitMs(phase: Phase, timing: Timing): number {
  const { activationLimitMs, ttlMs } = timing;
  switch (phase) {
    case "joining":
    case "leaving":
      return Math.max(LEAST_LIMIT_MS, 2 * ttlMs);
    case "activating":
      return activationLimitMs;
    case "away":
      return setbackPauseMs(timing, MOST_SETBACKS) + LEAST_LIMIT_MS;
    case "standby":
    case "active":
    case "ended":
      return Number.POSITIVE_INFINITY;
  }
}

export class PhaseTime implements Audience {
  readonly #timing: Timing;
  readonly #nowMs: () => number;
  #phase: Phase = "joining";
  #sinceMs: number;

  /** Counts from now on; whoever begins joins. */
  constructor(timing: Timing, nowMs: () => number = () => performance.now()) {
    this.#timing = timing;
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
  }

  settled(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#sinceMs = this.#nowMs();
  }

  get seconds(): number {
    return (this.#nowMs() - this.#sinceMs) / 1000;
  }

  /** Whether the phase lasts longer than its limit. */
  get overdue(): boolean {
    return this.seconds * 1000 > phaseLimitMs(this.#phase, this.#timing);
  }
}
