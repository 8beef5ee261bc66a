/**
 * How a server with a leader answers requests, at once: by reading, or by changing the store and telling the watchers.
 */
import { LEASE_TABLE, leaseState, remainingSeconds, type Lease } from "../lease.ts";
import { begin, commit, compact, deleteKey, type Draft } from "../store.ts";
import { ERRORS, isError, type ErrorReply } from "../store/errors.ts";
import { range } from "../store/range.ts";
import { treeGet, treeRemove } from "../store/tree.ts";
import { deleteRange, put, txn } from "../store/txn.ts";
import type {
  CompactRequest,
  KvRequest,
  KvResponse,
  LeaseGrantRequest,
  LeaseId,
  LeaseTimeToLiveRequest,
  ResponseHeader,
  ServerReply,
} from "../etcd-api.ts";
import {
  keysOf,
  leasesByExpiry,
  MAX_TTL_SECONDS,
  minimumTtlSeconds,
  pickLeaseId,
  reattach,
  restarted,
  withLease,
  withLeases,
} from "./lessor.ts";
import { follows } from "./release.ts";
import type { ClientId, RequestInput, StoreChange, Waiting, Work } from "./types.ts";
import { notifyAll } from "./members.ts";

/** Who or what makes a change. */
type Cause = {
  readonly cause: StoreChange["cause"];
  readonly client?: ClientId;
  readonly requestId?: number;
  readonly lease?: LeaseId;
};

/** Answers a valid request, or lets it wait where only a revocation can answer it. */
export function serve(work: Work, input: RequestInput): void {
  const { request } = input;
  if (work.next.spaceAlarms > 0 && takesSpace(request)) reply(work, input, ERRORS.noSpace);
  else if (request.type === "leaseKeepAlive") renew(work, input, request.id);
  else reply(work, input, answer(work, input, request));
}

/**
 * Whether it is refused where the space is used up: for a put in either branch, which need not be taken. Nested ones are not counted
 * (etcd `server/storage/quota.go`; measured on 3.4.23).
 */
export function takesSpace(request: KvRequest): boolean {
  if (request.type !== "txn") return request.type === "put" || request.type === "leaseGrant";
  return [...request.success, ...request.failure].some(({ type }) => type === "put");
}

export function reply(work: Work, input: RequestInput, result: KvResponse | ErrorReply): void {
  const answered: ServerReply = isError(result) ? result : { type: "ok", response: result };
  work.outputs.push({ type: "reply", client: input.client, id: input.id, reply: answered });
}

function answer(
  work: Work,
  input: RequestInput,
  request: Exclude<KvRequest, { readonly type: "leaseKeepAlive" }>,
): KvResponse | ErrorReply {
  const { next } = work;
  switch (request.type) {
    case "range":
      return range(begin(next.store), request, next.raftTerm);
    case "put": {
      const draft = begin(next.store);
      return committed(work, input, draft, put(draft, next.lessor.leases, request, next.raftTerm));
    }
    case "deleteRange": {
      const draft = begin(next.store);
      return committed(work, input, draft, deleteRange(draft, request, next.raftTerm));
    }
    case "txn": {
      const draft = begin(next.store);
      return committed(work, input, draft, txn(draft, next.lessor.leases, request, next.raftTerm));
    }
    case "compact":
      return compaction(work, request);
    case "leaseGrant":
      return grant(work, request);
    case "leaseRevoke":
      return revokeOnRequest(work, input, request.id);
    case "leaseTimeToLive":
      return timeToLive(work, request);
    case "leaseLeases":
      return { type: "leaseLeases", header: headerNow(work), leases: leasesByExpiry(next.lessor) };
  }
}

/** Makes the draft the store's next revision, unless the operation failed or changed nothing. */
function committed(
  work: Work,
  input: RequestInput,
  draft: Draft,
  result: KvResponse | ErrorReply,
): KvResponse | ErrorReply {
  if (isError(result) || draft.events.length === 0) return result;
  work.next.lessor = reattach(work.next.lessor, draft.events);
  apply(work, draft, { cause: "request", client: input.client, requestId: input.id });
  return result;
}

/** Watchers hear of a revision before whoever made it does. */
function apply(work: Work, draft: Draft, by: Cause): void {
  const { events } = draft;
  work.next.store = commit(draft);
  for (let at = 0; at < events.length; at++)
    work.changes.push({ event: events[at] as StoreChange["event"], ...by });
  notifyAll(work, events);
}

