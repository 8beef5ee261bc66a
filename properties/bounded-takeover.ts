/**
 * When the active coordinator is gone, another serves within the bound that the configuration implies. `takeovers.ts` finds the
 * vacancies and their bounds.
 */
import type { Observation } from "../models/observation.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import { fittingNetwork, trueClocks } from "./assumptions.ts";
import { HOLDS, nameOf, type Conclusion, type Judge, type Margin, type Property } from "./property.ts";
import { kinds, open, marginText, type Found, type Open, type Overdue } from "./bounded-takeover-kinds.ts";
import { READ_FOR_TAKEOVERS, Takeovers, type Filling, type VacancyCause } from "./takeovers.ts";
import { witness } from "./witness.ts";

export const boundedTakeover: Property<"bounded-takeover", Found, Open, VacancyCause> = {
  name: "bounded-takeover",
  guarantee:
    "After a crash, a clean stop or an outage of etcd, another coordinator serves within the computed bound.",
  assumes: [trueClocks, fittingNetwork],
  kills: [
    "watches-from-now",
    "waits-when-refused",
    "deaf-to-deletion",
    "deaf-to-broken-watch",
    "deaf-to-compaction",
    "standby-ignores-lease-loss",
    "blind-to-own-key",
    "keeps-lease-on-stop",
    "role-without-lease",
    "trusts-the-watch",
  ],
  witnesses: [
    witness("after-crash", "takeover after a crash", "faults", "rivals"),
    witness("after-stop", "takeover after a clean stop", "faults", "rivals"),
    witness("after-outage", "takeover after an outage of etcd", "faults", "rivals"),
    witness("unheard", "takeover by one whose watch had not told it, and who asked", "faults", "rivals"),
  ],
  reads: [...READ_FOR_TAKEOVERS, "end"],
  kinds,
  open,
  tellMargin: marginText,
  judge: (scenario) => new TakeoverJudge(scenario),
};

class TakeoverJudge implements Judge<Found, Open, VacancyCause> {
  readonly seen = [0, 0, 0, 0];
  tested = false;
  worst: Margin<VacancyCause> | undefined;
  readonly #scenario: Scenario;
  readonly #takeovers: Takeovers;
  #endedAt = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#takeovers = new Takeovers(scenario);
  }

  observe(observation: Observation): Found | undefined {
    const late = this.#late(observation.at);
    if (late !== undefined) return late;
    if (observation.type === "end") this.#endedAt = observation.at;
    else {
      const filled = this.#takeovers.observe(observation);
      if (filled !== undefined) this.#count(filled);
    }
    return undefined;
  }

  conclude(): Conclusion<Found, Open> {
    const { deserted, vacant } = this.#takeovers;
    if (vacant.length > 0)
      return {
        type: "inconclusive",
        kind: "not-due-yet",
        facts: { roles: vacant, endedAtMs: this.#endedAt },
      };
    // That a promise is not broken because nobody is left to keep it is no merit.
    if (deserted.length > 0) return { type: "inconclusive", kind: "nobody-left", facts: { roles: deserted } };
    return HOLDS;
  }

  #count({ at, cause, disturbed, dueAt, former, node, outage, since, unheard }: Filling): void {
    if (former < 0) return;
    this.tested = true;
    if (former === node) return;
    if (unheard) this.seen[3] = (this.seen[3] ?? 0) + 1;
    if (outage) this.seen[2] = (this.seen[2] ?? 0) + 1;
    else if (cause === "crash") this.seen[0] = (this.seen[0] ?? 0) + 1;
    else if (cause === "stop") this.seen[1] = (this.seen[1] ?? 0) + 1;
    const margin: Margin<VacancyCause> = { tookMs: at - since, boundMs: dueAt - since, what: cause };
    if (disturbed || !Number.isFinite(margin.boundMs)) return;
    if (this.worst === undefined || margin.tookMs / margin.boundMs > this.worst.tookMs / this.worst.boundMs)
      this.worst = margin;
  }

  #late(at: number): Found | undefined {
    const found = this.#takeovers.overdue(at);
    if (found === undefined) return undefined;
    const { dueAt, vacancy } = found;
    const { cause, former, role, since } = vacancy;
    const able = this.#takeovers.able(role).map((node) => nameOf(this.#scenario, node));
    const overdue: Overdue = { role, sinceMs: since, boundMs: dueAt - since, able };
    return cause === "start"
      ? { kind: "never-served", at: dueAt, nodes: [], facts: overdue }
      : { kind: "not-taken-over", at: dueAt, nodes: [former], facts: { ...overdue, cause } };
  }
}
