/**
 * The election in etcd's terms: which keys, which transactions, and what their replies mean to the chart.
 *
 * Keys and values are Milvus' (internal/util/sessionutil/session_util.go), so that both can share an etcd. Identity
 * (ids, revisions, the token) is kept here, in the {@link Ledger}; the chart decides without it.
 */
import type { EventType, RequestKind, WatchKind } from "./election-vocabulary.ts";
import { saysLeaseGone } from "./outcome.ts";
import { prefixEnd, toBytes } from "./bytes.ts";
import { readReloadPage, RELOAD_START, reloadPage, type ReloadCursor } from "./reload.ts";
import {
  NO_LEASE,
  type KeyValue,
  type KvReply,
  type KvRequest,
  type LeaseId,
  type Revision,
  type StoreEvent,
  type TxnOp,
  type TxnRequest,
  type WatchRequest,
} from "./etcd-api.ts";

/** Who a coordinator is, before etcd gave it a server id. */
export interface Identity {
  /** `rootcoord`, `datacoord`, `querycoord`, `indexcoord`, `mixcoord`, or any other word: every role is elected on its own. */
  readonly role: string;
  /** `host:port` where clients reach it. */
  readonly address: string;
  readonly hostName: string;
  readonly exclusive: boolean;
  /** Semantic version of the service, as Milvus writes it into the session. */
  readonly version: string;
}

/** The keys of one coordinator, as byte strings. */
export interface Keys {
  readonly id: string;
  readonly role: string;
  readonly sessionPrefix: string;
  readonly metadata: string;
  readonly metadataEnd: string;
}

/** Milvus' `etcd.rootPath` joined with `etcd.metaSubPath`. */
export const DEFAULT_META_ROOT = "by-dev/meta";

/** The keys of a role under `metaRoot`, a text, as Milvus lays them out: in UTF-8. */
export function keysFor(role: string, metaRoot = DEFAULT_META_ROOT): Keys {
  const root = toBytes(metaRoot);
  const metadata = `${root}/${role}-meta/`;
  return {
    id: `${root}/session/id`,
    role: `${root}/session/${role}`,
    sessionPrefix: `${root}/session/${role}-`,
    metadata,
    metadataEnd: prefixEnd(metadata),
  };
}

/**
 * What is wrong with a role's name, in a sentence; undefined: nothing. It becomes part of keys, beside the counter's and those of
 * other roles' sessions, and must not be mistaken for either.
 */
export function roleNameFault(role: string): string | undefined {
  const named = `the role ${JSON.stringify(role)}`;
  if (role === "") return "the role has no name";
  if (role === "id") return `${named} would take the key of the server id counter`;
  if (!/^[!-~]+$/u.test(role)) return `${named} has a character that is not printable ASCII`;
  if (role.includes("/")) return `${named} has a slash, which separates the parts of a key`;
  const number = /-\d+$/u.exec(role)?.[0];
  if (number === undefined) return undefined;
  return `${named} ends like a session key of the role ${JSON.stringify(role.slice(0, -number.length))}`;
}

/** What identifies one coordinator at etcd. Zero means "none yet". Plain data, owned and changed by its driver alone. */
export interface Ledger {
  /** The counter's text as last read; `null`: the key is absent. */
  idText: string | null;
  serverId: number;
  leaseId: LeaseId;
  /** The fencing token: the active key's create revision while it is ours. */
  token: Revision;
  /** Store revisions up to which the active key and the own session key are known. */
  roleRevision: Revision;
  sessionRevision: Revision;
  /** The newest modification among the metadata that was loaded; 0: none was. */
  loadedRevision: Revision;
  /** How far the metadata is read. */
  reload: ReloadCursor;
}

export function emptyLedger(): Ledger {
  return {
    idText: null,
    serverId: 0,
    leaseId: NO_LEASE,
    token: 0,
    roleRevision: 0,
    sessionRevision: 0,
    loadedRevision: 0,
    reload: RELOAD_START,
  };
}

/** One coordinator's fixed facts, as requests need them. */
export interface Candidate {
  readonly identity: Identity;
  readonly keys: Keys;
  readonly ttlSeconds: number;
}

/** What of a session's value does not change, as JSON text without braces; looked up once for each identity. */
const constantParts = new WeakMap<Identity, { readonly middle: string; readonly end: string }>();

function constantPartsOf(identity: Identity): { readonly middle: string; readonly end: string } {
  const known = constantParts.get(identity);
  if (known !== undefined) return known;
  const { address, exclusive, hostName, role, version } = identity;
  const constants = {
    ServerName: role,
    Address: address,
    ...(exclusive ? { Exclusive: true } : {}),
    TriggerKill: true,
    Version: version,
  };
  const parts = {
    middle: JSON.stringify(constants).slice(1, -1),
    end: `"HostName":${JSON.stringify(hostName)}`,
  };
  constantParts.set(identity, parts);
  return parts;
}

