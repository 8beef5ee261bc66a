/**
 * Whoever ends its membership does so for a cause: its renewals failed one after another, its key is gone because of that, or
 * somebody asked it. Something having gone wrong lately is none: most of what goes wrong it must outlive.
 */
import { handoverAsked, keysFor } from "../models/dialect.ts";
import type { LossReason } from "../models/election-vocabulary.ts";
import type { Observation } from "../models/observation.ts";
import { asksToStop, kindNamed } from "../src/simulation/fault.ts";
import { environmentOf, timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { fittingNetwork, keysLeftAlone, trueClocks } from "./assumptions.ts";
import { HINDRANCES, Hindrances, Renewals } from "./hindrances.ts";
import { causelessKinds, type Causeless, type Lack } from "./no-causeless-kinds.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import { witness } from "./witness.ts";
import { rateErrorOf } from "./rate-error.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

/** How a key was deleted. */
interface Deletion {
  readonly at: number;
  readonly cause: Of<"change">["cause"];
}

/** Somebody has found that something of it is gone at etcd, as it is where a restore has forgotten it. */
const AT_ETCD: ReadonlySet<LossReason | undefined> = new Set([
  "lease gone",
  "active key lost",
  "session key deleted",
  "server id taken",
  "write refused",
]);

export const noCauselessLoss: Property<"no-causeless-takeover", Causeless, never> = {
  name: "no-causeless-takeover",
  guarantee:
    "A membership ends only when every renewal of it has failed, its keys are gone for that, or somebody asked.",
  assumes: [trueClocks, fittingNetwork, keysLeftAlone],
  kills: [
    "renews-too-late",
    "deletes-rival",
    "renews-once",
    "renewal-dies",
    "loads-from-the-future",
    "robs-by-its-own-ttl",
    "blind-to-own-session",
    "refused-is-gone",
  ],
  witnesses: [
    witness("served-undisturbed", "a coordinator served for two TTLs"),
    witness("renewals-failed", "a membership ended after every renewal of it had failed", "faults"),
    witness("outlived", "a renewal failed, the next one succeeded, and the membership went on", "faults"),
    witness("asked", "a role was handed over because somebody asked", "faults"),
  ],
  reads: [...HINDRANCES, "started", "ended", "milestone", "request", "change", "claim", "claimEnded"],
  kinds: causelessKinds,
  open: {},
  judge: (scenario) => new CauseJudge(scenario),
};

class CauseJudge implements Judge<Causeless, never> {
  readonly seen = [0, 0, 0, 0];
  readonly #scenario: Scenario;
  readonly #hindrances: Hindrances;
  readonly #renewals: Renewals;
  /** By key, in order. */
  readonly #deleted = new Map<string, Deletion[]>();
  /** Keys whose last value came from somebody else than their coordinator, and what it is. */
  readonly #putBy = new Map<string, { readonly node: number; readonly version: number }>();
  /** When somebody asked last that it be handed over: a restored store may have forgotten by the time that it is heard. */
  readonly #askedAt = new Map<string, number>();
  readonly #wonAt = new Map<number, number>();
  readonly #servesSince = new Map<number, number>();
  readonly #memberSince = new Map<number, number>();
  /** When etcd was last restored from an older snapshot: what a membership of before had may never have been. */
  #restoredAt = -Infinity;
  /** Who was asked to stop, or has given up. */
  readonly #mayStop = new Set<number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#hindrances = new Hindrances(scenario);
    this.#renewals = new Renewals(scenario, this.#hindrances);
  }

  observe(observation: Observation): Causeless | undefined {
    this.#hindrances.note(observation);
    switch (observation.type) {
      case "started":
      case "ended":
        this.#renewals.forget(observation.node);
        this.#mayStop.delete(observation.node);
        return undefined;
      case "fault":
        if (asksToStop(observation.kind) && observation.phase === "begins")
          this.#mayStop.add(observation.node);
        if (kindNamed(observation.kind)?.breaks === "history kept" && observation.phase === "ends")
          this.#restoredAt = observation.at;
        return undefined;
      case "request":
        if (
          observation.purpose === "renew" &&
          this.#renewals.note(observation.node, observation.at, observation.member)
        )
          this.#see(2);
        return undefined;
      case "change":
        this.#change(observation);
        return undefined;
      case "claim":
        this.#serves(observation);
        return undefined;
      case "claimEnded":
        this.#servesSince.delete(observation.node);
        return undefined;
      case "milestone":
        return this.#reach(observation);
      default:
        return undefined;
    }
  }

  conclude = () => HOLDS;

  #change({ at, cause, event, node }: Of<"change">): void {
    const { key, value, version } = event.kv;
    if (event.type === "PUT") {
      this.#putBy.set(key, { node, version });
      if (handoverAsked(value)) this.#askedAt.set(key, at);
      return;
    }
    const before = this.#deleted.get(key);
    if (before === undefined) this.#deleted.set(key, [{ at, cause }]);
    else before.push({ at, cause });
  }

  #serves({ at, node }: Of<"claim">): void {
    const since = this.#servesSince.get(node);
    if (since === undefined) this.#servesSince.set(node, at);
    else if (at - since > 2 * timingOf(this.#scenario, node).ttlMs) this.#see(0);
  }

  #reach(told: Of<"milestone">): Causeless | undefined {
    const { at, milestone, node } = told;
    switch (milestone) {
      case "starting":
        this.#memberSince.set(node, at);
        return undefined;
      case "won":
        this.#wonAt.set(node, at);
        return undefined;
      case "gaveUp":
        this.#mayStop.add(node);
        return undefined;
      case "stopping":
        return this.#mayStop.has(node)
          ? undefined
          : { kind: "stopped-unasked", at, nodes: [node], facts: {} };
      case "lost":
        return this.#lost(told);
      default:
        return undefined;
    }
  }

  #lost(told: Of<"milestone">): Causeless | undefined {
    const { at, node, reason, role, serverId } = told;
    const keys = keysFor(role);
    const session = `${keys.sessionPrefix}${serverId}`;
    const put = reason === "server id taken" ? this.#putBy.get(session) : undefined;
    // Whose id is given twice after a restore gives way to who has it: no coordinator puts a session that is there.
    const isThrownOut = put !== undefined && put.version > 1 && put.node >= 0 && put.node !== node;
    const unmade = (this.#memberSince.get(node) ?? 0) <= this.#restoredAt && AT_ETCD.has(reason);
    const found = isThrownOut
      ? "written-over"
      : unmade
        ? undefined
        : this.#unexplained(told, keys.role, session);
    this.#renewals.forget(node);
    if (found === undefined || reason === undefined) return undefined;
    const nodes = [node];
    if (typeof found === "string") return { kind: "no-cause", at, nodes, facts: { reason, lacks: found } };
    const { type: kind, ...facts } = found;
    return { kind, at, nodes, facts: { reason, ...facts } } as Causeless;
  }

  #unexplained(
    { at, node, reason }: Of<"milestone">,
    active: string,
    session: string,
  ): ReturnType<Renewals["explain"]> | Lack {
    switch (reason) {
      case undefined:
        return undefined;
      case "claim ended":
      case "lease gone":
        return this.#failed(node, at, reason === "lease gone");
      case "session key deleted":
        return this.#gone(node, this.#deleted.get(session)?.at(-1));
      case "active key lost":
      case "write refused": {
        // Later ones are of those who came after it.
        const since = this.#wonAt.get(node) ?? 0;
        return this.#gone(
          node,
          this.#deleted.get(active)?.find((deletion) => deletion.at >= since),
        );
      }
      case "server id taken":
        // After a restore ids are given twice.
        return this.#restoredAt < 0 && (this.#putBy.get(session)?.node ?? node) === node
          ? "nobody-took-it"
          : undefined;
      case "activation timed out":
        return this.#tooSlow(node, at);
      case "handed over": {
        const askedAt = this.#askedAt.get(session) ?? Number.NEGATIVE_INFINITY;
        if (askedAt < (this.#memberSince.get(node) ?? 0)) return "nobody-asked";
        this.#see(3);
        return undefined;
      }
      case "activation failed":
      case "unhealthy":
        // The service's own word.
        return undefined;
    }
  }

  #failed(node: number, at: number, answered: boolean): ReturnType<Renewals["explain"]> {
    const unexplained = this.#renewals.explain(node, at, answered);
    if (unexplained === undefined) this.#see(1);
    return unexplained;
  }

  /** A key may be gone because its lease is. */
  #gone(node: number, deletion: Deletion | undefined): ReturnType<Renewals["explain"]> | Lack {
    if (deletion === undefined) return "key-is-there";
    // What a leader that lost touch was asked is passed on when it is back, however old it is.
    if (this.#hindrances.wasSplit(deletion.at - timingOf(this.#scenario, node).ttlMs, deletion.at))
      return undefined;
    if (deletion.cause === "expiry") return this.#failed(node, deletion.at, false);
    return deletion.cause === "request" ? "deleted-by-somebody" : "lease-was-revoked";
  }

  /** Loading and preparing must have been held up, for the whole limit. */
  #tooSlow(node: number, at: number): Lack | undefined {
    const timing = timingOf(this.#scenario, node);
    const { activationLimitMs } = timing;
    const since = this.#wonAt.get(node) ?? at;
    if (at - since < activationLimitMs / (1 + rateErrorOf(timing)) - 1) return "limit-not-reached";
    if (environmentOf(this.#scenario).activationMs > activationLimitMs / 2) return undefined;
    const heldUp =
      this.#hindrances.hindered(node, "reload", since, at) || this.#hindrances.ill(node, since, at).size > 0;
    return heldUp ? undefined : "nothing-held-it-up";
  }

  #see(witnessed: number): void {
    this.seen[witnessed] = (this.seen[witnessed] ?? 0) + 1;
  }
}
