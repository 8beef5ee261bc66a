/**
 * Whether faults of etcd's clock, store and load had their effect, and those that strike everybody: told from what was seen alone, as in
 * `fault-effects.ts`.
 */
import { keysFor } from "../models/dialect.ts";
import type { Observation } from "../models/observation.ts";
import {
  befalls,
  effectsOf,
  etcdClockRateUnder,
  etcdJumpMs,
  turnsEtcdClock,
} from "../src/simulation/effects.ts";
import { kindOf, type Fault } from "../src/simulation/fault.ts";
import { networkOf, timingOf, type Scenario } from "../src/simulation/scenario.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

interface Span {
  readonly fault: Fault;
  readonly from: number;
  to: number;
}

/** One coordinator, as far as renewals go. */
interface Renewing {
  /** When it last asked for its lease, or to keep it; undefined: it has none, or something befell what it asked. */
  sentAt: number | undefined;
  /** Since when the last milestone holds, and how it is called. */
  milestone: string;
  reloadAt: number;
}

/** Ages are rounded up to whole milliseconds. */
const ROUNDING_MS = 3;
const SCAN_MS = 500;
const REVOKED_IN_A_SCAN = 500;
const CROWD = "crowd";

export class EtcdEffects {
  readonly #scenario: Scenario;
  readonly #see: (strike: string) => void;
  readonly #all: readonly Renewing[];
  /** Every fault so far, in the order in which they began. */
  readonly #spans: Span[] = [];
  readonly #byIndex = new Map<number, Span>();
  readonly #owners = new Map<string, number>();
  readonly #prefixes: readonly string[];

  constructor(scenario: Scenario, see: (strike: string) => void) {
    this.#scenario = scenario;
    this.#see = see;
    this.#prefixes = [...new Set(scenario.coordinators.map(({ role }) => keysFor(role).sessionPrefix))];
    this.#all = scenario.coordinators.map(() => ({ sentAt: undefined, milestone: "", reloadAt: -Infinity }));
  }

