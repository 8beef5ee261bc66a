/**
 * What went wrong lately, and for whom: the part that timely promises share. After each disturbance its parties are given
 * the time that `models/timing` says they may need; from then on they must be able to do their work.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import {
  DEFAULT_CLOCK_RATE_TOLERANCE,
  lostMessageTailMs,
  recoveryBoundMs,
  setbackPauseMs,
  SETBACKS,
  type Timing,
} from "../models/timing.ts";
import { longestPageMs } from "../models/reload.ts";
import { effectsOf } from "../src/simulation/effects.ts";
import { kindNamed } from "../src/simulation/fault.ts";
import { environmentOf, processesOf, slowestTiming, type Scenario } from "../src/simulation/scenario.ts";

/** What {@link Disturbances.note} reads. */
export const DISTURBANCES: readonly ObservationType[] = ["started", "ended", "fault", "message", "milestone"];

/** Of a true clock. */
const RATE_ERROR = DEFAULT_CLOCK_RATE_TOLERANCE;

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
  /** When it must be able to work again. */
  readyAt: number;
  /** Roles in a row that it won and gave back unserved: after each it stays away for a while. */
  setbacks: number;
  /** Faults that mute its watches just now, and when one last did. */
  mutes: number;
  mutedAt: number;
}

export class Disturbances {
  readonly #scenario: Scenario;
  readonly #parties: readonly Party[];
  readonly #etcd = newParty(true);
  readonly #timing: Timing;
  readonly #recoveryMs: number;
  /** When etcd last did not serve somebody. */
  #outageAt = Number.NEGATIVE_INFINITY;
  #outages = 0;
  readonly #lostMessageMs: number;

  constructor(scenario: Scenario) {
    const timing = slowestTiming(scenario);
    const around = environmentOf(scenario);
    this.#timing = timing;
    this.#recoveryMs = recoveryBoundMs(timing, around);
    this.#lostMessageMs = lostMessageTailMs(timing, around);
    this.#scenario = scenario;
    this.#parties = processesOf(scenario).map(() => newParty(false));
  }

  /** The time that what happened may cost its party, ms; undefined: it costs nothing. */
  note(observation: Observation): number | undefined {
    switch (observation.type) {
      case "started":
      case "ended":
        this.#party(observation.node).up = observation.type === "started";
        this.#party(observation.node).setbacks = 0;
        return this.#touch(observation.node, observation.at, this.#recoveryMs);
      case "message": {
        const { node, purpose, until } = observation;
        const party = this.#party(node);
        party.heardUntil = Math.max(party.heardUntil, until);
        if (purpose === "write") return undefined;
        if (LEASE_MESSAGES.has(purpose)) return this.#touch(node, until, this.#recoveryMs);
        // A page of the metadata is waited for longer, the more have failed.
        const pageMs = purpose === "reload" ? longestPageMs(this.#timing) * (1 + RATE_ERROR) : 0;
        return this.#touch(node, until, this.#lostMessageMs + pageMs);
      }
      case "fault": {
        const { at, index, kind, node, phase } = observation;
        const fault = this.#scenario.faults[index];
        if (fault !== undefined && effectsOf(fault).mutesWatches === true) {
          const party = this.#party(node);
          party.mutes += phase === "begins" ? 1 : -1;
          party.mutedAt = at;
        }
        if (kindNamed(kind)?.outage !== undefined) {
          this.#outages += phase === "begins" ? 1 : -1;
          this.#outageAt = at;
        }
        const disturbs = kindNamed(kind)?.disturbs;
        if (disturbs === "nobody") return undefined;
        if (disturbs === "while it lasts") this.#party(node).afflictions += phase === "begins" ? 1 : -1;
        return this.#touch(node, at, this.#recoveryMs);
      }
      case "milestone":
        return this.#noteMilestone(observation);
      default:
        return undefined;
    }
  }

  #noteMilestone({ at, milestone, node, reason }: Extract<Observation, { type: "milestone" }>) {
    const party = this.#party(node);
    if (milestone === "active") party.setbacks = 0;
    if (milestone !== "lost" || reason === undefined || !SETBACKS.has(reason)) return undefined;
    party.setbacks += 1;
    const awayMs = setbackPauseMs(this.#timing, party.setbacks) + this.#timing.backOffJitterMs;
    // It is as good as down until it comes back.
    return this.#touch(node, at + awayMs / (1 - DEFAULT_CLOCK_RATE_TOLERANCE), this.#recoveryMs);
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

  /** Whether the coordinator's watches were mute at any moment since then: it must ask for itself what they kept from it. */
  wasMuted(node: number, since: number): boolean {
    const { mutedAt, mutes } = this.#party(node);
    return mutes > 0 || mutedAt >= since;
  }

  /** Until when messages of the coordinator may still reach etcd, if they were late. */
  heardUntil(node: number): number {
    return this.#party(node).heardUntil;
  }

  #party(node: number): Party {
    return this.#parties[node] ?? this.#etcd;
  }

  #touch(node: number, at: number, tailMs: number): number {
    const party = this.#party(node);
    party.touchedAt = Math.max(party.touchedAt, at);
    party.readyAt = Math.max(party.readyAt, at + tailMs);
    return tailMs;
  }
}

function newParty(up: boolean): Party {
  return {
    up,
    afflictions: 0,
    touchedAt: 0,
    heardUntil: 0,
    readyAt: 0,
    setbacks: 0,
    mutes: 0,
    mutedAt: Number.NEGATIVE_INFINITY,
  };
}

/** etcd as a party. */
export const ETCD_ITSELF = -1;