/** The session as Milvus writes it under both keys. Joined by hand: `LeaseID` may exceed what a JavaScript number holds. */
export function sessionValue({ identity }: Candidate, { leaseId, serverId }: Ledger): string {
  const { end, middle } = constantPartsOf(identity);
  return toBytes(`{"ServerID":${serverId},${middle},"LeaseID":${leaseId},${end}}`);
}

export function sessionKey({ keys }: Candidate, ledger: Ledger): string {
  return keys.sessionPrefix + String(ledger.serverId);
}

type Requests = Readonly<Record<RequestKind, (candidate: Candidate, ledger: Ledger) => KvRequest>>;

/** Create-if-absent under the lease; the else branch tells whose it is, which also resolves an unknown reply. */
function claim(key: string, value: string, lease: LeaseId): TxnRequest {
  return {
    type: "txn",
    compare: [{ key, target: "version", result: "equal", version: 0 }],
    success: [{ type: "put", key, value, lease }],
    failure: [{ type: "range", key }],
  };
}

export const requests: Requests = {
  readId: ({ keys }) => ({ type: "range", key: keys.id }),
  // Milvus takes the number that stands there and writes the next one; an absent counter counts as "1".
  claimId: ({ keys }, { idText }) => ({
    type: "txn",
    compare: [
      idText === null
        ? { key: keys.id, target: "version", result: "equal", version: 0 }
        : { key: keys.id, target: "value", result: "equal", value: idText },
    ],
    success: [{ type: "put", key: keys.id, value: String((idText === null ? 1 : Number(idText)) + 1) }],
    failure: [],
  }),
  grant: ({ ttlSeconds }) => ({ type: "leaseGrant", ttlSeconds }),
  enroll: (candidate, ledger) =>
    claim(sessionKey(candidate, ledger), sessionValue(candidate, ledger), ledger.leaseId),
  campaign: (candidate, ledger) =>
    claim(candidate.keys.role, sessionValue(candidate, ledger), ledger.leaseId),
  confirm: ({ keys }) => ({ type: "range", key: keys.role }),
  reload: ({ keys }, { reload }) => reloadPage({ key: keys.metadata, rangeEnd: keys.metadataEnd }, reload),
  renew: (_, { leaseId }) => ({ type: "leaseKeepAlive", id: leaseId }),
  revoke: (_, { leaseId }) => ({ type: "leaseRevoke", id: leaseId }),
};

/** Where a watch begins: at the revision after the one last read, so that nothing is seen twice and nothing missed. */
export const watches: Readonly<Record<WatchKind, (candidate: Candidate, ledger: Ledger) => WatchRequest>> = {
  role: ({ keys }, { roleRevision }) => ({ key: keys.role, startRevision: roleRevision + 1 }),
  session: (candidate, ledger) => ({
    key: sessionKey(candidate, ledger),
    startRevision: ledger.sessionRevision + 1,
  }),
};

/** The guard on every metadata write: it is applied only while the active key is still the one we created. */
export function guarded(operations: readonly TxnOp[], { keys }: Candidate, { token }: Ledger): TxnRequest {
  return {
    type: "txn",
    compare: [{ key: keys.role, target: "create", result: "equal", createRevision: token }],
    success: operations,
    failure: [{ type: "range", key: keys.role }],
  };
}

type Readings = Readonly<
  Record<RequestKind, (reply: KvReply, candidate: Candidate, ledger: Ledger) => EventType>
>;

/** What a reply means, in the chart's words; notes the identities it carries in the ledger. */
export const readings: Readings = {
  readId(reply, _, ledger) {
    if (reply.type !== "ok" || reply.response.type !== "range") return "id.failed";
    const text = reply.response.kvs[0]?.value ?? null;
    if (text !== null && !/^[0-9]{1,15}$/.test(text)) return "id.failed";
    ledger.idText = text;
    return "id.read";
  },
  claimId(reply, _, ledger) {
    if (reply.type !== "ok" || reply.response.type !== "txn") return "id.failed";
    if (!reply.response.succeeded) return "id.contested";
    ledger.serverId = ledger.idText === null ? 1 : Number(ledger.idText);
    return "id.claimed";
  },
  grant(reply, _, ledger) {
    if (reply.type === "refused") return "lease.refused";
    if (reply.type !== "ok" || reply.response.type !== "leaseGrant") return "lease.unanswered";
    ledger.leaseId = reply.response.id;
    return "lease.granted";
  },
  enroll(reply, _, ledger) {
    if (saysLeaseGone(reply)) return "lease.gone";
    const claimed = readClaim(reply, ledger);
    if (claimed === undefined) return "session.failed";
    ledger.sessionRevision = claimed.revision;
    if (!claimed.ours) return "session.taken";
    // Somebody asked while no watch was there to tell.
    const { holder } = claimed;
    return holder !== undefined && handoverAsked(holder.value) ? "handover.asked" : "session.registered";
  },
  campaign(reply, _, ledger) {
    if (saysLeaseGone(reply)) return "lease.gone";
    if (reply.type === "refused") return "role.refused";
    const claimed = readClaim(reply, ledger);
    if (claimed === undefined) return "role.unknown";
    ledger.roleRevision = claimed.revision;
    if (!claimed.ours) return "role.held";
    ledger.token = claimed.holder?.createRevision ?? claimed.revision;
    return "role.won";
  },
  confirm(reply, _, ledger) {
    if (reply.type !== "ok" || reply.response.type !== "range") return "role.unconfirmed";
    ledger.roleRevision = reply.response.header.revision;
    const holder = reply.response.kvs[0];
    const ours = holder !== undefined && isOurs(holder, ledger) && holder.createRevision === ledger.token;
    return ours ? "role.confirmed" : "role.lost";
  },
  reload(reply, _, ledger) {
    const { cursor, meaning } = readReloadPage(reply, ledger.reload);
    if (meaning === "loaded") ledger.loadedRevision = cursor.newestRevision;
    ledger.reload = meaning === "loaded" ? RELOAD_START : cursor;
    return `metadata.${meaning}`;
  },
  renew(reply) {
    if (saysLeaseGone(reply)) return "lease.gone";
    if (reply.type === "refused") return "lease.refused";
    if (reply.type !== "ok" || reply.response.type !== "leaseKeepAlive") return "lease.unanswered";
    return reply.response.ttlSeconds > 0 ? "lease.renewed" : "lease.gone";
  },
  revoke: (reply) => (reply.type === "ok" || saysLeaseGone(reply) ? "lease.released" : "lease.kept"),
};

