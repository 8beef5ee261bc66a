/**
 * What stood in the way of whom, and when: so that a failure can be tied to what caused it, instead of being excused because
 * something had happened lately.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import { electionMs, mayElect, MemberHealth } from "./member-health.ts";
import { effectsOf, lanesBefallen, outageEnd } from "../src/simulation/effects.ts";
import { kindOf } from "../src/simulation/fault.ts";
import { timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { rateErrorOf } from "./rate-error.ts";

/** What {@link Hindrances.note} reads. */
export const HINDRANCES: readonly ObservationType[] = ["fault", "message"];

/** True ms; both ends belong to it. */
interface Span {
  readonly from: number;
  until: number;
}

/** A message that did not simply arrive. */
interface Mishap {
  readonly at: number;
  readonly purpose: string;
}

interface Party {
  /** By the fault's place in the scenario. */
  readonly cut: Map<number, Span>;
  readonly standing: Map<number, Span>;
  readonly mishaps: Mishap[];
}

/** etcd's own clock may be slow, and everything it is asked in an outage is asked again after it. */
const AFTER_OUTAGE_MS = 100;

export class Hindrances {
  readonly #scenario: Scenario;
  readonly #parties: readonly Party[];
  readonly #outages: Span[] = [];
  /** Of these, what befalls etcd as a whole. */
  readonly #whole: Span[] = [];
  readonly #splits: Span[] = [];
  /** Members of etcd that do not do what they are asked: for everybody, or, by place, for one. */
  readonly #ills: {
    readonly member: number;
    readonly node: number | undefined;
    readonly span: Span;
    readonly index: number;
  }[] = [];
  readonly #health: MemberHealth;
  #withoutQuorum: Span | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#health = new MemberHealth(scenario);
    this.#parties = scenario.coordinators.map(() => ({ cut: new Map(), standing: new Map(), mishaps: [] }));
  }

  note(observation: Observation): void {
    if (observation.type === "fault") this.#fault(observation);
    else if (observation.type === "message" && observation.fate !== "doubled")
      this.#parties[observation.node]?.mishaps.push(observation);
  }

  /** Whether anything came between etcd and a request for `purpose` that was sent at `from`, up to `until`, but for single members. */
  hindered(node: number, purpose: string, from: number, until: number): boolean {
    const party = this.#parties[node];
    if (party === undefined) return true;
    return (
      anyOverlaps(this.#outages, from, until) ||
      anyOverlaps(party.cut.values(), from, until) ||
      anyOverlaps(party.standing.values(), from, until) ||
      party.mishaps.some((one) => one.purpose === purpose && one.at >= from && one.at <= until)
    );
  }

  /** The members of etcd that were of no use to the process at some moment of the span. */
  ill(node: number, from: number, until: number): ReadonlySet<number> {
    const found = this.#ills.filter(
      ({ node: whose, span }) => (whose ?? node) === node && span.from <= until && span.until >= from,
    );
    return new Set(found.map(({ member }) => member));
  }

  /** Whether the process stood still at some moment of the span. */
  stoodStill(node: number, from: number, until: number): boolean {
    return anyOverlaps(this.#parties[node]?.standing.values() ?? [], from, until);
  }

  /** Whether a leader of etcd had lost touch with the others in the span: what it granted or revoked is not theirs. */
  wasSplit(from: number, until: number): boolean {
    return anyOverlaps(this.#splits, from, until);
  }

  #fault(seen: Extract<Observation, { type: "fault" }>): void {
    const { at, index, node, phase } = seen;
    this.#members(seen);
    const fault = this.#scenario.faults[index];
    if (fault === undefined) return;
    const { outage } = kindOf(fault);
    if (outage !== undefined && phase === "begins") {
      const end = outageEnd(fault, this.#scenario.etcd.clockRate) ?? at;
      const span = { from: at, until: end + AFTER_OUTAGE_MS };
      this.#outages.push(span);
      this.#whole.push(span);
      if (outage === "split") this.#splits.push(span);
    }
    const { cut, standsStill } = effectsOf(fault);
    for (const party of lanesBefallen(fault, this.#parties[node], this.#parties)) {
      if (cut !== undefined) mark(party.cut, index, at, phase);
      if (standsStill === true) mark(party.standing, index, at, phase);
    }
  }

  /** A member falls ill, or is well again. */
  #members(seen: Extract<Observation, { type: "fault" }>): void {
    const { at, index, member, node, phase } = seen;
    const fault = this.#scenario.faults[index];
    if (member === undefined || fault === undefined) return;
    if (mayElect(seen, this.#scenario)) {
      // Nobody is elected before etcd does anything at all.
      const asleep = this.#whole.filter(({ from, until }) => from <= at && at <= until);
      const electsAt = Math.max(at, ...asleep.map(({ until }) => until));
      this.#outages.push({ from: at, until: electsAt + electionMs(this.#scenario) });
    }
    if (phase === "begins") {
      const whose = effectsOf(fault).outOfReach === true ? node : undefined;
      this.#ills.push({ member, node: whose, index, span: { from: at, until: Number.POSITIVE_INFINITY } });
    } else for (const one of this.#ills) if (one.index === index) one.span.until = at;
    this.#health.note(seen);
    if (!this.#health.hasQuorum && this.#withoutQuorum === undefined)
      this.#outages.push((this.#withoutQuorum = { from: at, until: Number.POSITIVE_INFINITY }));
    else if (this.#health.hasQuorum && this.#withoutQuorum !== undefined) {
      this.#withoutQuorum.until = at + electionMs(this.#scenario);
      this.#withoutQuorum = undefined;
    }
  }
}

function mark(spans: Map<number, Span>, index: number, at: number, phase: "begins" | "ends"): void {
  const span = spans.get(index);
  if (phase === "begins") spans.set(index, { from: at, until: Number.POSITIVE_INFINITY });
  else if (span !== undefined) span.until = at;
}

function anyOverlaps(spans: Iterable<Span>, from: number, until: number): boolean {
  for (const span of spans) if (span.from <= until && span.until >= from) return true;
  return false;
}

/** Instants are added in floating point, and ages are rounded up to whole milliseconds. */
const NOISE_MS = 2;

/** So long at most a leader that is cut off renews alone. */
const RENEWS_ALONE_MS = 2200;

/** However the timing is chosen: who has not tried so often has given up too soon. */
const FEWEST_RENEWALS = 4;

/** Why the renewals of a lease do not explain its end; undefined: they do. */
export type Unexplained =
  /** Nothing hindered the one sent at that instant. */
  | { readonly type: "renewal-succeeded"; readonly sentAtMs: number }
  /** It went to a member of etcd that had left the one before it unanswered. */
  | { readonly type: "member-kept"; readonly sentAtMs: number; readonly member: number }
  /** None was sent in that span, and nothing held the process. */
  | { readonly type: "renewal-missing"; readonly sinceMs: number; readonly untilMs: number };

/** `member`: of etcd, where it has several. */
interface Sent {
  readonly at: number;
  readonly member: number | undefined;
}

/** One coordinator's renewals, as it sent them. */
export class Renewals {
  readonly #scenario: Scenario;
  readonly #hindrances: Hindrances;
  readonly #sent: Sent[][];

  constructor(scenario: Scenario, hindrances: Hindrances) {
    this.#scenario = scenario;
    this.#hindrances = hindrances;
    this.#sent = scenario.coordinators.map(() => []);
  }

  /** True: the one before it had failed for a while, and then one succeeded. */
  note(node: number, at: number, member?: number): boolean {
    const sent = this.#sent[node];
    if (sent === undefined) return false;
    const { renewEveryMs, ttlMs } = timingOf(this.#scenario, node);
    while (sent.length > 0 && at - (sent[0]?.at ?? at) > 2 * ttlMs) sent.shift();
    const [first, second] = [sent.at(-2)?.at, sent.at(-1)?.at];
    sent.push({ at, member });
    if (first === undefined || second === undefined) return false;
    return second - first < renewEveryMs / 2 && at - second > renewEveryMs / 2;
  }

  forget(node: number): void {
    this.#sent[node] = [];
  }

  /**
   * Whether they explain that a lease was over at `end`: for as long as it could be relied on, one was sent as often as the timing
   * says, unless the process stood still, and each was hindered. `answered`: etcd's answer to one of them said so.
   */
  explain(node: number, end: number, answered: boolean): Unexplained | undefined {
    const timing = timingOf(this.#scenario, node);
    const { claimMs, renewEveryMs, renewRetryMs, requestTimeoutMs } = timing;
    const error = rateErrorOf(timing);
    const patienceMs = requestTimeoutMs / (1 - error) + NOISE_MS;
    const begin = end - claimMs / (1 + error);
    if (this.#hindrances.wasSplit(begin, end)) return undefined;
    const { delayMs, slowMs } = this.#network(node);
    const tripMs = answered ? patienceMs : 2 * (delayMs + slowMs);
    const sent = (this.#sent[node] ?? []).filter(({ at }) => at > begin + NOISE_MS && at <= end);
    if (sent.length < FEWEST_RENEWALS && !this.#hindrances.stoodStill(node, begin, end))
      return { type: "renewal-missing", sinceMs: sent.at(-1)?.at ?? begin, untilMs: end };
    let last = begin;
    let allowedMs = renewEveryMs / (1 - error) + slowMs + NOISE_MS;
    let before: Sent | undefined;
    for (const one of [...sent, { at: end, member: undefined }]) {
      const { at, member } = one;
      if (at - last > allowedMs && !this.#hindrances.stoodStill(node, last, at))
        return { type: "renewal-missing", sinceMs: last, untilMs: at };
      if (at < end - tripMs && !this.#hindrances.hindered(node, "renew", at, at + patienceMs)) {
        const ill = this.#hindrances.ill(node, at, at + patienceMs);
        if (member === undefined || !ill.has(member)) return { type: "renewal-succeeded", sentAtMs: at };
        // Left unanswered by it before, and with others that are well, it should have asked one of them.
        const asked = (before?.at ?? at) - RENEWS_ALONE_MS;
        const stayed = before?.member === member && this.#hindrances.ill(node, asked, asked).has(member);
        if (stayed && this.#hindrances.ill(node, asked, at + patienceMs).size === 1)
          return { type: "member-kept", member, sentAtMs: at };
      }
      before = one;
      last = at;
      allowedMs = patienceMs + renewRetryMs / (1 - error) + slowMs + NOISE_MS;
    }
    return undefined;
  }

  /** How long a message usually takes, and how much more when it, or the turn of a process, is slow. */
  #network(node: number): { readonly delayMs: number; readonly slowMs: number } {
    const own = this.#scenario.coordinators[node]?.network;
    return { ...this.#scenario.network, ...own };
  }
}
