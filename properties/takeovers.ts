/**
 * Every role without an active coordinator, who filled it, and when somebody must have: the one place that knows the bound of a
 * takeover, for the property that judges it and for whoever shows it.
 *
 * The clock runs from the crash, the stop or the end of the claim. It is held back only by what the bound does not count:
 * a candidate must have been sound for the recovery bound, etcd likewise; one sound candidate is enough.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  noticeBoundMs,
  recoveryBoundMs,
  type Environment,
} from "../models/timing.ts";
import { asksToStop } from "../src/simulation/fault.ts";
import { environmentOf, slowestTiming, timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { Disturbances, DISTURBANCES, ETCD_ITSELF } from "./disturbances.ts";

/** What {@link Takeovers.observe} reads. */
export const READ_FOR_TAKEOVERS: readonly ObservationType[] = [...DISTURBANCES, "claim", "claimEnded"];

/** What ended the last term of service: `loss` is a claim that ended, `start` that there was none yet. */
export type VacancyCause = "crash" | "stop" | "loss" | "start";

/** One role without an active coordinator. */
export interface Vacancy {
  readonly role: string;
  readonly since: number;
  readonly cause: VacancyCause;
  /** Who served before, by place; -1: nobody did. */
  readonly former: number;
  /** Something else went wrong meanwhile, and the bound counts from there. */
  readonly disturbed: boolean;
  /** etcd was disturbed since the former active was last renewed, or during the vacancy. */
  readonly outage: boolean;
}

/** A vacancy that somebody filled. */
export interface Filling extends Vacancy {
  readonly node: number;
  readonly at: number;
  /** How long it may take if nothing else goes wrong. */
  readonly boundMs: number;
  /** When somebody had to serve at the latest; Infinity: nobody had to. */
  readonly dueAt: number;
  /** Its watches were mute, and none told it: it asked for itself. */
  readonly unheard: boolean;
}

type OpenVacancy = { -readonly [Field in keyof Vacancy]: Vacancy[Field] } & { dueAt: number };

