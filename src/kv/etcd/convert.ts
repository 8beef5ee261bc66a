/**
 * Requests and responses of `models/etcd-api` as etcd's messages, and back. Pure; bytes cross as latin-1, so that a byte
 * string's characters are its bytes.
 */
import { notBytes } from "../../../models/bytes.ts";
import type {
  Compare,
  KeyValue,
  KvRequest,
  KvResponse,
  RangeRequest,
  ResponseHeader,
  StoreEvent,
  TxnOp,
  TxnRequest,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "../../../models/etcd-api.ts";
import { codec, serverCodec, type Codec, type Wire } from "./schema.ts";
import { quote } from "../../words/shown.ts";

/** A remote procedure: where it is, and how its messages are written. `single`: a stream that is asked once. */
export interface Procedure {
  readonly path: string;
  readonly codec: Codec;
  /** The same for a server. */
  readonly served: Codec;
  readonly single?: true;
}

/** One of etcd's own services. `message`: how its messages are called before `Request` and `Response`. */
export const procedure = (service: string, name: string, message = name): Procedure =>
  namedProcedure(`etcdserverpb.${service}`, name, message);

/** The same of any service, by its whole name. */
export const namedProcedure = (service: string, name: string, message = name): Procedure => ({
  path: `/${service}/${name}`,
  codec: codec(`${message}Request`, `${message}Response`),
  served: serverCodec(`${message}Request`, `${message}Response`),
});

export const PROCEDURES: Readonly<Record<KvRequest["type"], Procedure>> = {
  range: procedure("KV", "Range"),
  put: procedure("KV", "Put"),
  deleteRange: procedure("KV", "DeleteRange"),
  txn: procedure("KV", "Txn"),
  compact: procedure("KV", "Compact", "Compaction"),
  leaseGrant: procedure("Lease", "LeaseGrant"),
  leaseRevoke: procedure("Lease", "LeaseRevoke"),
  leaseKeepAlive: { ...procedure("Lease", "LeaseKeepAlive"), single: true },
  leaseTimeToLive: procedure("Lease", "LeaseTimeToLive"),
  leaseLeases: procedure("Lease", "LeaseLeases"),
};
export const WATCH = procedure("Watch", "Watch");
export const AUTHENTICATE = procedure("Auth", "Authenticate");

/** Throws a RangeError for a text that is no byte string: cut to bytes it would be another key, or another value. */
function bytes(text: string): Buffer {
  if (notBytes(text) !== undefined)
    throw new RangeError(`${quote(text)} has characters that are no bytes: pass its UTF-8 as a byte string`);
  return Buffer.from(text, "latin1");
}
const text = (found: unknown): string => (found as Buffer).toString("latin1");
const number = Number;
const list = (found: unknown): readonly Wire[] => found as readonly Wire[];

/** An empty range end is left out: sent as such, etcd 3.4 takes it for an end, and counts from the key on (measured). */
function keyed({ key, rangeEnd = "" }: { readonly key: string; readonly rangeEnd?: string }): Wire {
  return { key: bytes(key), rangeEnd: rangeEnd === "" ? undefined : bytes(rangeEnd) };
}

/** A request's fields for its message. */
export function toWire(request: KvRequest): Wire {
  switch (request.type) {
    case "range":
      return { ...request, ...keyed(request), ...sorting(request) };
    case "put":
      return {
        ...request,
        ...keyed(request),
        ...(request.value === undefined ? {} : { value: bytes(request.value) }),
      };
    case "deleteRange":
      return { ...request, ...keyed(request) };
    case "txn":
      return txnToWire(request);
    case "leaseGrant":
      return { TTL: request.ttlSeconds, ID: request.id ?? "0" };
    case "leaseRevoke":
    case "leaseKeepAlive":
      return { ID: request.id };
    case "leaseTimeToLive":
      return { ID: request.id, keys: request.keys === true };
    case "compact":
    case "leaseLeases":
      return { ...request };
  }
}

function sorting({ sortOrder = "none", sortTarget = "key" }: RangeRequest): Wire {
  return { sortOrder: sortOrder.toUpperCase(), sortTarget: sortTarget.toUpperCase() };
}

function txnToWire({ compare, failure, success }: TxnRequest): Wire {
  const operations = (given: readonly TxnOp[]) => given.map((one) => ({ [one.type]: toWire(one) }));
  return { compare: compare.map(compareToWire), success: operations(success), failure: operations(failure) };
}

function compareToWire(compare: Compare): Wire {
  return {
    ...compare,
    ...keyed(compare),
    ...(compare.target === "value" ? { value: bytes(compare.value) } : {}),
    result: compare.result === "notEqual" ? "NOT_EQUAL" : compare.result.toUpperCase(),
    target: compare.target.toUpperCase(),
  };
}

function header(found: unknown): ResponseHeader {
  const { raftTerm, revision } = (found ?? {}) as Wire;
  return { revision: number(revision ?? 0), raftTerm: number(raftTerm ?? 0) };
}

function keyValue(found: Wire): KeyValue {
  return {
    key: text(found["key"]),
    value: text(found["value"]),
    createRevision: number(found["createRevision"]),
    modRevision: number(found["modRevision"]),
    version: number(found["version"]),
    lease: String(found["lease"]),
  };
}

/** `prevKv` where there is one. */
function previous(found: Wire): { readonly prevKv?: KeyValue } {
  return found["prevKv"] === null ? {} : { prevKv: keyValue(found["prevKv"] as Wire) };
}

/** The response to a request of `type`. */
export function fromWire(type: KvRequest["type"], found: Wire): KvResponse {
  const common = { header: header(found["header"]) };
  const lease = () => ({ id: String(found["ID"]), ttlSeconds: number(found["TTL"]) });
  switch (type) {
    case "range":
    case "put":
    case "deleteRange":
    case "txn":
      return innerFromWire(type, found);
    case "compact":
    case "leaseRevoke":
      return { type, ...common };
    case "leaseGrant":
    case "leaseKeepAlive":
      return { type, ...common, ...lease() };
    case "leaseTimeToLive": {
      const keys = (found["keys"] as readonly Buffer[]).map(text);
      return { type, ...common, ...lease(), grantedTtlSeconds: number(found["grantedTTL"]), keys };
    }
    case "leaseLeases":
      return { type, ...common, leases: list(found["leases"]).map(({ ID }) => String(ID)) };
  }
}

type Inner = TxnResponse["responses"][number];

function innerFromWire(type: Inner["type"], found: Wire): Inner {
  const common = { header: header(found["header"]) };
  switch (type) {
    case "range": {
      const kvs = list(found["kvs"]).map(keyValue);
      return { type, ...common, kvs, more: found["more"] === true, count: number(found["count"]) };
    }
    case "put":
      return { type, ...common, ...previous(found) };
    case "deleteRange": {
      const prevKvs = list(found["prevKvs"]).map(keyValue);
      return { type, ...common, deleted: number(found["deleted"]), prevKvs };
    }
    case "txn": {
      const responses = list(found["responses"]).map((one) => {
        const which = one["response"] as Inner["type"];
        return innerFromWire(which, one[which] as Wire);
      });
      return { type, ...common, succeeded: found["succeeded"] === true, responses };
    }
  }
}

/** The message that opens a watch. */
export function watchToWire(request: WatchRequest): Wire {
  const filters = [
    ...(request.noPut === true ? ["NOPUT"] : []),
    ...(request.noDelete === true ? ["NODELETE"] : []),
  ];
  return { create: { ...request, ...keyed(request), filters } };
}

export function watchFromWire(found: Wire): WatchResponse {
  return {
    watchId: number(found["watchId"]),
    header: header(found["header"]),
    created: found["created"] === true,
    canceled: found["canceled"] === true,
    compactRevision: number(found["compactRevision"]),
    cancelReason: String(found["cancelReason"]),
    fragment: found["fragment"] === true,
    events: list(found["events"]).map(storeEvent),
  };
}

function storeEvent(found: Wire): StoreEvent {
  return {
    type: found["type"] === "DELETE" ? "DELETE" : "PUT",
    kv: keyValue(found["kv"] as Wire),
    ...previous(found),
  };
}
