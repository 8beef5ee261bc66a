/** One coordinator's life as its order is judged: where it stands, what must come next, and how often it has tried. */
import { keysFor } from "../models/dialect.ts";
import { RETRY_TIMES, type LossReason, type Milestone } from "../models/election-vocabulary.ts";
import { NO_LEASE } from "../models/etcd-api.ts";
import type { Observation } from "../models/observation.ts";
import {
  MOST_REFUSALS,
  REVOKE_ATTEMPTS,
  setbackPauseMs,
  SETBACKS,
  setbacksAfter,
  type Timing,
} from "../models/timing.ts";
import type { CoordinatorSetup } from "../src/simulation/scenario.ts";
import type { OrderBroken } from "./in-order-kinds.ts";
import { AT_ONCE } from "./life-order.ts";
import { rateErrorOf } from "./rate-error.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

/** Something that must come. */
export interface Owed {
  readonly what: readonly string[];
  readonly after: string;
  readonly since: number;
  /** The same instant, unless it is given time. */
  dueAt: number;
}

/** One request. */
interface Asked {
  readonly at: number;
  /** That it goes unanswered, or is refused, was seen. */
  settled: boolean;
  /** Nobody waits for its answer any more. */
  cutOff: boolean;
  /** It arrives twice, or the one before it may still be answered: whose answer is lost cannot be told. */
  mistakable: boolean;
  /** How often in a row the asker had been refused before, and has been when this one is over: at least, and at most. */
  readonly refusedBefore: Bounds;
  refused: Bounds;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const NO_REFUSALS: Bounds = { least: 0, most: 0 };

/** `undisturbed`: whether nothing can have come between a request and its answer. */
function refusalsAfter(request: Asked | undefined, undisturbed: boolean): Bounds {
  if (request === undefined) return NO_REFUSALS;
  if (request.cutOff) return { least: 0, most: Math.max(request.refusedBefore.most, request.refused.most) };
  return undisturbed ? request.refused : { least: 0, most: MOST_REFUSALS };
}

/**
 * Notes a request. Whoever asks again after the usual pause was not answered in time, which is not to say that it will not be.
 * `undisturbed`: whether nothing can have come between the one before and its answer.
 */
export function noteRequest(
  { asked, timing }: JudgedLife,
  purpose: string,
  at: number,
  undisturbed: boolean,
): void {
  const { backOffJitterMs, backOffMs, requestTimeoutMs } = timing;
  const before = asked.get(purpose);
  const sinceMs = before === undefined ? Number.POSITIVE_INFINITY : at - before.at;
  const error = rateErrorOf(timing);
  const overMs = (requestTimeoutMs + backOffMs + backOffJitterMs) / (1 - error);
  const isLate = before?.cutOff === true || sinceMs >= requestTimeoutMs / (1 + error);
  const mistakable = before?.settled === false && isLate && sinceMs <= overMs;
  const refusedBefore = refusalsAfter(before, undisturbed);
  asked.set(purpose, { at, settled: false, cutOff: false, mistakable, refusedBefore, refused: NO_REFUSALS });
}

/** Notes what befell the request, or its answer. */
export function noteFate(request: Asked, { fate, leg }: Of<"message">): void {
  const { refused, refusedBefore } = request;
  if (fate === "doubled") request.mistakable = true;
  const isUnanswered = fate === "lost" && !(request.mistakable && leg === "reply");
  // That a refusal comes late is not to say that it comes too late.
  request.refused =
    fate === "refused"
      ? { least: refusedBefore.least + 1, most: refusedBefore.most + 1 }
      : { least: 0, most: isUnanswered ? 0 : refused.most };
  if (fate !== "late") request.settled = fate !== "doubled";
}

/** One coordinator's life. */
export interface JudgedLife {
  readonly setup: CoordinatorSetup;
  readonly timing: Timing;
  up: boolean;
  /** Undefined: it has just begun, or is down. */
  last: Milestone | undefined;
  at: number;
  lostBy: LossReason | undefined;
  owed: Owed[];
  token: number;
  /** Roles in a row that it gave back; how often it was outrun since it registered, or asked to give its lease back since it stops. */
  setbacks: number;
  outruns: number;
  revokes: number;
  /** It had no lease yet when it was asked to stop. */
  unleased: boolean;
  sessionKey: string;
  /** Whether its session key bears the question to hand over, and did when it asked to be registered. */
  marked: boolean;
  enrolledMarked: boolean;
  /** Its service has said that it is of no use. */
  sick: boolean;
  /** Since when it watches its keys. */
  watched: Map<string, number>;
  /** What it asked for last, by purpose. */
  asked: Map<string, Asked>;
  claims: boolean;
  /** When it asked for its lease, or to keep it; the same of renewals alone, and of the last that succeeded. */
  leasedAt: number;
  renewSentAt: number;
  campaignedAt: number;
  renewedAt: number;
}

export const NEVER = Number.NEGATIVE_INFINITY;

/** A life that has not begun. */
export function newLife(setup: CoordinatorSetup, timing: Timing): JudgedLife {
  return {
    setup,
    timing,
    up: false,
    last: undefined,
    at: NEVER,
    lostBy: undefined,
    owed: [],
    token: 0,
    setbacks: 0,
    outruns: 0,
    revokes: 0,
    unleased: false,
    sessionKey: "",
    marked: false,
    enrolledMarked: false,
    sick: false,
    watched: new Map(),
    asked: new Map(),
    claims: false,
    leasedAt: NEVER,
    renewSentAt: NEVER,
    campaignedAt: NEVER,
    renewedAt: NEVER,
  };
}

/** What comes at once after that. */
export function owe(life: JudgedLife, after: Milestone | "begun", at: number): void {
  for (const what of AT_ONCE[after] ?? []) mustCome(life, what, after, at);
}

/** One of these must come, within its time. */
export function mustCome(
  life: JudgedLife,
  what: readonly string[],
  after: string,
  since: number,
  withinMs = 0,
): void {
  life.owed.push({ what, after, since, dueAt: since + withinMs });
}

/** It has come: what was owed is not any more. Undefined: nobody had to wait for it. */
export function pay({ owed }: JudgedLife, what: string): Owed | undefined {
  const at = owed.findIndex((one) => one.what.includes(what));
  return at < 0 ? undefined : owed.splice(at, 1)[0];
}

/** What the milestone leaves behind, and what must come of it in its time. */
export function keepCount(life: JudgedLife, seen: Of<"milestone">, timely: boolean): void {
  const { at, leaseId, milestone, reason, serverId, token } = seen;
  const { afterLoss, role } = life.setup;
  const { backOffJitterMs, backOffMs, requestTimeoutMs } = life.timing;
  switch (milestone) {
    case "starting":
      Object.assign(life, { outruns: 0, lostBy: undefined, claims: false, renewedAt: NEVER });
      life.watched.clear();
      for (const request of life.asked.values())
        Object.assign(request, { cutOff: true, refusedBefore: NO_REFUSALS, refused: NO_REFUSALS });
      return;
    case "vacancy": {
      const beside = life.asked.get("campaign");
      if (beside !== undefined) beside.cutOff = true;
      return;
    }
    case "registered": {
      const key = `${keysFor(role).sessionPrefix}${serverId}`;
      if (key !== life.sessionKey) Object.assign(life, { sessionKey: key, marked: false });
      return;
    }
    case "outrun":
      life.outruns += 1;
      return;
    case "won":
      // Of the standby's watch nothing is left.
      life.watched.delete(keysFor(role).role);
      return;
    case "active":
      life.setbacks = 0;
      life.token = token;
      return;
    case "lost": {
      life.lostBy = reason;
      life.setbacks = setbacksAfter(life.setbacks, reason);
      if (leaseId !== NO_LEASE) mustCome(life, ["revoke"], milestone, at);
      if (!timely) return;
      const leaves = afterLoss === "exit" && reason !== "handed over";
      const isAway = reason !== undefined && SETBACKS.has(reason);
      const awayMs = isAway ? setbackPauseMs(life.timing, life.setbacks) : backOffMs;
      const pauseMs = leaves ? 0 : awayMs + backOffJitterMs;
      const givenMs = (requestTimeoutMs + pauseMs) / (1 - rateErrorOf(life.timing));
      mustCome(life, ["starting", "exited"], milestone, at, givenMs);
      return;
    }
    case "stopping":
      Object.assign(life, { revokes: 0, unleased: leaseId === NO_LEASE });
      if (leaseId !== NO_LEASE) mustCome(life, ["revoke"], milestone, at);
      return;
    default:
      return;
  }
}

/** Whoever gives up has tried as often as it should, and no oftener. */
export function triesOf(life: JudgedLife, { at, milestone, node }: Of<"milestone">): OrderBroken | undefined {
  const most = life.setup.retryTimes ?? RETRY_TIMES;
  const few = (tries: number, least: number): OrderBroken | undefined =>
    tries >= least
      ? undefined
      : { kind: "too-few-tries", at, nodes: [node], facts: { what: milestone, tries, least } };
  if (milestone === "gaveUp") return few(life.outruns, most);
  if (milestone === "leaseKept" && !life.unleased) return few(life.revokes, REVOKE_ATTEMPTS);
  const again = milestone === "campaigning" && life.last === "outrun" && life.outruns >= most;
  if (!again) return undefined;
  return { kind: "too-many-tries", at, nodes: [node], facts: { what: milestone, tries: life.outruns, most } };
}
