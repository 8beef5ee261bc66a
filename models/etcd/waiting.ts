/**
 * Requests that a server without a leader can not answer: which ones wait, how long, and with what they fail. Measured on
 * etcd 3.4.23, one live member of three.
 */
import { ERRORS, type ErrorReply } from "../store/errors.ts";
import { isReadOnly, isSerializable } from "../store/txn.ts";
import type { KvRequest } from "../etcd-api.ts";
import { reply, serve } from "./serve.ts";
import type { ClientInput, RequestInput, Waiting, Work } from "./types.ts";

/** A stream that asked for a leader is ended after so many election timeouts without one. */
const CHECKS_WITHOUT_LEADER = 3;

export function letWait(work: Work, waiting: Waiting): void {
  work.next.waiting = [...work.next.waiting, waiting];
}

/** Answers what a member can answer alone, and lets everything else wait for a leader. */
export function waitForLeader(work: Work, input: RequestInput): void {
  const { request } = input;
  const isStream = request.type === "leaseKeepAlive";
  if (input.hasLeader === true && !isStream) return reply(work, input, ERRORS.noLeader);
  if (isLocal(request)) return serve(work, input);
  const { leaderLostMs, options } = work.next;
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
  for (const { input } of failed) if (input.type === "request") reply(work, input, failure(input.request));
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

/** Whether a member answers it from what it has applied itself. */
export function isLocal(request: KvRequest): boolean {
  if (request.type === "range") return request.serializable === true;
  if (request.type === "txn") return isSerializable(request);
  return request.type === "leaseLeases";
}

export function isLinearizableRead(request: KvRequest): boolean {
  return request.type === "range" || (request.type === "txn" && isReadOnly(request));
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
