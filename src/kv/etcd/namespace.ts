/** A key prefix that its user does not see: put before keys on the way out, taken off on the way back. Pure. */
import { prefixEnd } from "../../../models/bytes.ts";
import type {
  KeyValue,
  KvRequest,
  KvResponse,
  StoreEvent,
  TxnOp,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "../../../models/etcd-api.ts";

export interface Namespace {
  request(request: KvRequest): KvRequest;
  response(response: KvResponse): KvResponse;
  watch(request: WatchRequest): WatchRequest;
  watched(response: WatchResponse): WatchResponse;
}

const NONE: Namespace = {
  request: (request) => request,
  response: (response) => response,
  watch: (request) => request,
  watched: (response) => response,
};

export function namespaceFor(prefix: string): Namespace {
  if (prefix === "") return NONE;
  const end = prefixEnd(prefix);

  /** An empty key stays one, for etcd to refuse; an open end stops where the namespace does. */
  function inside<Keyed extends { readonly key: string; readonly rangeEnd?: string }>(given: Keyed): Keyed {
    const key = given.key === "" ? "" : prefix + given.key;
    if (given.rangeEnd === undefined || given.rangeEnd === "") return { ...given, key };
    return { ...given, key, rangeEnd: given.rangeEnd === "\0" ? end : prefix + given.rangeEnd };
  }
  const strip = (key: string): string => key.slice(prefix.length);
  const outside = (kv: KeyValue): KeyValue => ({ ...kv, key: strip(kv.key) });

  function operation(given: TxnOp): TxnOp {
    if (given.type !== "txn") return inside(given);
    const { compare, failure, success } = given;
    return {
      type: "txn",
      compare: compare.map(inside),
      success: success.map(operation),
      failure: failure.map(operation),
    };
  }

  function inner(given: TxnResponse["responses"][number]): TxnResponse["responses"][number] {
    switch (given.type) {
      case "range":
        return { ...given, kvs: given.kvs.map(outside) };
      case "put":
        return given.prevKv === undefined ? given : { ...given, prevKv: outside(given.prevKv) };
      case "deleteRange":
        return { ...given, prevKvs: given.prevKvs.map(outside) };
      case "txn":
        return { ...given, responses: given.responses.map(inner) };
    }
  }

  function event(given: StoreEvent): StoreEvent {
    const kv = outside(given.kv);
    return given.prevKv === undefined ? { ...given, kv } : { ...given, kv, prevKv: outside(given.prevKv) };
  }

  return {
    request(given) {
      switch (given.type) {
        case "range":
        case "put":
        case "deleteRange":
        case "txn":
          return operation(given);
        default:
          return given;
      }
    },
    response(given) {
      switch (given.type) {
        case "range":
        case "put":
        case "deleteRange":
        case "txn":
          return inner(given);
        case "leaseTimeToLive":
          // A lease may also hold keys of others.
          return { ...given, keys: given.keys.filter((key) => key.startsWith(prefix)).map(strip) };
        default:
          return given;
      }
    },
    watch: inside,
    watched: (given) => ({ ...given, events: given.events.map(event) }),
  };
}
