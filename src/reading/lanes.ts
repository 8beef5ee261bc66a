/**
 * How each coordinator stood, as spans of time: what a lane of a diagram shows. Serving is what the coordinator claims by its
 * own clock, so a span of serving ends with the claim even where nobody is awake to say so.
 */
import type { TraceEvent, TraceObservation } from "../trace/format.ts";
import { effectsOf } from "../simulation/effects.ts";
import { leadsTo, type Standing } from "../trace/standing.ts";
import type { RecordedRun } from "./run.ts";

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly standing: Standing;
  /** The event with which it began; for the end of a claim that nobody told, the one before. */
  readonly n: number;
  /** The fencing token while it is active. */
  readonly token?: number;
}

export interface Lane {
  readonly name: string;
  /** In order, without gaps, from 0 on. */
  readonly bands: readonly Band[];
  /** When its process stood still. */
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
}

export function lanesOf(run: RecordedRun): Lane[] {
  const lanes = new Map(run.coordinators.map((name) => [name, new Drawing(name)]));
  for (const event of run.events) {
    for (const lane of lanes.values()) lane.pass(event);
    for (const seen of event.seen ?? []) {
      lanes.get(seen.node ?? event.node)?.hear(event, seen);
    }
    const { cause } = event;
    if (cause.type !== "fault") continue;
    const fault = run.header.scenario.faults[cause.index];
    if (fault === undefined || effectsOf(fault).standsStill !== true) continue;
    if (cause.phase === "begins") lanes.get(event.node)?.pause(event.at, cause.index);
    if (cause.phase === "ends") lanes.get(event.node)?.wake(event.at, cause.index);
  }
  return [...lanes.values()].map((lane) => lane.finish(run.untilMs));
}

class Drawing {
  readonly #name: string;
  readonly #bands: Band[] = [];
  readonly #pauses: { from: number; to: number }[] = [];
  #open: Omit<Band, "to"> = { from: 0, standing: "down", n: 0 };
  #claimUntil = Number.POSITIVE_INFINITY;
  #pausedFrom: number | undefined;
  /** The faults that hold it still. */
  readonly #held = new Set<number>();
  /** What was announced while it still served; holds once the claim ends. */
  #next: Standing = "leaving";
  #last = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Time has come to this event: was a claim over before it? */
  pass({ at }: TraceEvent): void {
    if (this.#open.standing === "active" && this.#claimUntil < at) {
      this.#begin(this.#claimUntil, this.#last, "leaving");
    }
  }

  hear({ at, n }: TraceEvent, seen: TraceObservation): void {
    this.#last = n;
    switch (seen.type) {
      case "started":
        this.#begin(at, n, "joining");
        break;
      case "ended":
        this.#standStillUntil(at);
        this.#begin(at, n, "down");
        break;
      case "claim": {
        const { token, until } = seen;
        this.#claimUntil = typeof until === "number" ? until : Number.POSITIVE_INFINITY;
        if (this.#open.standing !== "active" && this.#claimUntil > at)
          this.#begin(at, n, "active", Number(token));
        break;
      }
      case "claimEnded":
        if (this.#open.standing === "active") this.#begin(at, n, this.#next);
        break;
      case "milestone": {
        const standing = leadsTo(seen);
        // Whether it serves is what it claims, not what it says.
        if (standing === undefined || standing === "active") break;
        // A standby asks from time to time whether the role is still held; that alone is no change.
        if (this.#open.standing === "standby" && seen["milestone"] === "campaigning") break;
        if (this.#open.standing === "active") this.#next = standing;
        else if (this.#open.standing !== standing) this.#begin(at, n, standing);
        break;
      }
      default:
        break;
    }
  }

  pause(at: number, index: number): void {
    if (this.#open.standing === "down") return;
    this.#pausedFrom ??= at;
    this.#held.add(index);
  }

  wake(at: number, index: number): void {
    if (this.#held.delete(index) && this.#held.size === 0) this.#standStillUntil(at);
  }

  finish(untilMs: number): Lane {
    this.pass({ at: untilMs } as TraceEvent);
    this.#standStillUntil(untilMs);
    return {
      name: this.#name,
      bands: [...this.#bands, { ...this.#open, to: untilMs }],
      pauses: this.#pauses,
    };
  }

  #standStillUntil(at: number): void {
    if (this.#pausedFrom !== undefined) this.#pauses.push({ from: this.#pausedFrom, to: at });
    this.#pausedFrom = undefined;
    this.#held.clear();
  }

  #begin(at: number, n: number, standing: Standing, token?: number): void {
    this.#next = "leaving";
    if (at > this.#open.from) this.#bands.push({ ...this.#open, to: at });
    this.#open = { from: at, standing, n, ...(token === undefined ? {} : { token }) };
  }
}
