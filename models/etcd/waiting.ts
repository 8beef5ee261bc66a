/**
 * Requests that a server without a leader can not answer: which ones wait, how long, and with what they fail. Measured on
 * etcd 3.4.23, one live member of three.
 */
import { ERRORS, type ErrorReply } from "../store/errors.ts";
import { isReadOnly } from "../store/txn.ts";
import { isLinearizableRead, isLocal, letWait } from "./needs.ts";
import type { KvRequest } from "../etcd-api.ts";
import { reply, serve } from "./serve.ts";
import { beginRounds, joinRound } from "./lost-requests.ts";
import type { ClientInput, Etcd, RequestInput, Waiting, Work } from "./types.ts";

/** A stream that asked for a leader is ended after so many election timeouts without one. */
const CHECKS_WITHOUT_LEADER = 3;

/** Answers what a member can answer alone, and lets everything else wait for a leader. */
export function waitForLeader(work: Work, input: RequestInput): void {
  const { request } = input;
  const isStream = request.type === "leaseKeepAlive";
  if (input.hasLeader === true && !isStream) return reply(work, input, ERRORS.noLeader);
  if (isLocal(request)) return serve(work, input);
  const { leaderLostMs, options } = work.next;
  if (options.losesWithLeader && isLinearizableRead(request)) return joinRound(work, input);
  let deadlineMs =
    work.nowMs + (isLinearizableRead(request) ? options.readTimeoutMs : options.requestTimeoutMs);
  if (isStream && input.hasLeader === true) {
    const ended = leaderLostMs + CHECKS_WITHOUT_LEADER * options.electionTimeoutMs;
    deadlineMs = Math.min(deadlineMs, Math.max(ended, work.nowMs));
  }
  letWait(work, { input, until: "leader", deadlineMs });
}

/** The next instant at which a waiting request fails; Infinity if none does. */
export function soonestDeadline(waiting: readonly Waiting[]): number {
  let soonest = Infinity;
  for (let at = 0; at < waiting.length; at++) {
    const { deadlineMs } = waiting[at] as Waiting;
    if (deadlineMs > 0 && deadlineMs < soonest) soonest = deadlineMs;
  }
  return soonest;
}

export function failOverdue(work: Work): void {
  const { nowMs } = work;
  if (soonestDeadline(work.next.waiting) > nowMs) return;
  const overdue = (waiting: Waiting): boolean => waiting.deadlineMs > 0 && waiting.deadlineMs <= nowMs;
  const failed = work.next.waiting.filter(overdue);
  work.next.waiting = work.next.waiting.filter((waiting) => !overdue(waiting));
  beginRounds(work, failed);
  for (const { input, knowsWhy, until } of failed) {
    if (input.type !== "request") continue;
    if (until !== "lost") reply(work, input, failure(input.request));
    else reply(work, input, knowsWhy === true ? ERRORS.leaderFailed : ERRORS.timedOut);
  }
}

/** When a server without a leader knows it; Infinity: it has one. Of several members each knows by itself (`at-member.ts`). */
export function noticedLossMs({ leaderLostMs, mode, options }: Etcd): number {
  return mode === "electing" || mode === "stalledElecting"
    ? leaderLostMs + options.electionTimeoutMs
    : Infinity;
}

/** Hands what waited for `until` to `receive` again, in the order in which it came. */
export function releaseWaiting(
  work: Work,
  until: Waiting["until"],
  receive: (input: ClientInput) => void,
  whose: (input: ClientInput) => boolean = () => true,
): void {
  const isReleased = (waiting: Waiting): boolean => waiting.until === until && whose(waiting.input);
  const released = work.next.waiting.filter(isReleased);
  if (released.length === 0) return;
  work.next.waiting = work.next.waiting.filter((waiting) => !isReleased(waiting));
  for (const { input } of released) receive(input);
}

function failure(request: KvRequest): ErrorReply {
  switch (request.type) {
    case "range":
      return ERRORS.timedOut;
    case "txn":
      return isReadOnly(request) ? ERRORS.timedOut : ERRORS.deadlineExceeded;
    case "leaseKeepAlive":
    case "leaseTimeToLive":
      return ERRORS.noLeader;
    case "put":
    case "deleteRange":
    case "compact":
    case "leaseGrant":
    case "leaseRevoke":
      return ERRORS.deadlineExceeded;
    case "leaseLeases":
      // Never waits; named so that the switch stays exhaustive.
      return ERRORS.noLeader;
  }
}
