/**
 * When the active coordinator is gone, another serves within the bound that the configuration implies.
 *
 * The clock runs from the crash, the stop or the end of the claim. It is held back only by what the bound does not count:
 * a candidate must have been sound for the recovery bound, etcd likewise; one sound candidate is enough.
 */
import type { Observation } from "../models/observation.ts";
import {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  recoveryBoundMs,
  timingFor,
  type Environment,
  type Timing,
} from "../models/timing.ts";
import { asksToStop } from "../src/simulation/fault.ts";
import { environmentOf, type Scenario } from "../src/simulation/scenario.ts";
import { trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD } from "./disturbances.ts";
import { HOLDS, nameOf, type Conclusion, type Judge, type Margin, type Property } from "./property.ts";
import {
  kinds,
  open,
  tellMargin,
  type Cause,
  type Found,
  type Open,
  type Overdue,
} from "./bounded-takeover-kinds.ts";
import { witness } from "./witness.ts";

export const boundedTakeover: Property<"bounded-takeover", Found, Open, Cause> = {
  name: "bounded-takeover",
  guarantee:
    "After a crash, a clean stop or an outage of etcd, another coordinator serves within the computed bound.",
  assumes: [trueClocks],
  kills: [
    "watches-from-now",
    "deaf-to-deletion",
    "deaf-to-broken-watch",
    "deaf-to-compaction",
    "standby-ignores-lease-loss",
    "blind-to-own-key",
    "keeps-lease-on-stop",
    "role-without-lease",
  ],
  witnesses: [
    witness("after-crash", "takeover after a crash", "faults", "rivals"),
    witness("after-stop", "takeover after a clean stop", "faults", "rivals"),
    witness("after-outage", "takeover after an outage of etcd", "faults", "rivals"),
  ],
  reads: [...DISTURBANCES, "claim", "claimEnded", "end"],
  kinds,
  open,
  tellMargin,
  judge: (scenario) => new TakeoverJudge(scenario),
};

/** One role without an active coordinator. */
interface Vacancy {
  readonly since: number;
  readonly cause: Cause;
  readonly former: number;
  dueAt: number;
  disturbed: boolean;
  /** etcd was disturbed since the former active was last renewed, or during the vacancy. */
  outage: boolean;
}