export class Takeovers {
  readonly #scenario: Scenario;
  readonly #around: Environment;
  readonly #recoveryMs: number;
  readonly #disturbances: Disturbances;
  readonly #vacancies = new Map<string, OpenVacancy>();
  readonly #serving = new Map<number, { role: string; until: number }>();
  readonly #stopping = new Set<number>();
  /** Who waits on its watch, and has won the role since without having been told by it. */
  readonly #waiting = new Set<number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#around = environmentOf(scenario);
    this.#recoveryMs = recoveryBoundMs(slowestTiming(scenario), this.#around);
    this.#disturbances = new Disturbances(scenario);
    for (const { role } of scenario.coordinators) this.#vacate(role, 0, "start", -1);
  }

  /** Hear every observation of the kinds in {@link READ_FOR_TAKEOVERS}, in order. Returns a vacancy that was filled by it. */
  observe(observation: Observation): Filling | undefined {
    this.#expire(observation.at);
    if (observation.type === "claim") {
      const { at, node, role, until } = observation;
      const filled = this.#serving.has(node) ? undefined : this.#fill(role, node, at);
      this.#serving.set(node, { role, until });
      return filled;
    }
    if (observation.type === "claimEnded") {
      this.#end(observation.node, observation.at);
      return undefined;
    }
    if (observation.type === "milestone") this.#wait(observation);
    const tailMs = this.#disturbances.note(observation);
    if (observation.type === "fault" && observation.phase === "begins" && asksToStop(observation.kind)) {
      this.#stopping.add(observation.node);
    }
    if (observation.type === "ended") {
      if (observation.cause === "crash") this.#crashed(observation.node, observation.at);
      this.#stopping.delete(observation.node);
    }
    if (tailMs !== undefined) this.#hold(observation, tailMs);
    return undefined;
  }

  #wait({ milestone, node }: Extract<Observation, { readonly type: "milestone" }>): void {
    if (milestone === "watching") this.#waiting.add(node);
    else if (milestone === "campaigning" || milestone === "starting" || milestone === "lost")
      this.#waiting.delete(node);
  }

  /** Roles that nobody serves now and somebody could. */
  get vacant(): readonly string[] {
    return [...this.#vacancies.keys()].filter((role) => this.able(role).length > 0);
  }

  /** Of every role that nobody serves now. One that goes on is the same value, and may yet learn its cause. */
  get vacancies(): Iterable<Vacancy> {
    return this.#vacancies.values();
  }

  /** How long a vacancy may last if nothing else goes wrong, ms: the lease that must run out is the former one's. */
  boundMs({ cause, former }: Pick<Vacancy, "cause" | "former">): number {
    switch (cause) {
      case "stop":
        return cleanTakeoverBoundMs(this.#around);
      case "crash":
      case "loss":
        return crashTakeoverBoundMs(timingOf(this.#scenario, former), this.#around);
      case "start":
        return this.#recoveryMs;
    }
  }

  /** Roles that nobody serves now, and nobody is there to. */
  get deserted(): readonly string[] {
    return [...this.#vacancies.keys()].filter((role) => this.able(role).length === 0);
  }

  /** The first vacancy that lasted longer than it may, as things stood until `at`, and since when it does. */
  overdue(at: number): { readonly vacancy: Vacancy; readonly dueAt: number } | undefined {
    if (this.#vacancies.size === 0) return undefined;
    for (const vacancy of this.#vacancies.values()) {
      if (at <= vacancy.dueAt) continue;
      const dueAt = this.#dueAt(vacancy);
      if (at > dueAt) return { vacancy, dueAt };
    }
    return undefined;
  }

  /** Who could serve the role now, by place. */
  able(role: string): number[] {
    const found: number[] = [];
    this.#scenario.coordinators.forEach((setup, node) => {
      if (setup.role !== role || !setup.activeStandby || this.#stopping.has(node)) return;
      if (this.#disturbances.isSound(node)) found.push(node);
    });
    return found;
  }

  /** A claim that ran out while its holder could not say so, paused for example, ended all the same. */
  #expire(at: number): void {
    for (const [node, { until }] of this.#serving) if (until < at) this.#end(node, until);
  }

  #end(node: number, at: number): void {
    const ended = this.#serving.get(node);
    if (ended === undefined) return;
    this.#serving.delete(node);
    // A crash and a stop tell their own story next; until then it is a loss.
    if (!this.#served(ended.role)) this.#vacate(ended.role, at, this.#causeOf(node, at), node);
  }

  #served(role: string): boolean {
    for (const claim of this.#serving.values()) if (claim.role === role) return true;
    return false;
  }

  /** A stop is clean only if the revoke gets through. */
  #causeOf(node: number, at: number): VacancyCause {
    return this.#stopping.has(node) && this.#disturbances.isHeard(node, at) ? "stop" : "loss";
  }

  #vacate(role: string, at: number, cause: VacancyCause, former: number): void {
    const { ttlMs } = timingOf(this.#scenario, former);
    const outage = at > 0 && this.#disturbances.outageUntil(at) > Math.max(0, at - ttlMs);
    const dueAt = at + this.boundMs({ cause, former });
    this.#vacancies.set(role, { role, since: at, cause, former, dueAt, disturbed: false, outage });
  }

  /** The claim that just ended did so because its process died. A renewal still under way counts from its arrival. */
  #crashed(node: number, at: number): void {
    for (const vacancy of this.#vacancies.values()) {
      if (vacancy.former !== node || vacancy.since !== at) continue;
      vacancy.cause = "crash";
      vacancy.dueAt = Math.max(at, this.#disturbances.heardUntil(node)) + this.boundMs(vacancy);
    }
  }

  #fill(role: string, node: number, at: number): Filling | undefined {
    const vacancy = this.#vacancies.get(role);
    if (vacancy === undefined) return undefined;
    this.#vacancies.delete(role);
    const boundMs = this.boundMs(vacancy);
    const unheard = this.#disturbances.wasMuted(node, vacancy.since) && this.#waiting.has(node);
    this.#waiting.delete(node);
    return { ...vacancy, node, at, boundMs, dueAt: this.#dueAt(vacancy), unheard };
  }

  /** Whatever happens to anybody of the role, or to etcd, while nobody serves, is given its time. */
  #hold(observation: Observation, tailMs: number): void {
    const node = "node" in observation ? observation.node : ETCD_ITSELF;
    const role = this.#scenario.coordinators[node]?.role;
    const until = observation.type === "message" ? observation.until : observation.at;
    for (const vacancy of this.#vacancies.values()) {
      if (node >= 0 && role !== vacancy.role) continue;
      if (this.#disturbances.outageUntil(observation.at) > vacancy.since) vacancy.outage = true;
      // The crash that made the vacancy is already counted; a leaver that is done, or a newcomer, holds nobody up.
      if (node === vacancy.former && observation.type === "ended" && observation.at === vacancy.since)
        continue;
      if (observation.type === "started" || (observation.type === "ended" && observation.cause === "exit"))
        continue;
      vacancy.disturbed = true;
      vacancy.dueAt = Math.max(vacancy.dueAt, until + tailMs);
    }
  }

  /** When somebody must serve at the latest, as things stand; Infinity while nobody can. */
  #dueAt({ dueAt, role, since }: OpenVacancy): number {
    const etcdReadyAt = this.#disturbances.touchedAt(ETCD_ITSELF) + this.#recoveryMs;
    const ofEach = this.able(role).map((node) => {
      const readyAt = Math.max(dueAt, etcdReadyAt, this.#disturbances.readyAt(node));
      return this.#disturbances.wasMuted(node, since) ? readyAt + this.#noticeMs(node) : readyAt;
    });
    return Math.min(...ofEach);
  }

  /** Whoever's watches bring nothing asks from time to time. */
  #noticeMs(node: number): number {
    return noticeBoundMs(timingOf(this.#scenario, node), this.#around);
  }
}
