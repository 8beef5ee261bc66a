/**
 * How each coordinator stood, as spans of time: what a lane of a diagram shows. Serving is what the coordinator claims by its
 * own clock, so a span of serving ends with the claim even where nobody is awake to say so.
 */
import type { Observation } from "../../models/observation.ts";
import { effectsOf, lanesBefallen } from "../simulation/effects.ts";
import type { Fault } from "../simulation/fault.ts";
import { processesOf } from "../simulation/scenario.ts";
import type { Standing } from "../trace/standing.ts";
import { leadsTo } from "./leads-to.ts";
import type { SeenRun, Noticed } from "./seen.ts";
import { countWhile } from "./sorted.ts";

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
  /** Where they begin, and beside them what did not last beyond its instant: for whoever looks between two events of one. */
  readonly begins: readonly Omit<Band, "to">[];
  /** When its process stood still. */
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
}

/** One for each process, by place. */
export function lanesOf({ scenario, seen, untilMs }: SeenRun): Lane[] {
  const lanes = processesOf(scenario).map((setup) => new Drawing(setup.name, "kind" in setup));
  for (const noticed of seen) {
    const { observation } = noticed;
    for (const lane of lanes) lane.pass(observation.at);
    if (!("node" in observation)) continue;
    const lane = lanes[observation.node];
    if (observation.type !== "fault") {
      lane?.hear(noticed);
      continue;
    }
    const fault = scenario.faults[observation.index];
    for (const befallen of lanesBefallen(fault, lane, lanes)) befallen.befall(observation, fault, noticed.n);
  }
  return lanes.map((lane) => lane.finish(untilMs));
}

class Drawing {
  readonly #name: string;
  /** How it stands while it claims nothing, before and after: a program takes part in no contest. */
  readonly #idle: { readonly before: Standing; readonly after: Standing };
  readonly #bands: Band[] = [];
  readonly #begins: Omit<Band, "to">[] = [];
  readonly #pauses: { from: number; to: number }[] = [];
  #open: Omit<Band, "to"> = { from: 0, standing: "down", n: 0 };
  /** By what is claimed: a program may claim several things. */
  readonly #claims = new Map<string, number>();
  #pausedFrom: number | undefined;
  /** The faults that hold it still. */
  readonly #held = new Set<number>();
  /** What was announced while it still served; holds once the claim ends. */
  #next: Standing;
  #last = 0;

  constructor(name: string, isProgram: boolean) {
    this.#name = name;
    this.#idle = isProgram
      ? { before: "running", after: "running" }
      : { before: "joining", after: "leaving" };
    this.#next = this.#idle.after;
  }

  /** Time has come to this event: was a claim over before it? */
  pass(at: number): void {
    const until = this.#claimsUntil();
    if (this.#open.standing === "active" && until < at) this.#begin(until, this.#last, this.#idle.after);
  }

  hear({ n, observation }: Noticed): void {
    const { at } = observation;
    this.#last = n;
    switch (observation.type) {
      case "started":
        this.#begin(at, n, this.#idle.before);
        break;
      case "ended":
        this.#claims.clear();
        this.#standStillUntil(at);
        this.#begin(at, n, "down");
        break;
      case "unseen":
        this.#begin(at, n, "unknown");
        break;
      case "claim": {
        const { role, token, until } = observation;
        this.#claims.set(role, until);
        if (this.#open.standing !== "active" && until > at) this.#begin(at, n, "active", token);
        // A clock that stood or was set may leave it with a claim that is over already.
        else if (this.#open.standing === "active" && this.#claimsUntil() <= at)
          this.#begin(at, n, this.#next);
        break;
      }
      case "claimEnded":
        this.#claims.delete(observation.role);
        if (this.#open.standing === "active" && this.#claims.size === 0) this.#begin(at, n, this.#next);
        break;
      case "milestone": {
        const standing = leadsTo(observation);
        // Whether it serves is what it claims, not what it says.
        if (standing === undefined || standing === "active") break;
        if (this.#open.standing === "active") this.#next = standing;
        else if (this.#open.standing !== standing) this.#begin(at, n, standing);
        break;
      }
      default:
        break;
    }
  }

  befall(
    { at, index, phase }: Extract<Observation, { type: "fault" }>,
    fault: Fault | undefined,
    n: number,
  ): void {
    this.#last = n;
    if (fault === undefined || effectsOf(fault).standsStill !== true) return;
    if (phase === "begins" && this.#open.standing !== "down") {
      this.#pausedFrom ??= at;
      this.#held.add(index);
    } else if (phase === "ends" && this.#held.delete(index) && this.#held.size === 0)
      this.#standStillUntil(at);
  }

  finish(untilMs: number): Lane {
    this.pass(untilMs);
    this.#standStillUntil(untilMs);
    return {
      name: this.#name,
      bands: [...this.#bands, { ...this.#open, to: untilMs }],
      begins: [...this.#begins, this.#open],
      pauses: this.#pauses,
    };
  }

  /** The last end of what it claims; for ever, where it claims nothing that could end. */
  #claimsUntil(): number {
    return this.#claims.size === 0 ? Number.POSITIVE_INFINITY : Math.max(...this.#claims.values());
  }

  #standStillUntil(at: number): void {
    if (this.#pausedFrom !== undefined) this.#pauses.push({ from: this.#pausedFrom, to: at });
    this.#pausedFrom = undefined;
    this.#held.clear();
  }

  #begin(at: number, n: number, standing: Standing, token?: number): void {
    this.#next = this.#idle.after;
    this.#begins.push(this.#open);
    if (at > this.#open.from) this.#bands.push({ ...this.#open, to: at });
    this.#open = { from: at, standing, n, ...(token === undefined ? {} : { token }) };
  }
}

/** How it stood at `at`, after event `n` and before the next. */
export function standingAt(
  { begins }: Lane,
  { at, n }: { readonly at: number; readonly n: number },
): Standing {
  return begins[countWhile(begins, (one) => one.n <= n && one.from <= at) - 1]?.standing ?? "down";
}