/** The key as the reply to a claim that came too late shows it; undefined: the reply shows none. */
export function holderIn(reply: KvReply): KeyValue | undefined {
  if (reply.type !== "ok" || reply.response.type !== "txn") return undefined;
  const [read] = reply.response.responses;
  return read?.type === "range" ? read.kvs[0] : undefined;
}

/** `holder`: the key as it stood already. Undefined: the outcome is not known. */
function readClaim(
  reply: KvReply,
  ledger: Ledger,
): { readonly ours: boolean; readonly holder?: KeyValue; readonly revision: Revision } | undefined {
  if (reply.type !== "ok" || reply.response.type !== "txn") return undefined;
  const { header, succeeded } = reply.response;
  const { revision } = header;
  if (succeeded) return { ours: true, revision };
  const holder = holderIn(reply);
  return holder === undefined
    ? { ours: false, revision }
    : { ours: isOurs(holder, ledger), holder, revision };
}

/** A key is ours when it stands under our lease: no two coordinators ever hold the same one. */
function isOurs(kv: KeyValue, ledger: Ledger): boolean {
  return ledger.leaseId !== NO_LEASE && kv.lease === ledger.leaseId;
}

/** What a change of a watched key means; undefined: nothing (our own put, or a rival's while we wait for its end). */
export const watchReadings: Readonly<
  Record<WatchKind, (event: StoreEvent, ledger: Ledger) => EventType | undefined>
> = {
  role(event, ledger) {
    if (event.type === "DELETE") return "role.deleted";
    // Ignored by a standby. An active whose key was overwritten has lost it, though the create revision stays.
    return isOurs(event.kv, ledger) ? undefined : "role.lost";
  },
  session(event, ledger) {
    if (event.type === "DELETE") return "session.deleted";
    if (!isOurs(event.kv, ledger)) return "session.taken";
    return handoverAsked(event.kv.value) ? "handover.asked" : undefined;
  },
};

/** etcd ended a watch by itself (compaction, mostly). Nothing more will come: read again and watch anew. */
export function watchCanceled(kind: WatchKind): EventType | undefined {
  return kind === "role" ? "role.unwatched" : "session.unwatched";
}

/** Milvus writes it into the session of a node that is about to leave. */
const STOPPING = '"Stopping":true';

/** Whether a session says that its coordinator was asked to leave. */
export function handoverAsked(value: string): boolean {
  return value.includes(STOPPING);
}

/**
 * Asks the active coordinator to hand its role over: marks its session key, which it watches, and leaves lease and identity alone.
 * Applied only while `session` is as it was read; the else branch reads it again.
 */
export function handoverRequest({ key, modRevision, value }: KeyValue): TxnRequest {
  const marked = handoverAsked(value) ? value : value.replace(/\}$/u, `,${STOPPING}}`);
  return {
    type: "txn",
    compare: [{ key, target: "mod", result: "equal", modRevision }],
    success: [{ type: "put", key, value: marked, ignoreLease: true }],
    failure: [{ type: "range", key }],
  };
}

/** How a coordinator speaks etcd. Variants and mutants replace single entries. */
export interface Dialect {
  readonly requests: Requests;
  readonly readings: Readings;
  readonly watches: typeof watches;
  readonly watchReadings: typeof watchReadings;
  readonly watchCanceled: typeof watchCanceled;
  readonly guarded: typeof guarded;
}

/** How the shipped protocol speaks to etcd. */
export const shippedDialect: Dialect = { requests, readings, watches, watchReadings, watchCanceled, guarded };
