/**
 * Nobody just sits there: whoever is up and able becomes a member again, also where another serves and nobody would miss it; and
 * a process that left comes back if its settings say so.
 */
import type { Observation } from "../models/observation.ts";
import { recoveryBoundMs } from "../models/timing.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import { lastsMs } from "../src/simulation/fault.ts";
import { environmentOf, timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { seconds } from "../src/words/seconds.ts";
import { fittingNetwork, trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD_ITSELF } from "./disturbances.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

/** `nodes`: the one that nobody misses. */
type Found = FindingOf<{
  readonly "no-member": { readonly role: string; readonly sinceMs: number; readonly boundMs: number };
  readonly "not-started-again": { readonly dueAtMs: number };
}>;

const kinds: ViolationKinds<Found> = {
  "no-member": {
    cause: [],
    tell: ({ at, facts: { boundMs, role, sinceMs }, nodes: [node] }) =>
      `${node} has been up and no candidate for ${role} since ${seconds(sinceMs)}, until ${seconds(at)}; ` +
      `with nothing in its way that may take ${seconds(boundMs)}.`,
  },
  "not-started-again": {
    cause: [],
    tell: ({ facts: { dueAtMs }, nodes: [node] }) =>
      `${node} was to be started again at ${seconds(dueAtMs)}, and was not.`,
  },
};

/** Instants are added in floating point. */
const NOISE_MS = 1e-3;

/** What becomes of one coordinator. */
interface Standing {
  /** Since when it is up and no candidate; undefined: it is down, a candidate, or about to leave. */
  since: number | undefined;
  /** How its membership before ended. */
  before: "none" | "lost" | "ended";
  up: boolean;
  /** It said that it leaves by itself, and not because it was asked. */
  exits: boolean;
  /** When somebody must start it again. */
  backAt: number | undefined;
  /** Faults that keep it down. */
  keptDown: number;
}

export const nobodyInTheDark: Property<"nobody-in-the-dark", Found, never> = {
  name: "nobody-in-the-dark",
  guarantee:
    "Whoever is up and able is a candidate again within the recovery bound, and whoever left is started again.",
  assumes: [trueClocks, fittingNetwork],
  kills: ["never-joins-again", "stays-away-again", "asks-once-for-a-lease"],
  witnesses: [
    witness("joined-anew", "a coordinator lost its membership and became a candidate again", "faults"),
    witness("started-again", "a process was started again, and its coordinator became a candidate", "faults"),
    witness("supervised", "a coordinator left after a loss, and its supervisor started it again", "faults"),
  ],
  reads: [...DISTURBANCES, "end"],
  kinds,
  open: {},
  judge: (scenario) => new DarkJudge(scenario),
};

class DarkJudge implements Judge<Found, never> {
  readonly seen = [0, 0, 0];
  readonly #scenario: Scenario;
  readonly #disturbances: Disturbances;
  readonly #all: readonly Standing[];
  /** Faults by which everything sleeps just now. */
  #asleep = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#disturbances = new Disturbances(scenario);
    this.#all = scenario.coordinators.map(() => ({
      since: undefined,
      before: "none",
      up: false,
      exits: false,
      backAt: undefined,
      keptDown: 0,
    }));
  }

  observe(observation: Observation): Found | undefined {
    const late = this.#late(observation.at);
    if (late !== undefined) return late;
    this.#disturbances.note(observation);
    if (observation.type === "fault") this.#sleep(observation);
    const one = "node" in observation ? this.#all[observation.node] : undefined;
    if (one === undefined) return undefined;
    if (observation.type === "milestone") this.#reach(one, observation);
    else if (observation.type === "fault") this.#keep(one, observation);
    else if (observation.type === "started") {
      if (one.backAt !== undefined && one.exits) this.#see(2);
      Object.assign(one, { since: observation.at, up: true, exits: false, backAt: undefined });
    } else if (observation.type === "ended") this.#end(one, observation);
    return undefined;
  }

  conclude = () => HOLDS;

  #late(at: number): Found | undefined {
    for (const [node, { backAt, since }] of this.#all.entries()) {
      if (backAt !== undefined && at > backAt + NOISE_MS && this.#asleep === 0)
        return { kind: "not-started-again", at: backAt, nodes: [node], facts: { dueAtMs: backAt } };
      if (since === undefined || at <= since) continue;
      const boundMs = recoveryBoundMs(timingOf(this.#scenario, node), environmentOf(this.#scenario));
      const dueAt = Math.max(
        this.#disturbances.readyAt(node),
        Math.max(since, this.#disturbances.touchedAt(ETCD_ITSELF)) + boundMs,
      );
      if (at <= dueAt) continue;
      const role = this.#scenario.coordinators[node]?.role ?? "";
      return { kind: "no-member", at: dueAt, nodes: [node], facts: { role, sinceMs: since, boundMs } };
    }
    return undefined;
  }

  #reach(one: Standing, { at, milestone }: Of<"milestone">): void {
    switch (milestone) {
      // With HA off as well as on: whoever stands by campaigns.
      case "standby":
        if (one.since !== undefined && one.before === "lost") this.#see(0);
        else if (one.since !== undefined && one.before === "ended") this.#see(1);
        Object.assign(one, { since: undefined, before: "none" });
        return;
      case "lost":
        Object.assign(one, { since: at, before: "lost" });
        return;
      case "exited":
        one.exits = true;
        return;
      case "stopping":
      case "gaveUp":
        one.since = undefined;
        return;
      default:
        return;
    }
  }

  #end(one: Standing, { at, cause, node }: Of<"ended">): void {
    const { restartAfterMs } = this.#scenario.coordinators[node] ?? {};
    const supervised = cause === "exit" && one.exits && restartAfterMs !== undefined;
    Object.assign(one, {
      since: undefined,
      before: "ended",
      up: false,
      backAt: supervised ? at + restartAfterMs : undefined,
    });
  }

  /** On a machine that sleeps nobody is started; when it wakes, whoever is due is. */
  #sleep({ at, index, phase }: Of<"fault">): void {
    const fault = this.#scenario.faults[index];
    if (fault === undefined || effectsOf(fault).everybody !== true) return;
    this.#asleep += phase === "begins" ? 1 : -1;
    for (const one of this.#all) if (one.backAt !== undefined) one.backAt = Math.max(one.backAt, at);
  }

  /** A crash or a stop with a pause: whoever it finds or makes down is started when the last such pause is over. */
  #keep(one: Standing, { at, index, phase }: Of<"fault">): void {
    const fault = this.#scenario.faults[index];
    if (fault === undefined || effectsOf(fault).staysDown !== true || lastsMs(fault) === 0) return;
    one.keptDown += phase === "begins" ? 1 : -1;
    if (phase === "ends" && one.keptDown === 0 && !one.up) one.backAt = at;
  }

  #see(witnessed: number): void {
    this.seen[witnessed] = (this.seen[witnessed] ?? 0) + 1;
  }
}
