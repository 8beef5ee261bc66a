/**
 * What a member does with what reaches it: passes on what the majority decides, answers from what it has applied itself what may
 * be old, and says that there is no leader, once it has noticed. Read off etcd's source (`server/etcdserver/v3_server.go`,
 * `api/v3rpc/interceptor.go`, `lease/leasehttp`), times measured on 3.4.23.
 */
import { validate } from "../store/validate.ts";
import { ERRORS } from "../store/errors.ts";
import { treeGet } from "../store/tree.ts";
import type { KvRequest, LeaseId } from "../etcd-api.ts";
import { restarted, withLease } from "./lessor.ts";
import { byItself, hears, memberAt, memberOf, setMember } from "./members.ts";
import { follows } from "./release.ts";
import { reply, serve } from "./serve.ts";
import { isLostWithLeader, joinRound, loseRequest } from "./lost-requests.ts";
import type { ClientInput, Etcd, ClusterMember, RequestInput, Watcher, Work } from "./types.ts";
import { isLinearizableRead, isLocal } from "./needs.ts";
import { waitForLeader } from "./waiting.ts";
import { breakWatches, notifyProgress, syncWatchers } from "./watch.ts";

/** A leader that hears of no majority steps down at the second of its checks, one each election time-out. */
const CHECKS_OF_QUORUM = 2;
/** A watch that asked for a leader is ended after so many election time-outs without one. */
const CHECKS_OF_LEADER = 3;

/** A client's input at the member that its connection leads to. `receive`: as one server would take it. */
export function takeAtMember(work: Work, input: ClientInput, receive: (input: ClientInput) => void): void {
  const { next } = work;
  const number = memberOf(input.client);
  if (next.cluster === null || number === 0 || next.mode === "down") return receive(input);
  const member = memberAt(next, number);
  const { cut, down, frozen } = member.status;
  if (down) return;
  if (frozen) return setMember(work, number, { held: [...member.held, input] });
  if (next.mode === "stalled" || next.mode === "stalledElecting") return receive(input);
  if (input.type !== "request") return takeWatch(work, number, input, receive);
  if (validate(input.request) !== null) return receive(input);
  if (isLocal(input.request)) return byItself(work, number, () => serve(work, input));
  if (cut) takeApart(work, number, input);
  else if (next.mode === "electing") takeLeaderless(work, input);
  else if (member.behind !== null && isAppliedFirst(input.request)) takeLate(work, number, input);
  else receive(input);
}

function takeWatch(
  work: Work,
  number: number,
  input: Exclude<ClientInput, RequestInput>,
  receive: (input: ClientInput) => void,
): void {
  const { client, stream = 0 } = input;
  if (input.type === "watch" && input.hasLeader === true && work.nowMs >= noticedMs(work.next, number)) {
    const { code, message } = ERRORS.noLeader;
    work.outputs.push({ type: "watchesBroken", client, stream, code, message });
  } else byItself(work, number, () => receive(input));
}

/** Whether a member answers only when it has applied the request itself. */
function isAppliedFirst({ type }: KvRequest): boolean {
  return type !== "leaseKeepAlive" && type !== "leaseTimeToLive";
}

/** When a member knows that it has no leader; Infinity: it has one. */
function noticedMs(etcd: Etcd, number: number): number {
  const { apartMs, led, status } = memberAt(etcd, number);
  const { electionTimeoutMs } = etcd.options;
  if (status.cut) return apartMs + electionTimeoutMs * (led === null ? 1 : CHECKS_OF_QUORUM);
  return etcd.mode === "electing" ? etcd.leaderLostMs + electionTimeoutMs : Infinity;
}

/** Nothing passes between it and the others: what it passes on is lost, until it knows better. */
function takeApart(work: Work, number: number, input: RequestInput): void {
  const { request } = input;
  const { led } = memberAt(work.next, number);
  if (work.nowMs >= noticedMs(work.next, number)) withoutLeader(work, input);
  else if (work.next.options.losesWithLeader && isLinearizableRead(request)) joinRound(work, input);
  else if (isLostWithLeader(work.next, input)) loseRequest(work, input);
  else if (led !== null && request.type === "leaseKeepAlive") renewAlone(work, number, input, request.id);
}

function withoutLeader(work: Work, input: RequestInput): void {
  if (input.hasLeader === true) reply(work, input, ERRORS.noLeader);
  else waitForLeader(work, input);
}

/** The members hear each other, and have no leader or none that a majority hears. */
function takeLeaderless(work: Work, input: RequestInput): void {
  const { next, nowMs } = work;
  if (nowMs >= noticedMs(next, memberOf(input.client))) withoutLeader(work, input);
  else if (isPassedOn(next, input, nowMs)) waitForLeader(work, { ...input, hasLeader: false });
  else if (isLostWithLeader(next, input)) loseRequest(work, input);
}