class TakeoverJudge implements Judge<Found, Open, Cause> {
  readonly seen = [0, 0, 0];
  worst: Margin<Cause> | undefined;
  readonly #scenario: Scenario;
  readonly #timing: Timing;
  readonly #around: Environment;
  readonly #recoveryMs: number;
  readonly #disturbances: Disturbances;
  readonly #vacancies = new Map<string, Vacancy>();
  readonly #serving = new Map<number, { role: string; until: number }>();
  readonly #stopping = new Set<number>();
  #endedAt = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#timing = timingFor(scenario.ttlSeconds);
    this.#around = environmentOf(scenario);
    this.#recoveryMs = recoveryBoundMs(this.#timing, this.#around);
    this.#disturbances = new Disturbances(scenario);
    for (const { role } of scenario.coordinators) this.#vacate(role, 0, "start", -1);
  }

  observe(observation: Observation): Found | undefined {
    const late = this.#late(observation.at);
    if (late !== undefined) return late;
    switch (observation.type) {
      case "claim":
        if (!this.#serving.has(observation.node))
          this.#fill(observation.role, observation.node, observation.at);
        this.#serving.set(observation.node, { role: observation.role, until: observation.until });
        return undefined;
      case "claimEnded":
        this.#serving.delete(observation.node);
        // A crash and a stop tell their own story next; until then it is a loss.
        if (!this.#served(observation.role))
          this.#vacate(
            observation.role,
            observation.at,
            this.#causeOf(observation.node, observation.at),
            observation.node,
          );
        return undefined;
      case "end":
        this.#endedAt = observation.at;
        return undefined;
      default:
        break;
    }
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

  conclude(): Conclusion<Found, Open> {
    const roles = [...this.#vacancies.keys()].filter((role) => this.#candidates(role).length > 0);
    if (roles.length === 0) return HOLDS;
    return { type: "inconclusive", kind: "not-due-yet", facts: { roles, endedAtMs: this.#endedAt } };
  }

  #served(role: string): boolean {
    for (const claim of this.#serving.values()) if (claim.role === role) return true;
    return false;
  }

  /** A stop is clean only if the revoke gets through. */
  #causeOf(node: number, at: number): Cause {
    const clean = this.#disturbances.isSound(node) && this.#disturbances.heardUntil(node) < at;
    return this.#stopping.has(node) && clean ? "stop" : "loss";
  }

  #boundMs(cause: Cause): number {
    switch (cause) {
      case "stop":
        return cleanTakeoverBoundMs(this.#around);
      case "crash":
      case "loss":
        return crashTakeoverBoundMs(this.#timing, this.#around);
      case "start":
        return this.#recoveryMs;
    }
  }

  #vacate(role: string, at: number, cause: Cause, former: number): void {
    const outage = at > 0 && this.#disturbances.touchedAt(ETCD) > Math.max(0, at - this.#timing.ttlMs);
    this.#vacancies.set(role, {
      since: at,
      cause,
      former,
      dueAt: at + this.#boundMs(cause),
      disturbed: false,
      outage,
    });
  }

  /** The claim that just ended did so because its process died. A renewal still under way counts from its arrival. */
  #crashed(node: number, at: number): void {
    for (const [role, vacancy] of this.#vacancies) {
      if (vacancy.former !== node || vacancy.since !== at) continue;
      const dueAt = Math.max(at, this.#disturbances.heardUntil(node)) + this.#boundMs("crash");
      this.#vacancies.set(role, { ...vacancy, cause: "crash", dueAt });
    }
  }

  #fill(role: string, node: number, at: number): void {
    const vacancy = this.#vacancies.get(role);
    if (vacancy === undefined) return;
    this.#vacancies.delete(role);
    if (vacancy.former < 0 || vacancy.former === node) return;
    if (vacancy.outage) this.seen[2] = (this.seen[2] ?? 0) + 1;
    else if (vacancy.cause === "crash") this.seen[0] = (this.seen[0] ?? 0) + 1;
    else if (vacancy.cause === "stop") this.seen[1] = (this.seen[1] ?? 0) + 1;
    const margin: Margin<Cause> = {
      tookMs: at - vacancy.since,
      boundMs: this.#dueAt(role, vacancy) - vacancy.since,
      what: vacancy.cause,
    };
    if (vacancy.disturbed || !Number.isFinite(margin.boundMs)) return;
    if (this.worst === undefined || margin.tookMs / margin.boundMs > this.worst.tookMs / this.worst.boundMs)
      this.worst = margin;
  }

  /** Whatever happens to anybody of the role, or to etcd, while nobody serves, is given its time. */
  #hold(observation: Observation, tailMs: number): void {
    const node = "node" in observation ? observation.node : ETCD;
    const role = this.#scenario.coordinators[node]?.role;
    const until = observation.type === "message" ? observation.until : observation.at;
    for (const [vacant, vacancy] of this.#vacancies) {
      if (node >= 0 && role !== vacant) continue;
      if (node < 0) vacancy.outage = true;
      // The crash that made the vacancy is already counted; a leaver that is done, or a newcomer, holds nobody up.
      if (node === vacancy.former && observation.type === "ended" && observation.at === vacancy.since)
        continue;
      if (observation.type === "started" || (observation.type === "ended" && observation.cause === "exit"))
        continue;
      vacancy.disturbed = true;
      vacancy.dueAt = Math.max(vacancy.dueAt, until + tailMs);
    }
  }

  #candidates(role: string): number[] {
    const found: number[] = [];
    this.#scenario.coordinators.forEach((setup, node) => {
      if (setup.role !== role || !setup.activeStandby || this.#stopping.has(node)) return;
      if (this.#disturbances.isSound(node)) found.push(node);
    });
    return found;
  }

  /** When somebody must serve at the latest, as things stand; Infinity while nobody can. */
  #dueAt(role: string, vacancy: Vacancy): number {
    const readyAt = this.#candidates(role).map((node) => this.#disturbances.readyAt(node));
    const etcdReadyAt = this.#disturbances.touchedAt(ETCD) + this.#recoveryMs;
    return Math.max(vacancy.dueAt, etcdReadyAt, Math.min(...readyAt));
  }

  #late(at: number): Found | undefined {
    if (this.#vacancies.size === 0) return undefined;
    for (const [role, vacancy] of this.#vacancies) {
      if (at <= vacancy.dueAt) continue;
      const dueAt = this.#dueAt(role, vacancy);
      if (at <= dueAt) continue;
      const able = this.#candidates(role).map((node) => nameOf(this.#scenario, node));
      const { cause, former, since } = vacancy;
      const overdue: Overdue = { role, sinceMs: since, boundMs: dueAt - since, able };
      return cause === "start"
        ? { kind: "never-served", at: dueAt, nodes: [], facts: overdue }
        : { kind: "not-taken-over", at: dueAt, nodes: [former], facts: { ...overdue, cause } };
    }
    return undefined;
  }
}
