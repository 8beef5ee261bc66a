/**
 * Whether faults had their effect, told from what was seen alone: a fault that silently does nothing tests nothing, and every
 * promise would hold. A check counts for each promise how often each kind of fault began and how often its effect was seen; one
 * that began often and never had any leaves the promise without a verdict.
 *
 * An effect counts only where nothing else can have caused it.
 */
import { handoverAsked, keysFor } from "../models/dialect.ts";
import type { Milestone } from "../models/election-vocabulary.ts";
import type { Observation } from "../models/observation.ts";
import type { Timing } from "../models/timing.ts";
import { EtcdEffects } from "./etcd-effects.ts";
import { LateNews } from "./late-news.ts";
import { HOLDING } from "./life-order.ts";
import { Reasons, usualTripsMs } from "./reasons.ts";
import { againOf, RepeatedFates } from "./repeated-fates.ts";
import { noneStruck, strikeOf, STRIKES, type StrikeCounts } from "./strike-counts.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import { concerns, kindOf, type Fault } from "../src/simulation/fault.ts";
import { timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { rateErrorOf } from "./rate-error.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

interface InEffect {
  readonly fault: Fault;
  readonly node: number;
  readonly at: number;
}

interface Party {
  readonly timing: Timing;
  /** When it last asked for each purpose, and for anything. */
  readonly asked: Map<string, number>;
  askedAt: number;
  /** Where etcd has several: the member that it asked last. */
  member: number | undefined;
  up: boolean;
  /** It has a claim, which a renewal moves. */
  claims: boolean;
  milestone: Milestone | undefined;
  /** Since when its active key is gone without its having seen it, while its watches are mute. */
  unheardSince: number | undefined;
}

/** Asked for again, it failed before. */
const AGAIN: ReadonlySet<string> = new Set(["renew", "grant", "reload", "revoke"]);

/** What a campaign that is sent again may tell of; a broken watch brings about one too. */
const REFUSALS: ReadonlySet<string> = new Set(["refuse", "fillUp"]);

/** So long after a usual answer one is late, and so is what a watch tells. */
const LATE_MS = 1000;
/** Ages are rounded up to whole milliseconds. */
const ROUNDING_MS = 3;

export class FaultEffects {
  readonly #scenario: Scenario;
  readonly #struck = noneStruck();
  readonly #parties: readonly Party[];
  readonly #inEffect = new Map<number, InEffect>();
  readonly #reasons: Reasons;
  readonly #values = new Set<string>();
  readonly #activeKeys: ReadonlySet<string>;
  #stepped: InEffect | undefined;
  readonly #ofEtcd: EtcdEffects;
  readonly #repeated: RepeatedFates;
  readonly #news: LateNews;
  readonly #tripsMs: readonly number[];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#ofEtcd = new EtcdEffects(scenario, (strike) => this.#see(strike));
    this.#reasons = new Reasons(scenario, (strike) => this.#see(strike));
    this.#repeated = new RepeatedFates((strike) => this.#see(strike));
    this.#news = new LateNews(scenario, (strike, what) =>
      what === "begun" ? this.#begin(strike) : this.#see(strike),
    );
    this.#tripsMs = usualTripsMs(scenario);
    this.#activeKeys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    this.#parties = scenario.coordinators.map((_, node) => ({
      timing: timingOf(scenario, node),
      asked: new Map<string, number>(),
      askedAt: Number.NEGATIVE_INFINITY,
      member: undefined,
      up: false,
      claims: false,
      milestone: undefined,
      unheardSince: undefined,
    }));
  }

  get struck(): StrikeCounts {
    return this.#struck;
  }

  observe(observation: Observation): void {
    this.#ofEtcd.observe(observation);
    switch (observation.type) {
      case "fault":
        this.#fault(observation);
        return;
      case "started":
      case "ended":
        this.#lives(observation);
        return;
      case "message":
        if (this.#parties[observation.node] === undefined) return;
        this.#reasons.message(observation);
        this.#repeated.message(observation);
        return;
      case "request":
        this.#request(observation);
        return;
      case "written":
        if (observation.outcome === "unknown") this.#unanswered(observation.node, "write", observation.at);
        if (observation.outcome === "refused")
          this.#unanswered(observation.node, "write", observation.at, undefined, REFUSALS);
        return;
      case "change":
        this.#change(observation);
        return;
      case "milestone":
        this.#milestone(observation);
        return;
      case "claimEnded": {
        const party = this.#parties[observation.node];
        if (party !== undefined) party.claims = false;
        return;
      }
      case "claim":
        this.#renewed(observation);
        if (this.#stepped?.node === observation.node && this.#stepped.at === observation.at)
          this.#see("stepClock");
        return;
      default:
        return;
    }
  }

  #fault(seen: Of<"fault">): void {
    const { at, index, node, phase } = seen;
    const fault = this.#scenario.faults[index];
    if (fault === undefined) return;
    const strike = strikeOf(fault);
    if (phase === "ends") {
      const begun = this.#inEffect.get(index);
      this.#inEffect.delete(index);
      this.#reasons.ended(strike, at);
      if (begun === undefined) return;
      if (effectsOf(fault).standsStill === true) this.#stoodStill(begun, at);
      const party = this.#parties[begun.node];
      this.#news.ended(fault, begun.node, at, party?.up === true && party.milestone === "watching");
      return;
    }
    // A watch request that is late goes on at another member: nothing of a compaction is left to be seen.
    const unseen = fault.type === "compact" && this.#scenario.etcd.members !== undefined;
    if (!unseen) this.#begin(strike);
    this.#begin(againOf(fault) ?? "");
    const on = concerns(fault);
    const place = on === undefined ? node : this.#scenario.coordinators.findIndex(({ name }) => name === on);
    this.#reasons.began(seen, fault, strike, place, [...this.#inEffect.values()]);
    this.#repeated.began(fault, place);
    this.#inEffect.set(index, { fault, node: place, at });
    if (fault.type === "stepClock") this.#stepped = { fault, node: place, at };
  }

  #begin(strike: string): void {
    const place = STRIKES.indexOf(strike);
    if (place >= 0) this.#struck.begun[place] = (this.#struck.begun[place] ?? 0) + 1;
  }

  #lives({ at, node, ...told }: Of<"started"> | Of<"ended">): void {
    const party = this.#parties[node];
    if (party === undefined) return;
    party.up = told.type === "started";
    party.claims = false;
    party.asked.clear();
    party.askedAt = at;
    party.member = undefined;
  }

  #request({ at, member, node, purpose }: Of<"request">): void {
    const party = this.#parties[node];
    if (party === undefined) return;
    if (member !== undefined) {
      const left = party.member;
      // It goes to another member than the one before: that one left something unanswered.
      if (left !== undefined && left !== member)
        this.#reasons.credit({ node, member: left, from: party.askedAt, at });
      party.member = member;
    }
    const before = party.asked.get(purpose);
    party.asked.set(purpose, at);
    party.askedAt = at;
    const { backOffJitterMs, backOffMs, renewEveryMs, renewRetryMs, requestTimeoutMs } = party.timing;
    if (before === undefined) return;
    if (purpose === "renew") this.#drift(node, before, at, renewEveryMs);
    // Contested ids are asked for again, and so is what a watch has said; neither failed.
    const failed = AGAIN.has(purpose);
    const againMs = 1.05 * (requestTimeoutMs + backOffMs + backOffJitterMs + renewRetryMs);
    if (failed && at - before < againMs) this.#unanswered(node, purpose, at, before);
    else if (purpose === "campaign" && at - before < againMs)
      this.#unanswered(node, purpose, at, before, REFUSALS);
    else if (purpose === "enroll") this.#reasons.unwatched(party.timing, node, at);
    else if (purpose === "watch" && party.milestone !== "registered") {
      // After each renewal it asks whether its key is there; only where its watch has ended it then watches anew.
      const confirmedAt = party.asked.get("confirm") ?? before;
      if (confirmedAt > before) this.#reasons.unwatched(party.timing, node, confirmedAt);
    }
  }

  /** The answer to a renewal came, and late. */
  #renewed({ at, node }: Of<"claim">): void {
    const party = this.#parties[node];
    const renewed = party?.claims === true;
    if (party !== undefined) party.claims = true;
    const sent = renewed ? party?.asked.get("renew") : undefined;
    if (sent !== undefined && at - sent > this.#lateMs(node)) this.#unanswered(node, "renew", at, sent);
  }

  /** An answer did not come in time: whose doing was it? */
  #unanswered(node: number, purpose: string, at: number, since?: number, among?: ReadonlySet<string>): void {
    const party = this.#parties[node];
    const patienceMs =
      party === undefined ? 0 : (1 + rateErrorOf(party.timing)) * party.timing.requestTimeoutMs;
    const from = since ?? at - patienceMs - this.#reasons.tailMs;
    this.#reasons.credit({ node, member: party?.member, purpose, from, at, among });
  }

  #drift(node: number, before: number, at: number, renewEveryMs: number): void {
    if (this.#inEffect.size === 0) return;
    const drifts = [...this.#inEffect.values()].filter(
      (one) => one.node === node && effectsOf(one.fault).clockRate !== undefined,
    );
    const [only] = drifts;
    if (only === undefined || drifts.length > 1 || only.at > before) return;
    const { clockRate = 1 } = effectsOf(only.fault);
    const own = (at - before) * clockRate;
    const ownRate = this.#scenario.coordinators[node]?.clockRate ?? 1;
    const off = Math.abs(clockRate - ownRate) * renewEveryMs > 3 * ROUNDING_MS;
    if (off && Math.abs(own - renewEveryMs) < ROUNDING_MS) this.#see("drift");
  }

  /** It said nothing for so long that at least a renewal was due. */
  #stoodStill({ at, node }: InEffect, until: number): void {
    const party = this.#parties[node];
    if (party === undefined || !party.up) return;
    const renewed = party.asked.get("renew");
    const { renewEveryMs } = party.timing;
    if (renewed === undefined || party.askedAt > at || at - renewed > 1.05 * renewEveryMs) return;
    if (until - renewed > 1.2 * renewEveryMs) this.#see("pause");
  }

  #change({ at, cause, event, node }: Of<"change">): void {
    const { key, value } = event.kv;
    if (event.type === "PUT") {
      if (node < 0 && key === "hammer") this.#see("hammer");
      else if (node < 0 && handoverAsked(value)) this.#see("handOver");
      else if (/^\d+:\d+:\d+$/u.test(value)) {
        if (this.#values.has(value)) this.#see("duplicate");
        this.#values.add(value);
      }
      return;
    }
    const isTaken = node < 0 && cause === "request";
    if (isTaken) this.#see("deleteKey");
    if (!this.#activeKeys.has(key)) return;
    for (const { fault, node: on } of this.#inEffect.values()) {
      const party = this.#parties[on];
      const { role = "" } = this.#scenario.coordinators[on] ?? {};
      if (party === undefined || keysFor(role).role !== key) continue;
      const waits = party.milestone === "watching";
      const isRobbed = isTaken && HOLDING.has(party.milestone);
      if (effectsOf(fault).mutesWatches === true && (waits || isRobbed)) party.unheardSince ??= at;
      else if (waits) this.#news.deleted(fault, on);
    }
  }

  #milestone(seen: Of<"milestone">): void {
    const { at, milestone, node, reason } = seen;
    const party = this.#parties[node];
    if (party === undefined) return;
    if (reason === "unhealthy") this.#see("sicken");
    if (milestone === "stopping" && party.milestone !== "gaveUp") {
      for (const { fault, node: on } of this.#inEffect.values())
        if (on === node && kindOf(fault).asksToStop === true) this.#see("stop");
    }
    if (party.unheardSince !== undefined) {
      const alone = !this.#reasons.any(node, party.unheardSince, at);
      if (alone && milestone !== "vacancy" && at > party.unheardSince + this.#lateMs(node))
        this.#see("muteWatch");
      party.unheardSince = undefined;
    }
    this.#news.milestone(seen, this.#lateMs(node));
    // What the next membership asks for is no repetition, nor is a campaign after the role was found taken or free.
    if (milestone === "starting" || milestone === "lost") party.asked.clear();
    if (milestone === "watching" || milestone === "vacancy") party.asked.delete("campaign");
    party.milestone = milestone;
  }

  #lateMs(node: number): number {
    return LATE_MS + (this.#tripsMs[node] ?? 0);
  }

  #see(strike: string): void {
    const at = STRIKES.indexOf(strike);
    if (at >= 0) this.#struck.effective[at] = 1;
  }
}