/** Whether a request comes to a leader, now or when there is one again; else it is refused, or lost. */
export function isPassedOn(
  etcd: Etcd,
  { client, request }: Pick<RequestInput, "client" | "request">,
  nowMs: number,
): boolean {
  const { cluster, mode } = etcd;
  const number = memberOf(client);
  if (cluster === null || number === 0) return true;
  if (memberAt(etcd, number).status.cut) return false;
  if (mode !== "electing") return true;
  if (nowMs >= noticedMs(etcd, number)) return false;
  // A leader that still stands keeps it until a majority decides on it; and a member asks for a revision to read at again.
  if (hears(memberAt(etcd, cluster.leader).status) || isLinearizableRead(request)) return true;
  // Renewals go in a call of their own, which hangs where the leader fell silent, and is refused and tried again where it was closed down.
  return !isAppliedFirst(request) && !cluster.silent;
}

/** Decided on at once, and answered or read when the member has come so far. */
function takeLate(work: Work, number: number, input: RequestInput): void {
  const { held, unsaid } = memberAt(work.next, number);
  if (isLinearizableRead(input.request)) return setMember(work, number, { held: [...held, input] });
  const { outputs } = work;
  const before = outputs.length;
  serve(work, input);
  const own = outputs.findIndex(
    (output, at) =>
      at >= before && output.type === "reply" && output.id === input.id && output.client === input.client,
  );
  setMember(work, number, { unsaid: own < 0 ? unsaid : [...unsaid, ...outputs.splice(own, 1)] });
}

/** It still takes itself for the leader, and renews leases as far as its release does so alone. */
function renewAlone(work: Work, number: number, input: RequestInput, id: LeaseId): void {
  const { behind, led } = memberAt(work.next, number);
  const { raftTerm, options } = work.next;
  if (led === null || behind === null) return;
  if (follows(options.version, "renewsInTouchOnly") && !follows(options.version, "renewsWhileTicking"))
    return;
  const header = { revision: behind.revision, raftTerm };
  const lease = treeGet(led.leases, id);
  if (lease === undefined) return reply(work, input, { type: "leaseKeepAlive", header, id, ttlSeconds: 0 });
  if (lease.expiresAtMs <= work.nowMs) return;
  setMember(work, number, { led: { leases: withLease(led.leases, restarted(lease, work.nowMs)) } });
  reply(work, input, { type: "leaseKeepAlive", header, id, ttlSeconds: lease.ttlSeconds });
}

/** What a member held back it takes up: it has applied more, or woken up, or hears the others. */
export function takeUp(work: Work, number: number, take: (input: ClientInput) => void): void {
  const { behind, held, status, unsaid } = memberAt(work.next, number);
  if (status.down || status.frozen) return;
  if (behind === null && unsaid.length > 0) {
    work.outputs.push(...unsaid);
    setMember(work, number, { unsaid: [] });
  }
  setMember(work, number, { held: [] });
  for (const input of held) take(input);
}

/** When a member has something to do by itself; Infinity: none has. */
export function nextMemberMs(etcd: Etcd): number {
  let soonest = Infinity;
  etcd.cluster?.members.forEach((member, at) => {
    if (member.status.down || member.status.frozen) return;
    const { progressAtMs, syncAtMs } = member.watchers;
    for (const due of [progressAtMs, syncAtMs]) if (due > 0) soonest = Math.min(soonest, due);
    if (isWatched(member)) soonest = Math.min(soonest, watchesEndMs(etcd, at + 1));
  });
  return soonest;
}

function isWatched({ watchers }: ClusterMember): boolean {
  const asks = ({ hasLeader }: Watcher): boolean => hasLeader === true;
  return watchers.synced.some(asks) || watchers.unsynced.some(asks);
}

function watchesEndMs(etcd: Etcd, number: number): number {
  return noticedMs(etcd, number) + CHECKS_OF_LEADER * etcd.options.electionTimeoutMs;
}

/** Every member's watches go on, or end where there has been no leader for long. */
export function tickMembers(work: Work): void {
  const { next, nowMs } = work;
  next.cluster?.members.forEach((member, at) => {
    if (member.status.down || member.status.frozen) return;
    byItself(work, at + 1, () => {
      const { progressAtMs, syncAtMs } = next.watchers;
      if (syncAtMs > 0 && nowMs >= syncAtMs) syncWatchers(work);
      if (progressAtMs > 0 && nowMs >= progressAtMs) notifyProgress(work);
      if (nowMs >= watchesEndMs(next, at + 1)) breakWatches(work, ERRORS.noLeader.message, true);
    });
  });
}