  observe(observation: Observation): void {
    switch (observation.type) {
      case "fault":
        this.#fault(observation);
        return;
      case "request":
        this.#request(observation);
        return;
      case "message": {
        const one = this.#all[observation.node];
        const leases = observation.purpose === "renew" || observation.purpose === "grant";
        if (one !== undefined && leases) one.sentAt = undefined;
        return;
      }
      case "change":
        this.#change(observation);
        return;
      case "milestone":
        this.#milestone(observation);
        return;
      case "started":
        this.#renewing(observation.node, (one) => {
          one.sentAt = undefined;
          one.milestone = "";
        });
        return;
      case "ended":
        if (observation.cause === "crash") this.#killed(observation);
        return;
      default:
        return;
    }
  }

  #renewing(node: number, change: (one: Renewing) => void): void {
    const one = this.#all[node];
    if (one !== undefined) change(one);
  }

  #fault({ at, index, phase }: Of<"fault">): void {
    const fault = this.#scenario.faults[index];
    const known = this.#byIndex.get(index);
    if (phase === "ends" && known !== undefined) known.to = at;
    if (phase === "ends" || fault === undefined) return;
    const lasts = kindOf(fault).span !== undefined;
    const span = { fault, from: at, to: lasts ? Number.POSITIVE_INFINITY : at };
    this.#spans.push(span);
    this.#byIndex.set(index, span);
  }

  #request({ at, node, purpose }: Of<"request">): void {
    this.#renewing(node, (one) => {
      if (purpose === "reload") {
        // No pause before it, so it is the next page and no second try.
        const { backOffMs } = timingOf(this.#scenario, node);
        if (at - one.reloadAt < 0.9 * backOffMs && this.#begun("hoard").length > 0) this.#see("hoard");
        one.reloadAt = at;
      }
      if (purpose === "renew" && one.sentAt !== undefined) this.#slept(node, one.sentAt, at);
      if (purpose === "renew" || purpose === "grant") one.sentAt = at;
    });
  }

  /** Between two renewals all slept: by clocks that stood the second came when it was due, by others as soon as all woke. */
  #slept(node: number, before: number, at: number): void {
    if (this.#spans.length === 0) return;
    const { name = "", clockRate = 1 } = this.#scenario.coordinators[node] ?? {};
    const mine = this.#spans.filter(
      ({ fault, from, to }) => from <= at && to >= before && befalls(fault, name),
    );
    const [sleep] = mine;
    if (sleep === undefined || mine.length > 1 || effectsOf(sleep.fault).everybody !== true) return;
    if (sleep.from <= before || sleep.to > at) return;
    const { renewEveryMs } = timingOf(this.#scenario, node);
    const awakeMs = (at - before - (sleep.to - sleep.from)) * clockRate;
    const stood = effectsOf(sleep.fault).clockRate === 0;
    const due = stood
      ? sleep.to - sleep.from > 3 * ROUNDING_MS && Math.abs(awakeMs - renewEveryMs) < ROUNDING_MS
      : at - sleep.to < ROUNDING_MS && (at - before) * clockRate > 1.2 * renewEveryMs;
    if (due) this.#see(sleep.fault.type);
  }

  #change({ at, cause, event, node }: Of<"change">): void {
    const { key, lease } = event.kv;
    if (cause === "restore") this.#see("goBack");
    const owned = this.#prefixes.some((prefix) => key.startsWith(prefix));
    if (event.type === "PUT") {
      if (owned && node >= 0 && lease !== "0") this.#owners.set(key, node);
      return;
    }
    const owner = this.#owners.get(key);
    this.#owners.delete(key);
    if (cause !== "expiry") return;
    if (key === CROWD && node < 0) this.#dispersed(at);
    else if (owner !== undefined) this.#expired(owner, at);
  }

  /** The last of the crowd has gone: later than it could have alone, for it had to wait in the row? */
  #dispersed(at: number): void {
    const span = this.#begun("crowd").findLast((one) => one.from <= at);
    if (span === undefined || span.fault.type !== "crowd" || !this.#undisturbed(span.from, at)) return;
    const { forMs, leases } = span.fault;
    const rowMs = SCAN_MS * (Math.ceil(leases / REVOKED_IN_A_SCAN) - 1);
    const ttlMs = 1000 * Math.max(1, Math.round(forMs / 1000));
    const elapsedMs = this.#etcdMs(span.from, at);
    if (rowMs > 0 && elapsedMs >= ttlMs + rowMs - ROUNDING_MS) this.#see("crowd");
  }

  /** A lease has run out that by a clock without the fault would have run out at another time. */
  #expired(node: number, at: number): void {
    const sentAt = this.#all[node]?.sentAt;
    if (sentAt === undefined || !this.#undisturbed(sentAt, at)) return;
    const turned = this.#spans.filter(
      ({ fault, from, to }) => turnsEtcdClock(fault) && from <= at && to >= sentAt,
    );
    const [only] = turned;
    if (only === undefined || turned.length > 1 || this.#begun("crowd").length > 0) return;
    const { delayMs, slowMs } = networkOf(this.#scenario, this.#scenario.coordinators[node]);
    const { ttlMs } = timingOf(this.#scenario, node);
    const inTime = (elapsedMs: number) =>
      elapsedMs >= ttlMs - ROUNDING_MS &&
      elapsedMs <= ttlMs + SCAN_MS + 1.1 * (delayMs + slowMs) + ROUNDING_MS;
    const own = (at - sentAt) * this.#scenario.etcd.clockRate;
    if (inTime(this.#etcdMs(sentAt, at)) && !inTime(own)) this.#see(only.fault.type);
  }

  /** What etcd's clock counts in that span, with all faults of it. */
  #etcdMs(from: number, to: number): number {
    const turned = this.#spans.filter(({ fault }) => turnsEtcdClock(fault));
    const marks = turned.flatMap((one) => [one.from, one.to]).filter((at) => at > from && at < to);
    const edges = [from, ...marks.sort((left, right) => left - right), to];
    let countedMs = 0;
    for (let at = 1; at < edges.length; at++) {
      const [left = 0, right = 0] = [edges[at - 1], edges[at]];
      const inEffect = turned.filter((one) => one.from <= left && one.to >= right).map(({ fault }) => fault);
      countedMs += (right - left) * etcdClockRateUnder(this.#scenario.etcd.clockRate, inEffect);
    }
    for (const { fault, from: when } of turned) if (when > from && when <= to) countedMs += etcdJumpMs(fault);
    return countedMs;
  }

  /** Nothing but its clock befell etcd meanwhile. */
  #undisturbed(from: number, to: number): boolean {
    return !this.#spans.some(
      (one) =>
        kindOf(one.fault).strikes === "etcd" &&
        (kindOf(one.fault).outage !== undefined || effectsOf(one.fault).member !== undefined) &&
        one.from <= to &&
        one.to >= from - SCAN_MS,
    );
  }

  #begun(type: Fault["type"]): readonly Span[] {
    return this.#spans.filter(({ fault }) => fault.type === type);
  }

  #milestone({ milestone, node, reason }: Of<"milestone">): void {
    // A store that goes back gives ids twice, and one may find its own taken for that.
    const alone = this.#begun("goBack").length === 0;
    if (reason === "server id taken" && alone) this.#see("takeId");
    this.#renewing(node, (one) => {
      one.milestone = milestone;
      if (milestone === "lost" || milestone === "stopping") one.sentAt = undefined;
    });
  }

  /** Whose hand was it? A crash says so itself. */
  #killed({ at, node }: Of<"ended">): void {
    const { name = "" } = this.#scenario.coordinators[node] ?? {};
    const struck = this.#spans.filter(({ fault }) => "on" in fault && fault.on === name);
    if (struck.some(({ fault, from }) => fault.type === "crash" && from === at)) {
      this.#see("crash");
      return;
    }
    const { milestone = "" } = this.#all[node] ?? {};
    if (milestone === "stopping") this.#see("stop in grace");
    else if (struck.some(({ fault, to }) => fault.type === "probe" && to >= at)) this.#see("probe");
  }
}
