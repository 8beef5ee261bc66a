/** What a soak has seen, added up, and told in the end. */
import { readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";

/** Late by this much in one of a hundred turns: the machine had no time for its processes, and bounds on time say nothing. */
const STARVED_MS = 100;

export interface Takeover {
  readonly tookMs: number;
  readonly boundMs: number;
}

/** A process that lives through the whole soak, at one moment. */
export interface Held {
  readonly rssMiB: number;
  readonly descriptors: number;
}

export function heldBy(pid: number): Held {
  const resident = Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  return { rssMiB: Math.round(resident / 1024), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

export class Report {
  readonly faults = new Map<string, number>();
  readonly takeovers: Takeover[] = [];
  readonly held: Held[] = [];
  /** Violations of promises, divergences from the chart, exits that should not be, stack traces. */
  readonly broken: string[] = [];
  acknowledged = 0;
  unanswered = 0;
  lost = 0;
  steps = 0;
  rounds = 0;
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#delay.enable();
  }

  struck(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  get struckInAll(): number {
    return [...this.faults.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How late this process' own turns were, 99 of 100, ms: both cores busy show here first. */
  get latenessMs(): number {
    return Math.max(0, this.#delay.percentile(99) / 1e6 - 20);
  }

  get starved(): boolean {
    return this.latenessMs > STARVED_MS;
  }

  get late(): readonly Takeover[] {
    return this.takeovers.filter(({ boundMs, tookMs }) => tookMs > boundMs);
  }

  text(minutes: number, seed: number): string {
    const worst = this.takeovers.toSorted(
      (left, right) => right.tookMs / right.boundMs - left.tookMs / left.boundMs,
    )[0];
    const [first] = this.held;
    const last = this.held.at(-1);
    const rows = [
      [
        "faults",
        `${this.struckInAll} in ${this.rounds} rounds (${[...this.faults].map(([kind, count]) => `${kind} ${count}`).join(", ")})`,
      ],
      ["writes", `${this.acknowledged} acknowledged, ${this.lost} lost, ${this.unanswered} unanswered`],
      ["chart steps", `${this.steps} replayed`],
      [
        "takeovers",
        worst === undefined
          ? "none"
          : `${this.takeovers.length}, ${this.late.length} beyond the bound; closest ${ms(worst.tookMs)} of ${ms(worst.boundMs)}`,
      ],
      [
        "a process that nobody struck",
        `${first?.rssMiB} MiB and ${first?.descriptors} descriptors, then ${last?.rssMiB} MiB and ${last?.descriptors}`,
      ],
      [
        "this machine",
        `turns late by ${ms(this.latenessMs)} in 1 of 100: ${this.starved ? "STARVED, bounds on time say nothing" : "not starved"}`,
      ],
      ["broken", this.broken.length === 0 ? "nothing" : `\n  ${this.broken.join("\n  ")}`],
      ["again", `LEASEHOLD_SOAK_SEED=${seed} LEASEHOLD_SOAK_MINUTES=${minutes} npm run soak`],
    ];
    return rows.map(([name, value]) => `${name}: ${value}`).join("\n");
  }
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
