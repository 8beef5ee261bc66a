/**
 * What a coordinator says and asks comes in the protocol's order: nothing is left out, nothing put off, nothing that it was told
 * unheeded. Its log can be read as its life; and a chart from which something has gone is noticed, also where others make up for it.
 */
import { handoverAsked, keysFor } from "../models/dialect.ts";
import { NO_LEASE } from "../models/etcd-api.ts";
import type { Observation } from "../models/observation.ts";
import { refusedPauseMs } from "../models/timing.ts";
import { effectsOf, lanesBefallen, outageEnd } from "../src/simulation/effects.ts";
import { execute } from "../src/simulation/execute.ts";
import { kindOf, lastsMs } from "../src/simulation/fault.ts";
import { environmentOf, timingOf, type Scenario } from "../src/simulation/scenario.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { fittingNetwork, historyKept, trueClocks } from "./assumptions.ts";
import { orderKinds, type OrderBroken } from "./in-order-kinds.ts";
import { ASKED_AGAIN, ASKED_IN, FOLLOWS, HOLDING, OWN } from "./life-order.ts";
import {
  keepCount,
  mustCome,
  NEVER,
  newLife,
  noteFate,
  noteRequest,
  owe,
  pay,
  triesOf,
  type JudgedLife,
  type Owed,
} from "./life.ts";
import { HOLDS } from "./property.ts";
import type { RerunProperty } from "./rerun-property.ts";
import { rateErrorOf } from "./rate-error.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

const NOISE_MS = 1e-3;
/** Ages are rounded up to whole milliseconds. */
const ROUNDING_MS = 1;

const TOUCHED = "a deleted or taken key";
const ASKED = "the question to hand over";
const SHOWN = "a registration that shows the question to hand over";
const REFUSED = "a refused write";
const REFUSED_ONE = "a refused request";
const refusedOf = (purpose: string) => `${REFUSED_ONE} (${purpose})`;
/** What a watch tells. */
const HEARD: ReadonlySet<string> = new Set([TOUCHED, ASKED]);

/** Faults that leave alone whatever is said between a coordinator that lives and etcd; what befalls single messages is seen. */
const QUIET: ReadonlySet<string> = new Set(
  "crash stop handOver deleteKey hammer takeId probe hoard sicken lose delay duplicate refuse".split(" "),
);

/** What is asked for again after a pause that grows. */
const WAITS_LONGER: ReadonlySet<string> = new Set(["readId", "grant", "enroll", "campaign"]);

const LEAVING: ReadonlySet<string | undefined> = new Set([
  "gaveUp",
  "stopping",
  "stopped",
  "leaseKept",
  "exited",
]);
const ENDS: ReadonlySet<string | undefined> = new Set(["stopped", "leaseKept", "exited"]);

export const livesInOrder: RerunProperty<"in-order", OrderBroken> = {
  name: "in-order",
  guarantee:
    "What a coordinator says and asks comes in the protocol's order; nothing is left out, put off or unheeded.",
  every: 20,
  kills: ["unknown-is-lost", "deaf-to-session-deletion", "keeps-lease-on-loss", "watches-as-before"],
  kinds: orderKinds,
  rerun({ decisions, scenario }, variant) {
    const judge = new OrderJudge(scenario);
    let found: OrderBroken | undefined;
    execute(createSetup(scenario, variant), {
      scheduler: decided(decisions),
      listeners: [{ observe: (seen) => (found ??= judge.observe(seen)) }],
      enough: () => found !== undefined,
    });
    return found === undefined ? HOLDS : { type: "violated", violation: { property: "in-order", ...found } };
  },
};

/** One run's fold: what is the first to break the order. */
export class OrderJudge {
  readonly #scenario: Scenario;
  readonly #lives: JudgedLife[];
  readonly #standing: number[];
  /** Until when something may come between each of them and etcd, and between everybody and it. */
  readonly #disturbedAt: number[];
  #noisyAt = NEVER;
  #noises = 0;
  /** By clocks that are right it can be said how long something took; where no fault turns them, to the millisecond. */
  readonly #timely: boolean;
  readonly #ownClocks: boolean;
  /** Every answer that is not held up comes in time. */
  readonly #fitting: boolean;
  readonly #hearMs: number;
  /** From a request to its answer. */
  readonly #answerMs: number;
  readonly #settleMs: number;

