/**
 * What went wrong lately, and for whom: the part that timely promises share. After each disturbance its parties are given
 * the time that `models/timing` says they may need; from then on they must be able to do their work.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import {
  lostMessageTailMs,
  MOST_REFUSALS,
  noticeBoundMs,
  recoveryBoundMs,
  refusedPauseMs,
  setbackPauseMs,
  SETBACKS,
  setbacksAfter,
  type Timing,
} from "../models/timing.ts";
import { longestPageMs } from "../models/reload.ts";
import { MemberHealth } from "./member-health.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import { kindNamed } from "../src/simulation/fault.ts";
import { environmentOf, processesOf, slowestTiming, type Scenario } from "../src/simulation/scenario.ts";
import { rateErrorOf } from "./rate-error.ts";

/** What {@link Disturbances.note} reads. */
export const DISTURBANCES: readonly ObservationType[] = ["started", "ended", "fault", "message", "milestone"];

/** Messages that keep a lease alive or give it back: without them it must run out before anybody else is served. */
const LEASE_MESSAGES: ReadonlySet<string> = new Set(["grant", "renew", "revoke"]);

interface Party {
  up: boolean;
  /** Lasting faults that are in effect. */
  afflictions: number;
  /** When it was last disturbed; late messages count until they arrive. */
  touchedAt: number;
  /** When the last of its late messages has arrived, also after its death. */
  heardUntil: number;
  /** Until when it may still ask a member of etcd that it does not reach. */
  unlearntUntil: number;
  /** When it must be able to work again. */
  readyAt: number;
  /** Roles in a row that it won and gave back unserved: after each it stays away for a while. */
  setbacks: number;
  setbackAt: number;
  /** The fault in which it has stood still since then, before it knew that its lease was given back: its time away begins when it wakes. */
  asleep: { readonly index: number; readonly at: number } | undefined;
  /** Faults that mute its watches just now, and when one last did. */
  mutes: number;
  mutedAt: number;
  /** When it last asked for a watch of the active key. */
  watchedAt: number;
  /** That watch may have ended, by a compaction, without its having been told. */
  deaf: boolean;
  /** Faults that stop its clock just now, and since when it stands. */
  clockStops: number;
  stoppedAt: number;
}

export class Disturbances {
  readonly #scenario: Scenario;
  readonly #parties: readonly Party[];
  readonly #etcd = newParty(true);
  readonly #timing: Timing;
  /** Of a true clock. */
  readonly #rateError: number;
  readonly #recoveryMs: number;
  /** When etcd last did not serve somebody. */
  #outageAt = Number.NEGATIVE_INFINITY;
  #outages = 0;
  readonly #lostMessageMs: number;
  /** In which a coordinator has asked every member in vain that it does not reach: the first with a renewal. */
  readonly #learnMs: number;
  /** The longest pause before what etcd has refused is asked again. */
  readonly #refusedMs: number;
  readonly #health: MemberHealth;
  readonly #noticeMs: number;
  #compactedAt = Number.NEGATIVE_INFINITY;

  constructor(scenario: Scenario) {
    const timing = slowestTiming(scenario);
    const around = environmentOf(scenario);
    this.#timing = timing;
    this.#rateError = rateErrorOf(timing);
    this.#recoveryMs = recoveryBoundMs(timing, around);
    this.#lostMessageMs = lostMessageTailMs(timing, around);
    this.#refusedMs = refusedPauseMs(timing.backOffMs, MOST_REFUSALS) * (1 + this.#rateError);
    this.#noticeMs = noticeBoundMs(timing, around);
    const { members = 1 } = scenario.etcd;
    this.#learnMs = (timing.renewEveryMs + members * timing.requestTimeoutMs) / (1 - this.#rateError);
    this.#scenario = scenario;
    this.#health = new MemberHealth(scenario);
    this.#parties = processesOf(scenario).map(() => newParty(false));
  }

