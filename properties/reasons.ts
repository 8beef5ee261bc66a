/**
 * Whose doing it was that an answer did not come: what befell the asker, its way to etcd, and etcd, each for as long as it may matter. A
 * fault is credited only where no other can be the reason.
 */
import type { Observation } from "../models/observation.ts";
import type { Timing } from "../models/timing.ts";
import { effectsOf, outageEnd } from "../src/simulation/effects.ts";
import { kindOf, lastsMs, type Fault } from "../src/simulation/fault.ts";
import { networkOf, type Scenario } from "../src/simulation/scenario.ts";
import { fittingNetwork } from "./assumptions.ts";
import { electionMs, mayElect } from "./member-health.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

/** Something that may be the reason why an answer did not come. */
interface Reason {
  /** Empty: no fault of which this would be the effect. */
  readonly strike: string;
  /** Whose answers; undefined: everybody's. */
  readonly node: number | undefined;
  /** Of which member of etcd; absent: of all. */
  readonly member?: number;
  /** Which of them; undefined: all. */
  readonly purpose: string | undefined;
  readonly from: number;
  until: number;
}

/** An answer that did not come in time. */
interface Unanswered {
  readonly node: number;
  /** Which member of etcd was asked, where there are several. */
  readonly member: number | undefined;
  /** What was asked for; absent: whatever it was. */
  readonly purpose?: string;
  readonly from: number;
  readonly at: number;
  /** No other can be what is told of. */
  readonly among?: ReadonlySet<string> | undefined;
}

/** What asks etcd to store something. */
const STORING = ["claimId", "grant", "enroll", "campaign"] as const;

/** Which fault makes a message's fate. */
const DOINGS = { lost: "lose", late: "delay" } as const;

const FOR_EVER = Number.POSITIVE_INFINITY;
/** What comes after an outage all at once; answers that are under way then come within a usual round trip. */
const TAIL_MS = 500;

/** How long each coordinator waits for a usual answer, at most, ms. */
export function usualTripsMs(scenario: Scenario): number[] {
  return scenario.coordinators.map((setup) => {
    const { delayMs, slowMs } = networkOf(scenario, setup);
    return 2 * (delayMs + slowMs);
  });
}

export class Reasons {
  readonly #scenario: Scenario;
  readonly #see: (strike: string) => void;
  /** On a network that does not fit, answers come too late without any fault. */
  readonly #fits: boolean;
  /** What ended so long ago is a reason no more. */
  readonly tailMs: number;
  readonly #all: Reason[] = [];
  readonly #compacted: number[] = [];

  constructor(scenario: Scenario, see: (strike: string) => void) {
    this.#scenario = scenario;
    this.#see = see;
    this.#fits = fittingNetwork.holds(scenario);
    this.tailMs = TAIL_MS + Math.max(...usualTripsMs(scenario));
  }

  /** `place`: whom it concerns. `others`: what was in effect when it began. */
  began(
    seen: Of<"fault">,
    fault: Fault,
    strike: string,
    place: number,
    others: readonly { readonly fault: Fault }[],
  ): void {
    const { at } = seen;
    this.#member(seen, fault, strike, others);
    // Whatever waits by that clock may be over at once.
    if (fault.type === "stepClock") this.#because("", place, undefined, at, at + this.tailMs);
    const { cut, everybody, standsStill } = effectsOf(fault);
    const { breaks, outage, storesNothing } = kindOf(fault);
    // Another effect of these is looked for: what goes unanswered would not show it.
    const blamed = everybody === true || breaks === "history kept" ? "" : strike;
    if (cut !== undefined) this.#because(strike, place, undefined, at, FOR_EVER);
    const end = outage === undefined ? undefined : outageEnd(fault, this.#scenario.etcd.clockRate);
    if (end !== undefined)
      this.#because(blamed, outage === "split" ? place : undefined, undefined, at, end + this.tailMs);
    if (storesNothing === true)
      for (const purpose of STORING) this.#because(strike, undefined, purpose, at, FOR_EVER);
    if (fault.type === "compact") this.#compacted.push(at);
    if (standsStill === true) this.#because("", place, undefined, at, FOR_EVER);
  }

  ended(strike: string, at: number): void {
    for (const reason of this.#all)
      if (reason.until === FOR_EVER && reason.strike === strike) reason.until = at + this.tailMs;
  }

  message({ at, fate, leg, node, purpose, until }: Of<"message">): void {
    if (fate === "doubled") return;
    const strike = fate === "refused" ? "refuse" : `${DOINGS[fate]} ${leg}`;
    this.#because(strike, node, purpose, at - this.tailMs, Math.max(at, until));
  }

  /** An answer did not come in time: whose doing was it? */
  credit({ among, at, from, member, node, purpose }: Unanswered): void {
    if (!this.#fits) return;
    const strikes = new Set<string>();
    for (const one of this.#all) {
      const concernsIt = one.node === undefined || one.node === node;
      const ofMember = one.member === undefined || one.member === member;
      const may = purpose === undefined || one.purpose === undefined || one.purpose === purpose;
      if (concernsIt && ofMember && one.from <= at && one.until >= from && may) strikes.add(one.strike);
    }
    const [only] = strikes;
    if (strikes.size === 1 && only !== undefined && among?.has(only) !== false) this.#see(only);
  }

  /** It asks for what it had, so a watch has ended: one that came when its history was forgotten? */
  unwatched({ backOffJitterMs, backOffMs }: Timing, node: number, at: number): void {
    const soonMs = 1.05 * (backOffMs + backOffJitterMs) + this.tailMs;
    const late = this.#all.find(
      (one) => one.purpose === "watch" && one.node === node && one.until <= at && at <= one.until + soonMs,
    );
    if (late !== undefined && this.#compacted.some((when) => when >= late.from && when <= late.until))
      this.#see("compact");
  }

  /** Whether anything befell what it asked or was told in that span. */
  any(node: number, from: number, until: number): boolean {
    return this.#all.some((one) => (one.node ?? node) === node && one.from <= until && one.until >= from);
  }

  /** A member's clients go unanswered; while another leads, or none can, everybody does. */
  #member(
    seen: Of<"fault">,
    fault: Fault,
    strike: string,
    others: readonly { readonly fault: Fault }[],
  ): void {
    const { at, member, node } = seen;
    if (member === undefined) return;
    const whose = node < 0 ? undefined : node;
    this.#all.push({ strike, node: whose, member, purpose: undefined, from: at, until: FOR_EVER });
    if (!mayElect(seen, this.#scenario)) return;
    const tailMs = electionMs(this.#scenario) + this.tailMs;
    this.#because(strike, undefined, undefined, at, at + tailMs);
    if (others.some((one) => effectsOf(one.fault).member !== undefined))
      this.#because("", undefined, undefined, at, at + lastsMs(fault) + tailMs);
  }

  #because(
    strike: string,
    node: number | undefined,
    purpose: string | undefined,
    from: number,
    until: number,
  ): void {
    this.#all.push({ strike, node, purpose, from, until });
  }
}
