/**
 * Whoever wins the role serves within the activation limit or lets go of it, and then leaves others their turn: a winner that
 * cannot load or prepare is as good as dead, and its lease would hide it.
 */
import type { Observation } from "../models/observation.ts";
import { setbackPauseMs, SETBACKS, setbacksAfter, type Timing } from "../models/timing.ts";
import { effectsOf, lanesBefallen } from "../src/simulation/effects.ts";
import { lastsMs } from "../src/simulation/fault.ts";
import { METADATA_KEYS, timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { seconds } from "../src/words/seconds.ts";
import { trueClocks } from "./assumptions.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";
import { rateErrorOf } from "./rate-error.ts";

/** `nodes`: the one who holds the role, or campaigns for it. */
type Found = FindingOf<{
  readonly "neither-serves-nor-lets-go": {
    readonly role: string;
    readonly token: number;
    readonly wonAtMs: number;
    readonly limitMs: number;
  };
  readonly "back-too-soon": {
    readonly role: string;
    readonly afterMs: number;
    /** How long it must stay away. */
    readonly pauseMs: number;
    /** Roles in a row that it won and did not serve. */
    readonly setbacks: number;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "neither-serves-nor-lets-go": {
    cause: ["role"],
    tell: ({ facts: { limitMs, role, token, wonAtMs }, nodes: [node] }) =>
      `${node} has held ${role} under token ${token} since ${seconds(wonAtMs)} and serves nobody; ` +
      `its activation limit is ${seconds(limitMs)}.`,
  },
  "back-too-soon": {
    cause: ["role"],
    tell: ({ facts: { afterMs, pauseMs, role, setbacks }, nodes: [node] }) =>
      `${node} campaigns for ${role} again ${seconds(afterMs)} after it gave the role back unserved; ` +
      `after ${setbacks} in a row it must stay away for ${seconds(pauseMs)}.`,
  },
};

/** Adding instants costs in floating point, and no clock shows that little. */
const NOISE_MS = 1e-3;

/** One coordinator's way from winning to serving. */
interface Activation {
  readonly timing: Timing;
  /** Undefined: it holds no role, or serves. */
  won: { readonly at: number; readonly token: number; dueAt: number } | undefined;
  /** Since when it prepares, once it has loaded the metadata. */
  preparesAt: number;
  /** Faults that make its process stand still just now. */
  standing: number;
  setbacks: number;
  leftAt: number;
}

export const boundedActivation: Property<"bounded-activation", Found, never> = {
  name: "bounded-activation",
  guarantee:
    "Whoever wins the role serves within its activation limit or lets go, and stays away for a while.",
  assumes: [trueClocks],
  kills: ["activates-without-limit", "limit-begins-anew", "comes-back-at-once"],
  witnesses: [
    witness("activated", "whoever won came to serve"),
    witness("let-go", "an activation took too long, and the role was given back", "faults"),
    witness("next-served", "after that another came to serve", "faults", "rivals"),
    witness("laden", "an activation took longer by the metadata that it loaded", "faults"),
  ],
  reads: ["started", "ended", "fault", "milestone", "end"],
  kinds,
  open: {},
  judge: (scenario) => new ActivationJudge(scenario),
};

class ActivationJudge implements Judge<Found, never> {
  readonly seen = [0, 0, 0, 0];
  readonly #scenario: Scenario;
  readonly #all: readonly Activation[];
  /** Who let go last of each role. */
  readonly #letGo = new Map<string, number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#all = scenario.coordinators.map((_, node) => ({
      timing: timingOf(scenario, node),
      won: undefined,
      preparesAt: 0,
      standing: 0,
      setbacks: 0,
      leftAt: 0,
    }));
  }

  observe(observation: Observation): Found | undefined {
    const late = this.#late(observation.at);
    if (late !== undefined) return late;
    const one = "node" in observation ? this.#all[observation.node] : undefined;
    if (observation.type === "fault") {
      const fault = this.#scenario.faults[observation.index];
      for (const befallen of lanesBefallen(fault, one, this.#all)) this.#stand(befallen, observation);
    }
    if (one === undefined) return undefined;
    if (observation.type === "milestone") return this.#reach(one, observation);
    else if (observation.type === "started" || observation.type === "ended") {
      one.won = undefined;
      one.setbacks = 0;
    }
    return undefined;
  }

  conclude = () => HOLDS;

  #late(at: number): Found | undefined {
    for (const [node, { standing, timing, won }] of this.#all.entries()) {
      if (won === undefined || standing > 0 || at <= won.dueAt + NOISE_MS) continue;
      const role = this.#scenario.coordinators[node]?.role ?? "";
      const facts = { role, token: won.token, wonAtMs: won.at, limitMs: timing.activationLimitMs };
      return { kind: "neither-serves-nor-lets-go", at: won.dueAt, nodes: [node], facts };
    }
    return undefined;
  }

  /** One that stands still can do nothing; when it wakes, its timer is due, or as far off as before if its clock stood too. */
  #stand(one: Activation, { at, index, phase }: Extract<Observation, { type: "fault" }>): void {
    const fault = this.#scenario.faults[index];
    if (fault === undefined || effectsOf(fault).standsStill !== true) return;
    one.standing += phase === "begins" ? 1 : -1;
    if (one.won === undefined) return;
    const { clockRate } = effectsOf(fault);
    if (clockRate === 0 && phase === "ends") one.won.dueAt += lastsMs(fault);
    one.won.dueAt = Math.max(one.won.dueAt, at);
  }

  #reach(one: Activation, told: Extract<Observation, { type: "milestone" }>): Found | undefined {
    const { at, milestone, node, reason, role, token } = told;
    switch (milestone) {
      case "won":
        one.won = { at, token, dueAt: at + one.timing.activationLimitMs / (1 - rateErrorOf(one.timing)) };
        return undefined;
      case "prepare":
        one.preparesAt = at;
        return undefined;
      case "active":
        this.#see(0);
        if (this.#isLaden(at - one.preparesAt)) this.#see(3);
        if ((this.#letGo.get(role) ?? node) !== node) this.#see(2);
        this.#letGo.delete(role);
        one.won = undefined;
        one.setbacks = 0;
        return undefined;
      case "lost":
        one.won = undefined;
        if (reason !== undefined && SETBACKS.has(reason)) {
          this.#see(1);
          this.#letGo.set(role, node);
          one.setbacks = setbacksAfter(one.setbacks, reason);
          one.leftAt = at;
        }
        return undefined;
      case "stopping":
        one.won = undefined;
        return undefined;
      case "campaigning":
        return this.#back(one, told);
      default:
        return undefined;
    }
  }

  /** Whether a preparation was longer for entries beside the service's own: a whole number of them, so that nothing else made it so. */
  #isLaden(tookMs: number): boolean {
    const { activationMs, perEntryMs } = this.#scenario.service;
    if (perEntryMs === undefined) return false;
    const entries = (tookMs - activationMs) / perEntryMs;
    return entries > METADATA_KEYS + 0.5 && Math.abs(entries - Math.round(entries)) * perEntryMs < NOISE_MS;
  }

  #back(
    { leftAt, setbacks, timing }: Activation,
    { at, node, role }: Extract<Observation, { type: "milestone" }>,
  ): Found | undefined {
    if (setbacks === 0) return undefined;
    const pauseMs = setbackPauseMs(timing, setbacks) / (1 + rateErrorOf(timing));
    if (at - leftAt >= pauseMs) return undefined;
    const facts = { role, afterMs: at - leftAt, pauseMs, setbacks };
    return { kind: "back-too-soon", at, nodes: [node], facts };
  }

  #see(witnessed: number): void {
    this.seen[witnessed] = (this.seen[witnessed] ?? 0) + 1;
  }
}