  constructor(scenario: Scenario) {
    const { electionTimeoutMs, oneWayMs, streamTimeoutMs, watchCatchUpMs } = environmentOf(scenario);
    this.#scenario = scenario;
    this.#timely = trueClocks.holds(scenario);
    this.#fitting = fittingNetwork.holds(scenario);
    this.#ownClocks = scenario.faults.every(
      (fault) => effectsOf(fault).clockRate === undefined && kindOf(fault).clockJumpMs === undefined,
    );
    this.#hearMs = oneWayMs + watchCatchUpMs;
    this.#answerMs = 2 * oneWayMs;
    this.#settleMs = streamTimeoutMs + 2 * electionTimeoutMs;
    this.#lives = scenario.coordinators.map((setup, node) => newLife(setup, timingOf(scenario, node)));
    this.#standing = scenario.coordinators.map(() => 0);
    this.#disturbedAt = scenario.coordinators.map(() => NEVER);
    // Who is behind which of several members is not followed.
    if (scenario.etcd.members !== undefined) this.#noises = 1;
  }

  observe(observation: Observation): OrderBroken | undefined {
    const late = this.#late(observation.at);
    if (late !== undefined) return late;
    if (observation.type === "fault") this.#fault(observation);
    if (observation.type === "change") this.#change(observation);
    const life = "node" in observation ? this.#lives[observation.node] : undefined;
    if (life === undefined) return undefined;
    switch (observation.type) {
      case "started":
      case "ended":
        return this.#liveOn(life, observation);
      case "milestone":
        return this.#reach(life, observation);
      case "request":
        return this.#ask(life, observation);
      case "written": {
        pay(life, "written");
        const own = life.last === "active" && observation.token === life.token;
        if (observation.outcome === "superseded" && own) mustCome(life, ["lost"], REFUSED, observation.at);
        return undefined;
      }
      case "claim":
        // The first one is of the lease as it stands; another clock moves it too.
        if (life.claims && this.#noisyAt < observation.at) life.renewedAt = life.renewSentAt;
        life.claims = true;
        return this.#rely(life, observation);
      case "message":
        this.#disturbedAt[observation.node] = Math.max(observation.at, observation.until);
        this.#askAgain(life, observation);
        return undefined;
      default:
        return undefined;
    }
  }

  #late(at: number): OrderBroken | undefined {
    for (let node = 0; node < this.#lives.length; node++) {
      const { owed } = this.#lives[node] as JudgedLife;
      for (let place = 0; place < owed.length; place++) {
        const { after, dueAt, since, what } = owed[place] as Owed;
        if (at <= dueAt + NOISE_MS || (this.#standing[node] ?? 0) > 0) continue;
        // The news may have been held up on its way, a refusal too.
        if (HEARD.has(after) && !this.#quietSince(node, since)) continue;
        if (after.startsWith(REFUSED_ONE) && !this.#calmSince(since)) continue;
        return { kind: "put-off", at: dueAt, nodes: [node], facts: { what, after, sinceMs: since } };
      }
    }
    return undefined;
  }

  #fault({ at, index, node: struck, phase }: Of<"fault">): void {
    const fault = this.#scenario.faults[index];
    if (fault === undefined) return;
    if (!QUIET.has(fault.type)) {
      if (lastsMs(fault) > 0) this.#noises += phase === "begins" ? 1 : -1;
      const overAt = outageEnd(fault, this.#scenario.etcd.clockRate) ?? at;
      this.#noisyAt = Math.max(this.#noisyAt, at + this.#settleMs, overAt + this.#settleMs);
    }
    const life = this.#lives[struck];
    const asked = phase === "begins" && kindOf(fault).asksToStop === true;
    if (asked && life?.up === true && !LEAVING.has(life.last))
      mustCome(life, ["stopping"], "the question to stop", at);
    const isOfNoUse = phase === "begins" && fault.type === "sicken";
    if (isOfNoUse && life !== undefined) life.sick = true;
    if (isOfNoUse && HOLDING.has(life?.last)) mustCome(life as JudgedLife, ["lost"], "its self-check", at);
    if (effectsOf(fault).standsStill !== true) return;
    for (const node of lanesBefallen(fault, struck, [...this.#lives.keys()])) {
      this.#standing[node] = (this.#standing[node] ?? 0) + (phase === "begins" ? 1 : -1);
      // Whoever stands still can do nothing; from waking on it has its whole time.
      for (const one of this.#lives[node]?.owed ?? [])
        one.dueAt = Math.max(one.dueAt, at + one.dueAt - one.since);
    }
  }

  #quietSince(node: number, since: number): boolean {
    return this.#calmSince(since) && (this.#disturbedAt[node] ?? NEVER) < since;
  }

  /** Nothing but single messages was struck. */
  #calmSince(since: number): boolean {
    return this.#noises === 0 && this.#noisyAt < since;
  }

  /** A key has changed that somebody watches, and nothing keeps the news from it. */
  #change({ at, event, node: by }: Of<"change">): void {
    const { key, value } = event.kv;
    const asked = event.type === "PUT" && handoverAsked(value);
    for (const life of this.#lives) if (life.sessionKey === key) life.marked = asked;
    if (event.type === "PUT" && by >= 0) return;
    for (const [node, life] of this.#lives.entries()) {
      const since = life.watched.get(key);
      if (since === undefined || !OWN.has(life.last) || !this.#quietSince(node, since)) continue;
      if (HOLDING.has(life.last) || (!asked && key === life.sessionKey))
        mustCome(life, ["lost", "stopping"], asked ? ASKED : TOUCHED, at, this.#hearMs);
    }
  }

  #liveOn(life: JudgedLife, seen: Of<"started"> | Of<"ended">): OrderBroken | undefined {
    const { at, node } = seen;
    const next = (this.#lives[node] = newLife(life.setup, life.timing));
    if (seen.type === "started") {
      next.up = true;
      owe(next, "begun", at);
      return undefined;
    }
    return seen.cause === "crash" || ENDS.has(life.last) ? undefined : outOfTurn("ended", life, at, node);
  }

  #reach(life: JudgedLife, seen: Of<"milestone">): OrderBroken | undefined {
    const { at, milestone, node } = seen;
    if (!this.#mayReach(life, seen)) return outOfTurn(milestone, life, at, node);
    if (milestone === "starting" && seen.leaseId !== NO_LEASE)
      return { kind: "carried-over", at, nodes: [node], facts: { leaseId: seen.leaseId } };
    const tries = triesOf(life, seen);
    if (tries !== undefined) return tries;
    // Whoever leaves owes nothing of what went before.
    life.owed =
      milestone === "lost" || milestone === "stopping"
        ? []
        : life.owed.filter(({ what }) => !what.includes(milestone));
    // etcd has shown it the mark, in its answer.
    if (milestone === "registered" && life.enrolledMarked && HOLDING.has(life.last))
      mustCome(life, ["lost", "stopping"], SHOWN, at);
    // A registration that is renewed leaves everything else as it is.
    if (milestone !== "registered" || life.last === "identified")
      Object.assign(life, { last: milestone, at });
    owe(life, milestone, at);
    keepCount(life, seen, this.#timely);
    return undefined;
  }

  #mayReach(life: JudgedLife, { milestone, node, reason }: Of<"milestone">): boolean {
    const { at: since, last, lostBy, setup, sick } = life;
    const leaves = setup.afterLoss === "exit" && lostBy !== "handed over";
    if (last === undefined ? milestone !== "starting" : !FOLLOWS[milestone].includes(last)) return false;
    switch (milestone) {
      case "standby":
        return last === (setup.activeStandby ? "registered" : "identified");
      case "registered":
      case "watching":
        return setup.activeStandby;
      case "outrun":
        return !setup.activeStandby;
      case "campaigning":
        // Its watch cannot have broken, and what it asks beside it is answered in time.
        return last !== "watching" || !this.#fitting || !this.#quietSince(node, since);
      case "lost":
        // It is for the service to say so: what is not loaded is asked for again.
        return (reason !== "activation failed" || last === "prepare") && (reason !== "unhealthy" || sick);
      case "exited":
        return leaves;
      case "starting":
        return last === undefined || !leaves;
      default:
        return true;
    }
  }

  #ask(life: JudgedLife, { at, node, purpose }: Of<"request">): OrderBroken | undefined {
    const { last, renewedAt, setup, timing } = life;
    const within = ASKED_IN[purpose];
    const off = purpose === "enroll" && !setup.activeStandby;
    if (off || (within !== undefined && (last === undefined || !within.has(last))))
      return outOfTurn(purpose, life, at, node);
    const eager = this.#eager(life, purpose, at, node);
    if (eager !== undefined) return eager;
    const before = life.asked.get(purpose);
    noteRequest(life, purpose, at, before !== undefined && this.#calmSince(before.at));
    const owed = pay(life, purpose);
    // Whatever becomes of a write, its writer is told.
    if (purpose === "write" && this.#timely)
      mustCome(life, ["written"], purpose, at, timing.requestTimeoutMs / (1 - rateErrorOf(timing)));
    if (purpose === "watch") {
      const isSession = owed?.after === "registered";
      const key = isSession ? life.sessionKey : keysFor(setup.role).role;
      const since = isSession || HOLDING.has(last) ? life.watched.get(key) : undefined;
      life.watched.set(key, at);
      if (since !== undefined && this.#quietSince(node, since))
        return { kind: "watch-again", at, nodes: [node], facts: { key, sinceMs: since } };
    }
    if (purpose === "revoke") life.revokes += 1;
    if (purpose === "enroll") life.enrolledMarked = life.marked && historyKept.holds(this.#scenario);
    if (purpose === "grant" || purpose === "renew") life.leasedAt = at;
    // Who watches asks now and then whether the role is held all the same.
    const rechecks = purpose === "campaign" && last === "watching";
    const leastMs = (rechecks ? timing.recheckMs : timing.renewEveryMs) / (1 + rateErrorOf(timing));
    const afterMs = at - (rechecks ? life.campaignedAt : renewedAt);
    if (purpose === "renew") life.renewSentAt = at;
    if (purpose === "campaign") life.campaignedAt = at;
    const isTimed = this.#timely && (rechecks || purpose === "renew");
    if (!isTimed || afterMs >= leastMs - ROUNDING_MS) return undefined;
    return { kind: "too-soon", at, nodes: [node], facts: { what: purpose, afterMs, leastMs } };
  }

  /** Whoever was refused several times in a row waits longer each time. */
  #eager({ asked, timing }: JudgedLife, purpose: string, at: number, node: number): OrderBroken | undefined {
    const before = asked.get(purpose);
    if (before === undefined || before.cutOff || !this.#timely || !this.#fitting) return undefined;
    const refusals = before.refused.least;
    if (refusals === 0 || !WAITS_LONGER.has(purpose) || !this.#calmSince(before.at)) return undefined;
    const afterMs = at - before.at;
    const leastMs = refusedPauseMs(timing.backOffMs, refusals) / (1 + rateErrorOf(timing));
    if (afterMs >= leastMs - ROUNDING_MS) return undefined;
    return { kind: "too-eager", at, nodes: [node], facts: { what: purpose, afterMs, leastMs, refusals } };
  }

  /**
   * Whoever was not answered asks again after the usual pause, however often it was refused before; whoever was refused, after one
   * that has grown.
   */
  #askAgain(life: JudgedLife, seen: Of<"message">): void {
    const { at, fate, leg, purpose } = seen;
    const { asked, last, timing } = life;
    const request = asked.get(purpose);
    if (request === undefined) return;
    noteFate(request, seen);
    // How long a refusal takes on its way is open then.
    life.owed = life.owed.filter(({ after }) => after !== refusedOf(purpose));
    const what = ASKED_IN[purpose]?.has(last) === true ? ASKED_AGAIN[purpose] : undefined;
    if (what === undefined || !this.#timely) return;
    const { backOffJitterMs, backOffMs, requestTimeoutMs } = timing;
    const within = (givenMs: number) =>
      (givenMs + backOffJitterMs) / (1 - rateErrorOf(timing)) + this.#hearMs;
    if (fate === "lost" && !(request.mistakable && leg === "reply"))
      mustCome(life, what, `a lost ${purpose}`, at, within(requestTimeoutMs + backOffMs));
    const pauseMs = refusedPauseMs(backOffMs, request.refused.most);
    if (fate === "refused" && this.#fitting)
      mustCome(life, what, refusedOf(purpose), at, within(this.#answerMs + pauseMs));
  }

  /** What was asked for last it counts from at most, by its own clock. */
  #rely({ leasedAt, setup, timing }: JudgedLife, { at, node, until }: Of<"claim">): OrderBroken | undefined {
    const mostMs = timing.claimMs / setup.clockRate;
    const forMs = until - leasedAt;
    // Whoever wakes too late finds it over.
    const isOver = until <= at + NOISE_MS;
    if (!this.#ownClocks || isOver || forMs <= mostMs + ROUNDING_MS) return undefined;
    return { kind: "too-long", at, nodes: [node], facts: { forMs, mostMs } };
  }
}

function outOfTurn(
  what: string,
  { last = "begun" }: { last?: string | undefined },
  at: number,
  node: number,
): OrderBroken {
  return { kind: "out-of-turn", at, nodes: [node], facts: { what, after: last } };
}