  /** The time that what happened may cost its party, ms; undefined: it costs nothing. */
  note(observation: Observation): number | undefined {
    const node = "node" in observation ? observation.node : ETCD_ITSELF;
    const party = this.#party(node);
    switch (observation.type) {
      case "started":
      case "ended":
        party.up = observation.type === "started";
        party.setbacks = 0;
        break;
      case "message":
        party.heardUntil = Math.max(party.heardUntil, observation.until);
        break;
      case "fault":
        this.#noteFault(observation, party);
        break;
      case "milestone":
        party.setbacks = setbacksOf(party.setbacks, observation);
        if (isSetback(observation)) party.setbackAt = observation.at;
        if (observation.milestone === "watching") {
          party.watchedAt = observation.at;
          party.deaf = this.#missesItsEnd(party);
        }
        break;
      default:
        break;
    }
    const cost = this.costOf(observation, party.setbacks);
    if (cost === undefined) return undefined;
    party.touchedAt = Math.max(party.touchedAt, cost.from);
    party.readyAt = Math.max(party.readyAt, cost.from + cost.tailMs);
    return cost.tailMs;
  }

  #noteFault(seen: Extract<Observation, { type: "fault" }>, party: Party): void {
    const { at, index, kind, phase } = seen;
    const by = phase === "begins" ? 1 : -1;
    const fault = this.#scenario.faults[index];
    const { clockRate, everybody, member, mutesWatches, outOfReach, standsStill } =
      fault === undefined ? {} : effectsOf(fault);
    if (outOfReach === true && phase === "begins") party.unlearntUntil = at + this.#learnMs;
    const befallen = everybody === true ? this.#parties : [party];
    if (clockRate === 0) for (const one of befallen) standOrGoOn(one, by, at);
    else if (standsStill === true)
      for (const one of befallen)
        sleepOrWake(one, seen, this.#timing.requestTimeoutMs * (1 + this.#rateError));
    // Who has a watch at a member that lags is not seen.
    for (const muted of member === "lags" ? this.#parties : mutesWatches === true ? [party] : []) {
      muted.mutes += by;
      muted.mutedAt = at;
    }
    if (kind === "compact") this.#compactedAt = at;
    for (const one of this.#parties) one.deaf ||= this.#missesItsEnd(one);
    // Who watches from a revision that is to come again waits for it, and must ask.
    if (kindNamed(kind)?.breaks === "history kept")
      for (const one of this.#parties) {
        one.mutedAt = at + this.#noticeMs;
        // One whose watch comes to etcd only afterwards does so for as long as it has that watch.
        one.deaf ||= one.heardUntil >= at;
      }
    this.#noteMembers(seen);
    if (kindNamed(kind)?.outage !== undefined) {
      this.#outages += by;
      this.#outageAt = at;
    }
    if (kindNamed(kind)?.disturbs === "while it lasts") party.afflictions += by;
  }

  /** A watch from before a compaction, which may still be on its way to etcd, ends when it comes there; who is mute does not hear of it. */
  #missesItsEnd({ mutes, watchedAt }: Party): boolean {
    return mutes > 0 && this.#compactedAt >= watchedAt - this.#timing.requestTimeoutMs;
  }

  /** Without a majority of its members etcd decides nothing. */
  #noteMembers(seen: Extract<Observation, { type: "fault" }>): void {
    const before = this.#health.hasQuorum;
    this.#health.note(seen);
    const by = Number(before) - Number(this.#health.hasQuorum);
    if (by === 0) return;
    this.#etcd.afflictions += by;
    this.#outages += by;
    this.#outageAt = seen.at;
  }

