/**
 * What a change of leader costs those who asked: what a member passed on to the last leader is lost, and a read that is under way fails.
 * Measured on three members of 3.4.23, both survivors of a leader that was killed or frozen; read off etcd's `server/etcdserver/v3_server.go`
 * (linearizableReadLoop) and `server.go` (parseProposeCtxErr).
 */
import { ERRORS } from "../store/errors.ts";
import type { ClientId, Etcd, RequestInput, Waiting, Work } from "./types.ts";
import { memberOf } from "./members.ts";
import { reply } from "./serve.ts";
import { isLinearizableRead, isLocal, letWait } from "./needs.ts";

/** A member blames the leader before it for what was asked within so many election time-outs before it was elected. */
const BLAMED_TIMEOUTS = 2;

/** Whether a request that a member passes on now comes to nobody. Renewals go in calls of their own, which are tried again. */
export function isLostWithLeader({ options }: Etcd, { request }: RequestInput): boolean {
  const isForwarded = request.type === "leaseKeepAlive" || request.type === "leaseTimeToLive";
  return options.losesWithLeader && !isForwarded && !isLocal(request) && !isLinearizableRead(request);
}

/** It fails when its time is over, and not before. */
export function loseRequest(work: Work, input: RequestInput): void {
  letWait(work, { input, until: "lost", deadlineMs: work.nowMs + work.next.options.requestTimeoutMs });
}

/** A member was elected: it knows that what is lost at it was so because of the leader before. */
export function knowFailure(work: Work): void {
  const { next, nowMs } = work;
  const { cluster, options } = next;
  const sinceMs = nowMs - BLAMED_TIMEOUTS * options.electionTimeoutMs;
  next.waiting = next.waiting.map((waiting) => {
    const isOwn = cluster === null || memberOf(waiting.input.client) === cluster.leader;
    const askedMs = waiting.deadlineMs - options.requestTimeoutMs;
    return waiting.until === "lost" && isOwn && askedMs > sinceMs ? { ...waiting, knowsWhy: true } : waiting;
  });
}

/** A read waits for a leader: it begins a round, or waits for the one under way to end. */
export function joinRound(work: Work, input: RequestInput): void {
  const { next, nowMs } = work;
  const isBusy = next.waiting.some(
    (waiting) => waiting.inRound === true && isSameMember(waiting, input.client),
  );
  const deadlineMs = isBusy ? 0 : nowMs + next.options.requestTimeoutMs;
  letWait(work, { input, until: "leader", deadlineMs, ...(isBusy ? {} : { inRound: true }) });
}

/** Rounds end with another leader: their reads fail; `whose`: of the members that hear it. */
export function endRounds(work: Work, whose: (client: ClientId) => boolean): void {
  const { next } = work;
  const ended = next.waiting.filter(({ inRound, input }) => inRound === true && whose(input.client));
  next.waiting = next.waiting.filter((waiting) => !ended.includes(waiting));
  for (const { input } of ended) if (input.type === "request") reply(work, input, ERRORS.leaderChanged);
}

/** A round failed: the reads that waited for its end are the next one. */
export function beginRounds(work: Work, failed: readonly Waiting[]): void {
  const { next, nowMs } = work;
  const over = failed.filter(({ inRound }) => inRound === true);
  if (over.length === 0) return;
  const deadlineMs = nowMs + next.options.requestTimeoutMs;
  next.waiting = next.waiting.map((waiting) =>
    isWaitingRead(waiting) && over.some((one) => isSameMember(one, waiting.input.client))
      ? { ...waiting, deadlineMs, inRound: true }
      : waiting,
  );
}

function isWaitingRead({ inRound, input, until }: Waiting): boolean {
  return (
    until === "leader" && inRound !== true && input.type === "request" && isLinearizableRead(input.request)
  );
}

function isSameMember({ input }: Waiting, client: ClientId): boolean {
  return memberOf(input.client) === memberOf(client);
}
