/**
 * Each coordinator's own log of a recorded run, as its process would have written it: its clock, its order, and the beat of
 * a standby. Several logs together are prefixed with their names, as container tools do.
 */
import { keysFor } from "../../../models/dialect.ts";
import type { Observation } from "../../../models/observation.ts";
import { formatLine, type WallInstant } from "../../milvus/log-format.ts";
import { logLinesOf, STANDBY_BEAT_MS, type LogEvent } from "../../milvus/log-lines.ts";
import { clockRateUnder, effectsOf, lanesBefallen } from "../../simulation/effects.ts";
import { kindOf } from "../../simulation/fault.ts";
import { InEffect } from "../../simulation/in-effect.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { createNodeClock, localNow, setRate, trueInstantOf, type NodeClock } from "../../time/node-clock.ts";
import type { ObservedRun } from "../../reading/observed-run.ts";
import { cellsOf, pad } from "../../words/cells.ts";

export interface LogOptions {
  /** The wall clock's instant at which the run began. */
  readonly start: WallInstant;
  /** One coordinator alone, by its place, without prefixes; undefined: all of them. */
  readonly node?: number | undefined;
}

interface Writer {
  readonly clock: NodeClock;
  /** A process that is down stands not still. */
  runs: boolean;
  /** The own clock's instant of the next standby beat; Infinity: it is not standby. */
  nextBeatMs: number;
}

/** The log lines of the run, oldest first. */
export function renderLog(observed: ObservedRun, { node: only, start }: LogOptions): string[] {
  const { observations, scenario } = observed;
  const logs = new Logs(scenario, start, only);
  for (const observation of observations) logs.observe(observation);
  return logs.lines;
}

class Logs {
  readonly lines: string[] = [];
  readonly #scenario: Scenario;
  readonly #start: WallInstant;
  readonly #only: number | undefined;
  readonly #writers: readonly Writer[];
  readonly #inEffect: InEffect<number>;
  readonly #nameWidth: number;
  #deletions: Extract<Observation, { type: "change" }>[] = [];

  constructor(scenario: Scenario, start: WallInstant, only: number | undefined) {
    this.#scenario = scenario;
    this.#start = start;
    this.#inEffect = new InEffect(scenario.faults);
    this.#only = only;
    this.#nameWidth = Math.max(...scenario.coordinators.map(({ name }) => cellsOf(name)));
    this.#writers = scenario.coordinators.map(({ clockOffsetMs, clockRate }) => ({
      clock: createNodeClock(clockOffsetMs, clockRate),
      runs: false,
      nextBeatMs: Number.POSITIVE_INFINITY,
    }));
  }

  observe(observation: Observation): void {
    this.#beatUntil(observation.at);
    switch (observation.type) {
      case "milestone":
        this.#milestone(observation);
        return;
      case "started":
        this.#writer(observation.node).runs = true;
        return;
      case "ended":
        this.#inEffect.forget(observation.node);
        Object.assign(this.#writer(observation.node), {
          runs: false,
          nextBeatMs: Number.POSITIVE_INFINITY,
        });
        return;
      case "change":
        this.#remember(observation);
        return;
      case "written":
        if (observation.outcome !== "applied") {
          this.#write(observation.node, observation.at, { type: "written", outcome: observation.outcome });
        }
        return;
      case "fault":
        this.#fault(observation);
        return;
      default:
        return;
    }
  }

  #milestone(observation: Extract<Observation, { type: "milestone" }>): void {
    const { at, milestone, node, role } = observation;
    const writer = this.#writer(node);
    const activeKey = keysFor(role).role;
    if (milestone === "vacancy") this.#deleted(node, at, activeKey);
    const exclusive = this.#scenario.coordinators[node]?.activeStandby === false;
    this.#write(node, at, { ...observation, type: "milestone", exclusive, activeKey });
    const standby =
      milestone === "watching" ||
      milestone === "vacancy" ||
      milestone === "campaigning" ||
      milestone === "outrun";
    if (!standby) writer.nextBeatMs = Number.POSITIVE_INFINITY;
    else if (milestone === "watching" && writer.nextBeatMs === Number.POSITIVE_INFINITY) {
      writer.nextBeatMs = localNow(writer.clock, at) + STANDBY_BEAT_MS;
    }
  }

  /** The deletions of one revision are what one watch message brings: the active key and its holder's session key. */
  #remember(observation: Extract<Observation, { type: "change" }>): void {
    if (observation.event.type !== "DELETE") return;
    if (this.#deletions[0]?.event.kv.modRevision !== observation.event.kv.modRevision) this.#deletions = [];
    this.#deletions.push(observation);
  }

  #deleted(node: number, at: number, activeKey: string): void {
    for (const { event } of this.#deletions) {
      const { key } = event.kv;
      if (key === activeKey || key.startsWith(`${activeKey}-`))
        this.#write(node, at, { type: "watched", event });
    }
  }

  #fault({ at, index, node, phase }: Extract<Observation, { type: "fault" }>): void {
    const fault = this.#scenario.faults[index];
    const all = [...this.#scenario.coordinators.keys()];
    const struck = all.includes(node) ? node : undefined;
    for (const lane of lanesBefallen(fault, struck, all)) this.#befall(at, index, lane, phase);
  }

  #befall(at: number, index: number, node: number, phase: "begins" | "ends"): void {
    const fault = this.#scenario.faults[index];
    const setup = this.#scenario.coordinators[node];
    if (fault === undefined || setup === undefined) return;
    const writer = this.#writer(node);
    const begins = phase === "begins";
    if (begins) this.#inEffect.begin(index, node, writer.runs);
    else this.#inEffect.end(index, node);
    if (effectsOf(fault).clockRate !== undefined)
      setRate(writer.clock, at, clockRateUnder(setup.clockRate, this.#inEffect.in(node)));
    if (begins) writer.clock.localAnchorMs += kindOf(fault).clockJumpMs?.(fault) ?? 0;
  }

  /** The beats of all standbys up to `untilMs`, in the order of true time. A process that stands still says nothing. */
  #beatUntil(untilMs: number): void {
    for (;;) {
      let next = -1;
      let nextAt = untilMs;
      this.#writers.forEach(({ clock, nextBeatMs }, node) => {
        if (nextBeatMs === Number.POSITIVE_INFINITY) return;
        const at = trueInstantOf(clock, nextBeatMs);
        if (at < nextAt) [next, nextAt] = [node, at];
      });
      if (next < 0) return;
      const writer = this.#writer(next);
      const { role = "" } = this.#scenario.coordinators[next] ?? {};
      if (!this.#inEffect.standsStill(next)) this.#write(next, nextAt, { type: "beat", role });
      writer.nextBeatMs += STANDBY_BEAT_MS;
    }
  }

  #write(node: number, at: number, event: LogEvent): void {
    if (this.#only !== undefined && this.#only !== node) return;
    const { epochMs, offsetMinutes } = this.#start;
    const instant = { epochMs: epochMs + localNow(this.#writer(node).clock, at), offsetMinutes };
    const name = this.#scenario.coordinators[node]?.name ?? "";
    const prefix = this.#only === undefined ? `${pad(name, this.#nameWidth)} | ` : "";
    for (const line of logLinesOf(event)) this.lines.push(prefix + formatLine(line, instant));
  }

  #writer(node: number): Writer {
    const writer = this.#writers[node];
    if (writer === undefined) throw new RangeError(`no coordinator ${node}`);
    return writer;
  }
}
