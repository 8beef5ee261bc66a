/** What a soak has seen, added up, and told in the end. */
import { readdirSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";
import type { Stage } from "../production/stage.ts";
import type { Writer } from "../production/writer.ts";

/** Late by this much in one of a hundred turns: the machine had no time for its processes, and bounds on time say nothing. */
const STARVED_MS = 100;

/** What one was started with. */
export interface SoakSettings {
  readonly minutes: number;
  readonly seed: number;
  readonly stages: number;
  readonly members: number;
}

interface Takeover {
  readonly tookMs: number;
  /** From the computed bound, which counts from whatever went wrong last. */
  readonly allowedMs: number;
  /** Nothing else went wrong meanwhile. */
  readonly alone: boolean;
}

/** Of promises that bound times: looked at in the end, where it is known whether the machine was starved. */
const TIMELY = /^(?:bounded-|no-causeless-takeover|recovery|keys-expire|clean-stop)/u;
/** What a bug leaves in a log. */
const BUG = /internal error|failed by a bug|Unhandled|uncaught|\n\s+at /u;

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
  readonly settings: SoakSettings;
  readonly faults = new Map<string, number>();
  readonly takeovers: Takeover[] = [];
  readonly held: Held[] = [];
  /** Violations of promises, divergences from the chart, exits that should not be, stack traces. */
  readonly broken: string[] = [];
  /** Violations of promises that bound times. */
  readonly late: string[] = [];
  /** Guarded writes of a superseded active that were applied. */
  appliedLate = 0;
  bugs = 0;
  acknowledged = 0;
  unanswered = 0;
  lost = 0;
  steps = 0;
  rounds = 0;
  /** Rounds in which a change of the store may have been missed, so that promises were not judged. */
  unseen = 0;
  /** How long processes stood still though nobody had stopped them, ms: the machine had no time for them, and the bounds count it. */
  readonly stills: number[] = [];
  #told = { broken: 0, late: 0 };
  readonly #began = performance.now();
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });

  constructor(settings: SoakSettings) {
    this.settings = settings;
    this.#delay.enable();
  }

  struck(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** A round is over: what was acknowledged is in `listed`, every recording keeps every promise, no process told of a bug. */
  judged(
    { faults, judged, starved, steps, takeovers }: ReturnType<Stage["judge"]>,
    logs: readonly string[],
    { acknowledged, unanswered }: Writer,
    listed: readonly string[],
  ): void {
    this.rounds++;
    this.steps += steps;
    this.acknowledged += acknowledged.length;
    this.unanswered += unanswered;
    const there = new Set(listed);
    this.lost += acknowledged.filter(({ name }) => !there.has(name)).length;
    if (judged.length === 0) this.unseen++;
    this.stills.push(...starved.map(({ from, to }) => Math.round(to - from)));
    for (const text of faults) (TIMELY.test(text) ? this.late : this.broken).push(text);
    this.appliedLate += faults.filter((text) => text.startsWith("fencing")).length;
    for (const { at, cause, disturbed, dueAt, outage, since } of takeovers) {
      if (cause === "start" || dueAt === Infinity) continue;
      this.takeovers.push({ tookMs: at - since, allowedMs: dueAt - since, alone: !disturbed && !outage });
    }
    const told = logs.filter((log) => BUG.test(log));
    this.bugs += told.length;
    this.broken.push(...told.map((log) => `a bug:\n${log.slice(-800)}`));
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

  /** How it stands, and what was found since this was asked last: nobody should have to wait for the end to see it. */
  line(): string {
    const found = [...this.broken.slice(this.#told.broken), ...this.late.slice(this.#told.late)];
    this.#told = { broken: this.broken.length, late: this.late.length };
    return [...found.map((text) => `  ${text}`), this.#standing()].join("\n");
  }

  #standing(): string {
    const minutes = (performance.now() - this.#began) / 60_000;
    const found = `${this.broken.length} broken, ${this.late.length} late`;
    return `${minutes.toFixed(1)} min: ${this.struckInAll} faults, ${this.acknowledged} writes, ${found}`;
  }

  data() {
    const beyond = this.takeovers.filter(({ allowedMs, tookMs }) => tookMs > allowedMs).length;
    const alone = this.takeovers.filter((one) => one.alone);
    const closest = (among: readonly Takeover[]) =>
      among.toSorted((left, right) => right.tookMs / right.allowedMs - left.tookMs / left.allowedMs)[0];
    return {
      ...this.settings,
      rounds: this.rounds,
      unseen: this.unseen,
      stoodStill: { times: this.stills.length, longestMs: Math.max(0, ...this.stills) },
      faults: { all: this.struckInAll, kinds: Object.fromEntries(this.faults) },
      writes: { acknowledged: this.acknowledged, lost: this.lost, unanswered: this.unanswered },
      appliedLate: this.appliedLate,
      bugs: this.bugs,
      chartSteps: this.steps,
      takeovers: {
        all: this.takeovers.length,
        beyond,
        alone: alone.length,
        closest: closest(this.takeovers),
        closestAlone: closest(alone),
      },
      untouched: { first: this.held[0], last: this.held.at(-1) },
      machine: { turnsLateMs: Math.round(this.latenessMs), starved: this.starved },
      broken: this.broken,
      late: this.late,
    };
  }

  text(): string {
    const { appliedLate, bugs, chartSteps, faults, machine, stoodStill, takeovers, untouched, writes } =
      this.data();
    const told = (one: Takeover | undefined) =>
      one === undefined ? "none" : `${ms(one.tookMs)} of ${ms(one.allowedMs)}`;
    const said = (held: Held | undefined) => `${held?.rssMiB} MiB and ${held?.descriptors} descriptors`;
    const { members, minutes, seed, stages } = this.settings;
    const rows = [
      ["faults", `${faults.all} in ${this.rounds} rounds, ${this.unseen} of them not judged by the promises`],
      [
        "  of them",
        Object.entries(faults.kinds)
          .map(([kind, count]) => `${kind} ${count}`)
          .join(", "),
      ],
      ["writes", `${writes.acknowledged} acknowledged, ${writes.lost} lost, ${writes.unanswered} unanswered`],
      ["applied late", `${appliedLate} writes of a superseded active`],
      ["uncaught errors", `${bugs}`],
      ["chart steps", `${chartSteps} replayed`],
      [
        "takeovers",
        `${takeovers.all}, ${takeovers.beyond} beyond the bound; closest ${told(takeovers.closest)}`,
      ],
      ["  with nothing else wrong", `${takeovers.alone}; closest ${told(takeovers.closestAlone)}`],
      ["a process that nobody struck", `${said(untouched.first)}, then ${said(untouched.last)}`],
      [
        "this machine",
        `turns late by ${machine.turnsLateMs} ms in 1 of 100: ${machine.starved ? "STARVED, bounds on time say nothing" : "not starved"}`,
      ],
      ["stood still unasked", `${stoodStill.times} times, at most ${stoodStill.longestMs} ms`],
      ["late", listOf(this.late)],
      ["broken", listOf(this.broken)],
      [
        "again",
        `LEASEHOLD_SOAK_SEED=${seed} LEASEHOLD_SOAK_MINUTES=${minutes} LEASEHOLD_SOAK_STAGES=${stages} LEASEHOLD_SOAK_MEMBERS=${members} npm run soak`,
      ],
    ];
    return rows.map(([name, value]) => `${name}: ${value}`).join("\n");
  }
}

function listOf(all: readonly string[]): string {
  return all.length === 0 ? "nothing" : `\n  ${all.join("\n  ")}`;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
