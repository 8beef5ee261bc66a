/**
 * etcd for people who write `await`: requests as promises, watches as async iterables, keys and values as text. It stands on a
 * port that sends one request and brings one reply, so it is the same in a simulated process and beside a simulated etcd alone.
 */
import { prefixEnd, toBytes } from "../../models/bytes.ts";
import type { KvRequest, KvResponse, LeaseId, Revision, TxnOp, TxnResponse } from "../../models/etcd-api.ts";
import { quote } from "../words/shown.ts";
import { checkRequest } from "./check-request.ts";
import { EtcdError } from "./etcd-error.ts";
import {
  bytes,
  entryOf,
  put,
  type Change,
  type Condition,
  type KeyEntry,
  type Operation,
} from "./operations.ts";
import type { RequestPort } from "./request-port.ts";
import { watchedChanges } from "./watch-iterator.ts";

/** How a transaction ended. */
export interface TxnResult {
  /** Its conditions held. */
  readonly succeeded: boolean;
  readonly revision: Revision;
  /** What each {@link get} of the branch that was taken found, in order. */
  readonly found: readonly (KeyEntry | undefined)[];
}

/** How one request is made. */
export interface RequestOptions {
  /** How long to wait for an answer by the own clock, ms. Default: 5000. */
  readonly timeoutMs?: number;
}

/** How a key is put. */
export interface PutOptions extends RequestOptions {
  readonly lease?: LeaseId;
}

/** etcd as a process reaches it. Every request rejects with an {@link EtcdError}. */
export interface EtcdPort {
  get(key: string, options?: RequestOptions): Promise<KeyEntry | undefined>;
  /** Everything below a prefix, by key. */
  list(prefix: string, options?: RequestOptions): Promise<readonly KeyEntry[]>;
  put(key: string, value: string, options?: PutOptions): Promise<{ readonly revision: Revision }>;
  delete(
    key: string,
    options?: RequestOptions,
  ): Promise<{ readonly deleted: number; readonly revision: Revision }>;
  /** All of `success` if every condition holds, else all of `failure`, at one revision. */
  txn(
    parts: {
      readonly compare: readonly Condition[];
      readonly success?: readonly Operation[];
      readonly failure?: readonly Operation[];
    },
    options?: RequestOptions,
  ): Promise<TxnResult>;
  /** A lease; etcd may grant a longer TTL than asked for. */
  grant(
    ttlSeconds: number,
    options?: RequestOptions,
  ): Promise<{ readonly id: LeaseId; readonly ttlSeconds: number }>;
  /** Renews once. Returns the TTL from etcd's receipt on, whole seconds; 0: the lease is gone, which is no error in etcd. */
  keepAlive(lease: LeaseId, options?: RequestOptions): Promise<number>;
  revoke(lease: LeaseId, options?: RequestOptions): Promise<void>;
  /** What is left of a lease, whole seconds; -1: it is gone. */
  timeToLive(lease: LeaseId, options?: RequestOptions): Promise<number>;
  /**
   * Changes of a key, or of all below a prefix, gapless and in order from a revision on, or from now on. Ends when the signal aborts;
   * throws an {@link EtcdError} where the stream breaks or the history is compacted.
   */
  watch(
    what: string | { readonly prefix: string },
    options?: { readonly fromRevision?: Revision; readonly signal?: AbortSignal },
  ): AsyncIterable<Change>;
}

const USUAL_TIMEOUT_MS = 5000;

export function etcdPort(port: RequestPort): EtcdPort {
  const ask = async <Type extends KvResponse["type"]>(
    what: string,
    purpose: string,
    request: KvRequest & { readonly type: Type },
    { timeoutMs = USUAL_TIMEOUT_MS }: RequestOptions = {},
  ): Promise<Extract<KvResponse, { readonly type: Type }>> => {
    port.asked(`kv.${what}`);
    checkRequest(request);
    const reply = await port.submit(request, timeoutMs, purpose);
    if (reply.type !== "ok") throw new EtcdError(`kv.${what}`, reply);
    return reply.response as Extract<KvResponse, { readonly type: Type }>;
  };
  return {
    async get(key, options) {
      const { kvs } = await ask(
        `get(${quote(key)})`,
        "get",
        { type: "range", key: bytes(key, "key") },
        options,
      );
      return kvs[0] === undefined ? undefined : entryOf(kvs[0]);
    },
    async list(prefix, options) {
      const request = { type: "range", ...rangeOf({ prefix }) } as const;
      return (await ask(`list(${quote(prefix)})`, "list", request, options)).kvs.map(entryOf);
    },
    async put(key, value, options = {}) {
      const request = put(key, value, options) as KvRequest & { type: "put" };
      const { header } = await ask(`put(${quote(key)})`, "put", request, options);
      return { revision: header.revision };
    },
    async delete(key, options) {
      const request = { type: "deleteRange", key: bytes(key, "key") } as const;
      const { deleted, header } = await ask(`delete(${quote(key)})`, "delete", request, options);
      return { deleted, revision: header.revision };
    },
    async txn({ compare, failure = [], success = [] }, options) {
      const response = await ask("txn(…)", "txn", { type: "txn", compare, success, failure }, options);
      return {
        succeeded: response.succeeded,
        revision: response.header.revision,
        found: foundBy(response, response.succeeded ? success : failure),
      };
    },
    async grant(ttlSeconds, options) {
      const request = { type: "leaseGrant", ttlSeconds } as const;
      const granted = await ask(`grant(${ttlSeconds})`, "grant", request, options);
      return { id: granted.id, ttlSeconds: granted.ttlSeconds };
    },
    async keepAlive(id, options) {
      return (await ask("keepAlive(…)", "keepAlive", { type: "leaseKeepAlive", id }, options)).ttlSeconds;
    },
    async revoke(id, options) {
      await ask("revoke(…)", "revoke", { type: "leaseRevoke", id }, options);
    },
    async timeToLive(id, options) {
      return (await ask("timeToLive(…)", "timeToLive", { type: "leaseTimeToLive", id }, options)).ttlSeconds;
    },
    watch(what, { fromRevision, signal } = {}) {
      const shown = typeof what === "string" ? quote(what) : `{ prefix: ${quote(what.prefix)} }`;
      port.asked(`kv.watch(${shown})`);
      const from = fromRevision === undefined ? {} : { startRevision: fromRevision };
      return watchedChanges(port, { ...rangeOf(what), ...from }, `kv.watch(${shown})`, signal);
    },
  };
}

function rangeOf(what: string | { readonly prefix: string }): {
  readonly key: string;
  readonly rangeEnd?: string;
} {
  if (typeof what === "string") return { key: toBytes(what) };
  const key = toBytes(what.prefix);
  // The empty prefix is every key.
  return { key: key === "" ? "\0" : key, rangeEnd: prefixEnd(key) };
}

function foundBy({ responses }: TxnResponse, operations: readonly TxnOp[]): (KeyEntry | undefined)[] {
  return operations.flatMap(({ type }, at) => {
    const response = responses[at];
    if (type !== "range" || response?.type !== "range") return [];
    return [response.kvs[0] === undefined ? undefined : entryOf(response.kvs[0])];
  });
}
