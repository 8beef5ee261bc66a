/**
 * Whoever is asked to stop does, within its bound and in whatever state it is; and it says that its lease is given back only if no
 * key of it is left, and that it is not only if etcd could not tell it so.
 */
import type { Observation } from "../models/observation.ts";
import { NO_LEASE, type LeaseId } from "../models/etcd-api.ts";
import { stopBoundMs } from "../models/timing.ts";
import { effectsOf, lanesBefallen } from "../src/simulation/effects.ts";
import { timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { seconds } from "../src/words/seconds.ts";
import { fittingNetwork, trueClocks } from "./assumptions.ts";
import { HINDRANCES, Hindrances } from "./hindrances.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";
import { rateErrorOf } from "./rate-error.ts";

/** `nodes`: the one who was asked. */
type Found = FindingOf<{
  readonly "still-there": { readonly askedAtMs: number; readonly boundMs: number };
  readonly "keys-left": { readonly key: string; readonly leaseId: LeaseId };
  readonly "could-be-told": { readonly leaseId: LeaseId; readonly askedAtMs: number };
}>;

const kinds: ViolationKinds<Found> = {
  "still-there": {
    cause: [],
    tell: ({ facts: { askedAtMs, boundMs }, nodes: [node] }) =>
      `${node} was asked to stop at ${seconds(askedAtMs)} and is still there; it may take ${seconds(boundMs)}.`,
  },
  "keys-left": {
    cause: [],
    tell: ({ at, facts: { key, leaseId }, nodes: [node] }) =>
      `${node} stopped at ${seconds(at)} and said that its lease ${leaseId} was given back, but ${key} is still under it.`,
  },
  "could-be-told": {
    cause: [],
    tell: ({ at, facts: { askedAtMs, leaseId }, nodes: [node] }) =>
      `${node} said at ${seconds(at)} that its lease ${leaseId} could not be given back, although nothing stood between etcd and the ` +
      `revoke that it had sent at ${seconds(askedAtMs)}.`,
  },
};

/** A process that was asked to stop. */
interface Stopping {
  readonly askedAt: number;
  readonly boundMs: number;
  dueAt: number;
}

export const cleanStop: Property<"clean-stop", Found, never> = {
  name: "clean-stop",
  guarantee:
    "Whoever is asked to stop ends within its bound, and never says wrongly whether its lease is given back.",
  assumes: [trueClocks],
  kills: ["never-stops", "revokes-once", "keeps-lease-on-stop", "gone-is-kept"],
  witnesses: [
    witness("given-back", "a stop gave a lease back", "faults"),
    witness("tried-again", "a revoke had to be sent again while stopping", "faults"),
  ],
  reads: [...HINDRANCES, "started", "ended", "milestone", "request", "change", "end"],
  kinds,
  open: {},
  judge: (scenario) => new StopJudge(scenario),
};

class StopJudge implements Judge<Found, never> {
  readonly seen = [0, 0];
  tested = false;
  readonly #scenario: Scenario;
  readonly #stopping = new Map<number, Stopping>();
  /** Revokes that each sent while stopping. */
  readonly #revokes = new Map<number, number>();
  readonly #revokeSentAt = new Map<number, number>();
  /** Faults that make a process stand still. */
  readonly #standing = new Map<number, number>();
  /** What stands under a lease. */
  readonly #leases = new Map<string, LeaseId>();
  readonly #revoked = new Set<LeaseId>();
  readonly #hindrances: Hindrances;
  /** Where a usual answer comes too late, none is heard. */
  readonly #hears: boolean;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#hindrances = new Hindrances(scenario);
    this.#hears = fittingNetwork.holds(scenario);
  }

  observe(observation: Observation): Found | undefined {
    const late = this.#late(observation.at);
    if (late !== undefined) return late;
    this.#hindrances.note(observation);
    switch (observation.type) {
      case "change": {
        this.#change(observation);
        return undefined;
      }
      case "started":
      case "ended":
        this.#stopping.delete(observation.node);
        return undefined;
      case "fault":
        this.#stand(observation);
        return undefined;
      case "request":
        this.#count(observation);
        return undefined;
      case "milestone":
        return this.#reach(observation);
      default:
        return undefined;
    }
  }

  conclude = () => HOLDS;

  #change({ cause, event: { kv, type } }: Extract<Observation, { type: "change" }>): void {
    const left = this.#leases.get(kv.key);
    if (cause === "revoke" && left !== undefined) this.#revoked.add(left);
    // An older snapshot may bring back what had been given back in time.
    if (type === "PUT" && kv.lease !== NO_LEASE && !(cause === "restore" && this.#revoked.has(kv.lease)))
      this.#leases.set(kv.key, kv.lease);
    else this.#leases.delete(kv.key);
  }

  #late(at: number): Found | undefined {
    for (const [node, { askedAt, boundMs, dueAt }] of this.#stopping) {
      if (at <= dueAt || (this.#standing.get(node) ?? 0) > 0) continue;
      return { kind: "still-there", at: dueAt, nodes: [node], facts: { askedAtMs: askedAt, boundMs } };
    }
    return undefined;
  }

  /** One that stands still can do nothing; from its waking on it has its whole time. */
  #stand({ at, index, node: struck, phase }: Extract<Observation, { type: "fault" }>): void {
    const fault = this.#scenario.faults[index];
    if (fault === undefined || effectsOf(fault).standsStill !== true) return;
    const all = [...this.#scenario.coordinators.keys()];
    for (const node of lanesBefallen(fault, struck, all)) this.#holdUp(node, at, phase);
  }

  #holdUp(node: number, at: number, phase: "begins" | "ends"): void {
    this.#standing.set(node, (this.#standing.get(node) ?? 0) + (phase === "begins" ? 1 : -1));
    const stopping = this.#stopping.get(node);
    if (stopping !== undefined) stopping.dueAt = Math.max(stopping.dueAt, at + stopping.boundMs);
  }

  #count({ at, node, purpose }: Extract<Observation, { type: "request" }>): void {
    if (purpose !== "revoke" || !this.#stopping.has(node)) return;
    const sent = (this.#revokes.get(node) ?? 0) + 1;
    this.#revokes.set(node, sent);
    this.#revokeSentAt.set(node, at);
    if (sent === 2) this.#see(1);
  }

  #reach({ at, leaseId, milestone, node }: Extract<Observation, { type: "milestone" }>): Found | undefined {
    const askedAtMs = this.#revokeSentAt.get(node);
    if (milestone === "leaseKept" && askedAtMs !== undefined && this.#couldBeTold(node, askedAtMs, at))
      return { kind: "could-be-told", at, nodes: [node], facts: { leaseId, askedAtMs } };
    if (milestone === "stopping") {
      this.tested = true;
      const timing = timingOf(this.#scenario, node);
      const boundMs = stopBoundMs(timing) / (1 - rateErrorOf(timing));
      this.#stopping.set(node, { askedAt: at, boundMs, dueAt: at + boundMs });
      this.#revokes.delete(node);
      this.#revokeSentAt.delete(node);
    }
    if (milestone !== "stopped" || leaseId === NO_LEASE) return undefined;
    const left = [...this.#leases].find(([, lease]) => lease === leaseId);
    if (left !== undefined) return { kind: "keys-left", at, nodes: [node], facts: { key: left[0], leaseId } };
    this.#see(0);
    return undefined;
  }

  /** Nothing kept its last revoke, or the answer, from where it was to come. */
  #couldBeTold(node: number, from: number, until: number): boolean {
    return (
      this.#hears &&
      !this.#hindrances.hindered(node, "revoke", from, until) &&
      this.#hindrances.ill(node, from, until).size === 0
    );
  }

  #see(witnessed: number): void {
    this.seen[witnessed] = (this.seen[witnessed] ?? 0) + 1;
  }
}
