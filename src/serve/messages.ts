/**
 * What clients ask, out of etcd's messages, and what they are answered, into them: the way back of `src/kv/etcd/convert.ts`. Bytes
 * cross as latin-1, so that a byte string's characters are its bytes.
 */
import type {
  Compare,
  KeyValue,
  KvRequest,
  KvResponse,
  RangeRequest,
  ResponseHeader,
  SortOrder,
  SortTarget,
  StoreEvent,
  TxnOp,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import { SENT_EMPTY, type Wire } from "../kv/etcd/schema.ts";

/** The cluster and its members, as etcd numbers them; the first is the one of a single server. */
const CLUSTER_ID = "14841639068965178418";
const MEMBER_IDS = [
  "10276657743932975437",
  "9372538179322589801",
  "10501334649042878790",
  "18249187646912138824",
  "13803658152347727308",
  "12393330855563542211",
  "16173551227519093241",
] as const;

/** `member`: from 1 on. */
export function memberId(member: number): string {
  return MEMBER_IDS[member - 1] ?? "0";
}

/** A message's bytes as a byte string. */
export const wireText = (found: unknown): string => (found as Buffer).toString("latin1");
/** Back from {@link text}. */
export const wireBytes = (value: string): Buffer => Buffer.from(value, "latin1");
/** The end of a range that has none. */
const EVERYTHING_ON = "\0";
const list = (found: unknown): readonly Wire[] => found as readonly Wire[];
const numberOf = (found: Wire, name: string): number => Number(found[name]);
const truth = (found: Wire, name: string): boolean => found[name] === true;

/** `rangeEnd` where there is one: what was not sent is empty. */
function keyed(found: Wire): { readonly key: string; readonly rangeEnd?: string } {
  const rangeEnd = wireText(found["rangeEnd"]);
  return { key: wireText(found["key"]), ...(rangeEnd === "" ? {} : { rangeEnd }) };
}

/** A request of this type, as the model takes it. */
export function requestFromWire(type: KvRequest["type"], found: Wire): KvRequest {
  switch (type) {
    case "range":
      return rangeFromWire(found);
    case "put":
      return {
        type,
        key: wireText(found["key"]),
        value: wireText(found["value"]),
        lease: String(found["lease"]),
        prevKv: truth(found, "prevKv"),
        ignoreValue: truth(found, "ignoreValue"),
        ignoreLease: truth(found, "ignoreLease"),
      };
    case "deleteRange":
      return { type, ...keyed(found), prevKv: truth(found, "prevKv") };
    case "txn":
      return {
        type,
        compare: list(found["compare"]).map(compareFromWire),
        success: list(found["success"]).map(operationFromWire),
        failure: list(found["failure"]).map(operationFromWire),
      };
    case "compact":
      return { type, revision: numberOf(found, "revision"), physical: truth(found, "physical") };
    case "leaseGrant": {
      const id = String(found["ID"]);
      return { type, ttlSeconds: numberOf(found, "TTL"), ...(id === "0" ? {} : { id }) };
    }
    case "leaseRevoke":
    case "leaseKeepAlive":
      return { type, id: String(found["ID"]) };
    case "leaseTimeToLive":
      return { type, id: String(found["ID"]), keys: truth(found, "keys") };
    case "leaseLeases":
      return { type };
  }
}

function rangeFromWire(found: Wire): RangeRequest {
  return {
    type: "range",
    ...keyed(found),
    // Measured on 3.4.23: everything from the key on; not so where keys are deleted.
    ...(found[SENT_EMPTY] === true ? { rangeEnd: EVERYTHING_ON } : {}),
    limit: numberOf(found, "limit"),
    revision: numberOf(found, "revision"),
    ...sortingFromWire(found),
    serializable: truth(found, "serializable"),
    keysOnly: truth(found, "keysOnly"),
    countOnly: truth(found, "countOnly"),
    minModRevision: numberOf(found, "minModRevision"),
    maxModRevision: numberOf(found, "maxModRevision"),
    minCreateRevision: numberOf(found, "minCreateRevision"),
    maxCreateRevision: numberOf(found, "maxCreateRevision"),
  };
}

const SORT_TARGETS: readonly string[] = ["KEY", "VERSION", "CREATE", "MOD", "VALUE"];

/** An order that there is not is none. Throws a RangeError for such a target, at which etcd 3.4.23 itself panics. */
function sortingFromWire(found: Wire): { readonly sortOrder: SortOrder; readonly sortTarget: SortTarget } {
  const [order, target] = [String(found["sortOrder"]), String(found["sortTarget"])];
  const isOrder = order === "NONE" || order === "ASCEND" || order === "DESCEND";
  if (!isOrder) return { sortOrder: "none", sortTarget: "key" };
  if (!SORT_TARGETS.includes(target) && order !== "NONE")
    throw new RangeError(`there is no sort target ${target}: at this request etcd 3.4.23 panics`);
  const known = SORT_TARGETS.includes(target) ? target : "KEY";
  return {
    sortOrder: order.toLowerCase() as SortOrder,
    sortTarget: known.toLowerCase() as SortTarget,
  };
}

function operationFromWire(found: Wire): TxnOp {
  switch (found["request"]) {
    case "range":
      return rangeFromWire(found["range"] as Wire);
    case "put":
      return requestFromWire("put", found["put"] as Wire) as TxnOp;
    case "deleteRange":
      return requestFromWire("deleteRange", found["deleteRange"] as Wire) as TxnOp;
    default:
      return requestFromWire("txn", (found["txn"] ?? NOTHING) as Wire) as TxnOp;
  }
}

/** An operation that says nothing is nothing. */
const NOTHING: Wire = { compare: [], success: [], failure: [] };

const RESULTS: readonly string[] = ["EQUAL", "GREATER", "LESS", "NOT_EQUAL"];
const TARGETS: readonly string[] = ["VERSION", "CREATE", "MOD", "VALUE", "LEASE"];

/** A result that there is not holds always, and two things of a kind that there is not are equal (3.4.23, measured). */
function compareFromWire(found: Wire): Compare {
  const result = String(found["result"]);
  const isTarget = TARGETS.includes(String(found["target"]));
  if (!RESULTS.includes(result) || !isTarget) {
    const holds = isTarget || result === "EQUAL" || !RESULTS.includes(result);
    return {
      ...keyed(found),
      target: "version",
      result: holds ? "greater" : "less",
      version: holds ? -1 : 0,
    };
  }
  const common = {
    ...keyed(found),
    result: (result === "NOT_EQUAL" ? "notEqual" : result.toLowerCase()) as Compare["result"],
  };
  switch (found["target"]) {
    case "CREATE":
      return { ...common, target: "create", createRevision: Number(found["createRevision"] ?? 0) };
    case "MOD":
      return { ...common, target: "mod", modRevision: Number(found["modRevision"] ?? 0) };
    case "VALUE":
      return { ...common, target: "value", value: wireText(found["value"] ?? Buffer.alloc(0)) };
    case "LEASE":
      return { ...common, target: "lease", lease: String(found["lease"] ?? "0") };
    default:
      return { ...common, target: "version", version: Number(found["version"] ?? 0) };
  }
}

/** As the member that answers says it; of an operation within a transaction etcd says the revision alone. */
export function headerToWire({ raftTerm, revision }: ResponseHeader, member: number): Wire {
  return { clusterId: CLUSTER_ID, memberId: memberId(member), revision, raftTerm };
}

export function keyValueToWire({ key, value, ...numbers }: KeyValue): Wire {
  return { ...numbers, key: wireBytes(key), value: wireBytes(value) };
}

function previous(prevKv: KeyValue | undefined): Wire {
  return prevKv === undefined ? {} : { prevKv: keyValueToWire(prevKv) };
}

/** A response's fields for its message. */
export function responseToWire(response: KvResponse, member: number): Wire {
  const header = headerToWire(response.header, member);
  switch (response.type) {
    case "range":
    case "put":
    case "deleteRange":
    case "txn":
      return { ...innerToWire(response), header };
    case "compact":
    case "leaseRevoke":
      return { header };
    case "leaseGrant":
    case "leaseKeepAlive":
      return { header, ID: response.id, TTL: response.ttlSeconds };
    case "leaseTimeToLive":
      return {
        header,
        ID: response.id,
        TTL: response.ttlSeconds,
        grantedTTL: response.grantedTtlSeconds,
        keys: response.keys.map(wireBytes),
      };
    case "leaseLeases":
      return { header, leases: response.leases.map((ID) => ({ ID })) };
  }
}

function innerToWire(response: TxnResponse["responses"][number]): Wire {
  const header = { revision: response.header.revision };
  switch (response.type) {
    case "range": {
      const { count, kvs, more } = response;
      return { header, kvs: kvs.map(keyValueToWire), more, count };
    }
    case "put":
      return { header, ...previous(response.prevKv) };
    case "deleteRange":
      return { header, deleted: response.deleted, prevKvs: response.prevKvs.map(keyValueToWire) };
    case "txn": {
      const responses = response.responses.map((one) => ({ [one.type]: innerToWire(one) }));
      return { header, succeeded: response.succeeded, responses };
    }
  }
}

/** What a watch asks for; `watchId` 0: the server picks. */
export function watchFromRequest(found: Wire): { readonly watchId: number; readonly request: WatchRequest } {
  const filters = found["filters"] as readonly string[];
  return {
    watchId: numberOf(found, "watchId"),
    request: {
      ...keyed(found),
      startRevision: numberOf(found, "startRevision"),
      prevKv: truth(found, "prevKv"),
      noPut: filters.includes("NOPUT"),
      noDelete: filters.includes("NODELETE"),
      progressNotify: truth(found, "progressNotify"),
      fragment: truth(found, "fragment"),
    },
  };
}

export function watchToResponse({ events, header, ...told }: WatchResponse, member: number): Wire {
  return { ...told, header: headerToWire(header, member), events: events.map(eventToWire) };
}

function eventToWire({ kv, prevKv, type }: StoreEvent): Wire {
  return { type, kv: keyValueToWire(kv), ...previous(prevKv) };
}