function compaction(work: Work, request: CompactRequest): KvResponse | ErrorReply {
  const { options, store } = work.next;
  if (request.revision <= store.compactRevision) return ERRORS.compacted;
  if (request.revision > store.revision) return ERRORS.futureRevision;
  work.next.store = compact(store, request.revision, follows(options.version, "keepsCompactedDeletion"));
  return { type: "compact", header: headerNow(work) };
}

function grant(work: Work, request: LeaseGrantRequest): KvResponse | ErrorReply {
  const { next, nowMs } = work;
  const { lessor } = next;
  const asked = request.id ?? "0";
  const { id, picked } = asked === "0" ? pickLeaseId(lessor) : { id: asked, picked: lessor.picked };
  if (request.ttlSeconds > MAX_TTL_SECONDS) return ERRORS.leaseTtlTooLarge;
  if (treeGet(lessor.leases, id) !== undefined) return ERRORS.leaseExists;
  const ttlSeconds = Math.max(request.ttlSeconds, minimumTtlSeconds(next.options));
  const lease: Lease = { id, ttlSeconds, expiresAtMs: nowMs + ttlSeconds * 1000, keys: null };
  next.lessor = { ...lessor, leases: withLease(lessor.leases, lease), picked };
  return { type: "leaseGrant", header: headerNow(work), id, ttlSeconds };
}

/** The chart says what a renewal does; an expired lease's waits until the lease is revoked, and then says TTL 0. */
function renew(work: Work, input: RequestInput, id: LeaseId): void {
  const { next, nowMs } = work;
  const lease = treeGet(next.lessor.leases, id);
  const { actions } = LEASE_TABLE[leaseState(lease, nowMs, true)].renew;
  let ttlSeconds = 0;
  for (let at = 0; at < actions.length; at++) {
    if (lease === undefined) break;
    if (actions[at] === "restartTtl") {
      next.lessor = withLeases(next.lessor, withLease(next.lessor.leases, restarted(lease, nowMs)));
    } else if (actions[at] === "answerTtl") ttlSeconds = lease.ttlSeconds;
    else if (actions[at] === "answerWhenRevoked") {
      next.waiting = [...next.waiting, { input, until: "revoke", deadlineMs: 0 }];
      return;
    }
  }
  reply(work, input, { type: "leaseKeepAlive", header: headerNow(work), id, ttlSeconds });
}

function revokeOnRequest(work: Work, input: RequestInput, id: LeaseId): KvResponse | ErrorReply {
  const lease = treeGet(work.next.lessor.leases, id);
  if (lease === undefined) return ERRORS.leaseNotFound;
  revoke(work, lease, { cause: "revoke", client: input.client, requestId: input.id, lease: id });
  return { type: "leaseRevoke", header: headerNow(work) };
}

/** Ends a lease: its keys go in one revision, and renewals that waited for this hear TTL 0. */
export function revoke(work: Work, lease: Lease, by: Cause): void {
  const { next } = work;
  next.lessor = withLeases(next.lessor, treeRemove(next.lessor.leases, lease.id));
  const keys = keysOf(lease);
  const draft = begin(next.store);
  for (let at = 0; at < keys.length; at++) {
    const kv = treeGet(draft.keys, keys[at] as string);
    if (kv !== undefined) deleteKey(draft, kv);
  }
  if (draft.events.length > 0) apply(work, draft, by);
  const waited = (waiting: Waiting): boolean =>
    waiting.until === "revoke" &&
    waiting.input.type === "request" &&
    waiting.input.request.type === "leaseKeepAlive" &&
    waiting.input.request.id === lease.id;
  if (!next.waiting.some(waited)) return;
  const answered = next.waiting.filter(waited);
  next.waiting = next.waiting.filter((waiting) => !waited(waiting));
  for (const { input } of answered) {
    if (input.type !== "request") continue;
    reply(work, input, { type: "leaseKeepAlive", header: headerNow(work), id: lease.id, ttlSeconds: 0 });
  }
}

function timeToLive(work: Work, request: LeaseTimeToLiveRequest): KvResponse {
  const header = headerNow(work);
  const lease = treeGet(work.next.lessor.leases, request.id);
  if (lease === undefined) {
    return {
      type: "leaseTimeToLive",
      header,
      id: request.id,
      ttlSeconds: -1,
      grantedTtlSeconds: 0,
      keys: [],
    };
  }
  return {
    type: "leaseTimeToLive",
    header,
    id: request.id,
    ttlSeconds: remainingSeconds(lease, work.nowMs),
    grantedTtlSeconds: lease.ttlSeconds,
    keys: request.keys === true ? keysOf(lease) : [],
  };
}

export function headerNow(work: Work): ResponseHeader {
  return { revision: work.next.store.revision, raftTerm: work.next.raftTerm };
}