  /**
   * How long its party may need, ms, and from when on, for what happened; undefined: no time. `setbacks`: of the party by now, this one
   * counted.
   */
  costOf(
    observation: Observation,
    setbacks: number,
  ): { readonly from: number; readonly tailMs: number } | undefined {
    const { at } = observation;
    switch (observation.type) {
      case "started":
      case "ended":
        return { from: at, tailMs: this.#recoveryMs };
      case "message": {
        const { fate, purpose, until } = observation;
        if (purpose === "write") return undefined;
        const pauseMs = fate === "refused" ? this.#refusedMs : 0;
        if (LEASE_MESSAGES.has(purpose)) return { from: until, tailMs: this.#recoveryMs + pauseMs };
        // A page of the metadata is waited for longer, the more have failed.
        const pageMs = purpose === "reload" ? longestPageMs(this.#timing) * (1 + this.#rateError) : 0;
        return { from: until, tailMs: this.#lostMessageMs + pageMs + pauseMs };
      }
      case "fault": {
        const kind = kindNamed(observation.kind);
        if (kind?.disturbs === "nobody") return undefined;
        return { from: at, tailMs: this.#recoveryMs + (kind?.storesNothing === true ? this.#refusedMs : 0) };
      }
      case "milestone": {
        if (!isSetback(observation)) return undefined;
        const awayMs = setbackPauseMs(this.#timing, setbacks) + this.#timing.backOffJitterMs;
        // It is as good as down until it comes back.
        return { from: at + awayMs / (1 - this.#rateError), tailMs: this.#recoveryMs };
      }
      default:
        return undefined;
    }
  }

  /** From when on the coordinator must be able to work; Infinity while it is down or afflicted. */
  readyAt(node: number): number {
    const { afflictions, readyAt, up } = this.#party(node);
    return up && afflictions === 0 ? readyAt : Number.POSITIVE_INFINITY;
  }

  /** Up, and nothing lasting afflicts it just now. */
  isSound(node: number): boolean {
    return this.readyAt(node) < Number.POSITIVE_INFINITY;
  }

  /** The last moment at which something befell the party, -1 for etcd; Infinity while something does. */
  touchedAt(node: number): number {
    const { afflictions, touchedAt } = this.#party(node);
    return afflictions > 0 ? Number.POSITIVE_INFINITY : touchedAt;
  }

  /** The last moment at which etcd did not serve somebody, up to `at`: other faults of etcd's, a compaction for one, are none. */
  outageUntil(at: number): number {
    return this.#outages > 0 ? at : this.#outageAt;
  }

  /** Whether the coordinator's watches brought nothing at any moment since then: it must ask for itself what they kept from it. */
  wasMuted(node: number, since: number): boolean {
    const { deaf, mutedAt, mutes } = this.#party(node);
    return deaf || mutes > 0 || mutedAt >= since;
  }

  /** Whether what the coordinator asks for now comes to etcd at once, and nothing comes after it. */
  isHeard(node: number, at: number): boolean {
    const { heardUntil, unlearntUntil } = this.#party(node);
    return this.isSound(node) && heardUntil < at && unlearntUntil < at;
  }

  /** Until when messages of the coordinator may still reach etcd, if they were late. */
  heardUntil(node: number): number {
    return this.#party(node).heardUntil;
  }

  #party(node: number): Party {
    return this.#parties[node] ?? this.#etcd;
  }
}

/** Whether a role is given back by one that could keep it. */
export function isSetback({ milestone, reason }: Extract<Observation, { type: "milestone" }>): boolean {
  return milestone === "lost" && reason !== undefined && SETBACKS.has(reason);
}

/** Roles in a row that it gave back, after this milestone. */
export function setbacksOf(
  before: number,
  { milestone, reason }: Extract<Observation, { type: "milestone" }>,
): number {
  if (milestone === "active") return 0;
  return milestone === "lost" ? setbacksAfter(before, reason) : before;
}

/** What it waits for by its own clock comes as much later as that stood still. */
function standOrGoOn(party: Party, by: number, at: number): void {
  if (party.clockStops === 0) party.stoppedAt = at;
  party.clockStops += by;
  if (party.clockStops === 0 && party.readyAt > party.stoppedAt) party.readyAt += at - party.stoppedAt;
}

/** `withinMs`: of a setback, for which the answer to its revoke is waited for. */
function sleepOrWake(
  party: Party,
  { at, index, phase }: Extract<Observation, { type: "fault" }>,
  withinMs: number,
): void {
  if (phase === "begins") {
    if (at - party.setbackAt <= withinMs) party.asleep ??= { index, at };
  } else if (party.asleep?.index === index) {
    party.readyAt += at - party.asleep.at;
    party.asleep = undefined;
  }
}

function newParty(up: boolean): Party {
  return {
    up,
    afflictions: 0,
    touchedAt: 0,
    heardUntil: 0,
    unlearntUntil: 0,
    readyAt: 0,
    setbacks: 0,
    setbackAt: Number.NEGATIVE_INFINITY,
    asleep: undefined,
    mutes: 0,
    mutedAt: Number.NEGATIVE_INFINITY,
    watchedAt: Number.NEGATIVE_INFINITY,
    deaf: false,
    clockStops: 0,
    stoppedAt: 0,
  };
}

/** etcd as a party. */
export const ETCD_ITSELF = -1;
