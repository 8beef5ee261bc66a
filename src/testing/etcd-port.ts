/**
 * etcd for people who write `await`: requests as promises, watches as async iterables, keys and values as text. It stands on a
 * port that sends one request and brings one reply, so it is the same in a simulated process and beside a simulated etcd alone.
 */
import { fromBytes, prefixEnd, toBytes } from "../../models/bytes.ts";
import { quote } from "../words/shown.ts";
import type {
  Compare,
  GrpcCode,
  KeyValue,
  KvReply,
  KvRequest,
  KvResponse,
  LeaseId,
  Revision,
  TxnOp,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";

/** A key as it stands. */
export interface KeyEntry {
  readonly key: string;
  readonly value: string;
  /** Of its last change. */
  readonly revision: Revision;
  /** Of the change that made it: a fencing token for whoever put it there. */
  readonly createRevision: Revision;
  readonly version: number;
  /** `0`: none. */
  readonly lease: LeaseId;
}

/** One change, as a watch tells it; of a deletion the value is empty. */
export interface Change extends KeyEntry {
  readonly type: "put" | "delete";
}

/** A condition of a transaction; make it by {@link absent}, {@link present}, {@link unchanged} or {@link createdAt}. */
export type Condition = Compare;

/** An operation of a transaction; make it by {@link put}, {@link del} or {@link get}. */
export type Operation = TxnOp;

/** How a transaction ended. */
export interface TxnResult {
  /** Its conditions held. */
  readonly succeeded: boolean;
  readonly revision: Revision;
  /** What each {@link get} of the branch that was taken found, in order. */
  readonly found: readonly (KeyEntry | undefined)[];
}

/** etcd did not do it, or nobody knows. */
export class EtcdError extends Error {
  override readonly name = "EtcdError";
  readonly code: GrpcCode;
  /** `refused`: it certainly did not happen. `unknown`: it may have happened, may still, or may never. */
  readonly outcome: "refused" | "unknown";

  constructor(what: string, { code, message, type }: Exclude<KvReply, { type: "ok" }>) {
    // Of a question nothing can have happened.
    const asks = /^kv\.(?:get|list|timeToLive|watch)/u.test(what);
    const outcome = asks ? "" : type === "refused" ? ", did not happen" : ", may have happened";
    super(`${what}: ${message} (${code}${outcome})`);
    this.code = code;
    this.outcome = type;
  }
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

/** The key does not exist. */
export function absent(key: string): Condition {
  return { key: bytes(key, "key"), target: "version", result: "equal", version: 0 };
}

/** The key exists. */
export function present(key: string): Condition {
  return { key: bytes(key, "key"), target: "version", result: "greater", version: 0 };
}

/** Nobody changed it since it was read. */
export function unchanged({ key, revision }: Pick<KeyEntry, "key" | "revision">): Condition {
  return { key: bytes(key, "key"), target: "mod", result: "equal", modRevision: revision };
}

/** It is still the key that was made at this revision: the fence of whoever holds the token. */
export function createdAt(key: string, revision: Revision): Condition {
  return { key: bytes(key, "key"), target: "create", result: "equal", createRevision: revision };
}

/** Puts a key; with `lease`, it goes with that. */
export function put(key: string, value: string, { lease }: { readonly lease?: LeaseId } = {}): Operation {
  const common = { type: "put", key: bytes(key, "key"), value: bytes(value, "value") } as const;
  return lease === undefined ? common : { ...common, lease };
}

/** Deletes a key, if it is there. */
export function del(key: string): Operation {
  return { type: "deleteRange", key: bytes(key, "key") };
}

/** Reads a key; what it finds stands in {@link TxnResult.found}. */
export function get(key: string): Operation {
  return { type: "range", key: bytes(key, "key") };
}

/** What an {@link EtcdPort} stands on. */
export interface RequestPort {
  /** `purpose`: for faults and stories. */
  submit(request: KvRequest, timeoutMs: number, purpose: string): Promise<KvReply>;
  /** Returns how to close it. `onBroken` is told once, and nothing after it. */
  watch(
    request: WatchRequest,
    onMessage: (response: WatchResponse) => void,
    onBroken: () => void,
  ): () => void;
  /** Says what was asked for, in words. */
  asked(what: string): void;
}

const USUAL_TIMEOUT_MS = 5000;

const BROKEN = { type: "unknown", code: "Unavailable", message: "the stream broke" } as const;

export function etcdPort(port: RequestPort): EtcdPort {
  const ask = async <Type extends KvResponse["type"]>(
    what: string,
    purpose: string,
    request: KvRequest & { readonly type: Type },
    { timeoutMs = USUAL_TIMEOUT_MS }: RequestOptions = {},
  ): Promise<Extract<KvResponse, { readonly type: Type }>> => {
    port.asked(`kv.${what}`);
    checked(request);
    const reply = await port.submit(request, timeoutMs, purpose);
    if (reply.type !== "ok") throw new EtcdError(`kv.${what}`, reply);
    return reply.response as Extract<KvResponse, { readonly type: Type }>;
  };
  return {
    async get(key, options) {
      const { kvs } = await ask(
        `get(${quoted(key)})`,
        "get",
        { type: "range", key: bytes(key, "key") },
        options,
      );
      return kvs[0] === undefined ? undefined : entryOf(kvs[0]);
    },
    async list(prefix, options) {
      const request = { type: "range", ...rangeOf({ prefix }) } as const;
      return (await ask(`list(${quoted(prefix)})`, "list", request, options)).kvs.map(entryOf);
    },
    async put(key, value, options = {}) {
      const request = put(key, value, options) as KvRequest & { type: "put" };
      const { header } = await ask(`put(${quoted(key)})`, "put", request, options);
      return { revision: header.revision };
    },
    async delete(key, options) {
      const request = { type: "deleteRange", key: bytes(key, "key") } as const;
      const { deleted, header } = await ask(`delete(${quoted(key)})`, "delete", request, options);
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
      const shown = typeof what === "string" ? quoted(what) : `{ prefix: ${quoted(what.prefix)} }`;
      port.asked(`kv.watch(${shown})`);
      const from = fromRevision === undefined ? {} : { startRevision: fromRevision };
      return watched(port, { ...rangeOf(what), ...from }, `kv.watch(${shown})`, signal);
    },
  };
}

/** Throws a TypeError for what is no text. */
function bytes(text: unknown, what: string): string {
  if (typeof text === "string") return toBytes(text);
  throw new TypeError(`the ${what} is ${text === null ? "null" : `a ${typeof text}`}, not a text`);
}

function quoted(text: string): string {
  return quote(text);
}

/** Throws a TypeError that names what was given, before anything is sent. */
function checked(request: KvRequest): void {
  const fault = faultOf(request);
  if (fault !== undefined) throw new TypeError(fault);
}

function faultOf(request: KvRequest): string | undefined {
  if ("key" in request && typeof request.key !== "string")
    return `the key is a ${typeof request.key}, not a text`;
  switch (request.type) {
    case "put":
      return typeof request.value === "string"
        ? undefined
        : `the value is a ${typeof request.value}, not a text`;
    case "leaseGrant":
      return Number.isInteger(request.ttlSeconds)
        ? undefined
        : `a TTL of ${request.ttlSeconds} is no whole number of seconds`;
    case "leaseKeepAlive":
    case "leaseRevoke":
    case "leaseTimeToLive":
      return typeof request.id === "string"
        ? undefined
        : `the lease is a ${typeof request.id}, not an id that grant gave`;
    case "txn":
      if (![request.compare, request.success, request.failure].every(Array.isArray))
        return "a transaction takes { compare: [], success: [], failure: [] }";
      return [...request.success, ...request.failure]
        .map((one) => faultOf(one))
        .find((one) => one !== undefined);
    default:
      return undefined;
  }
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

function entryOf({ createRevision, key, lease, modRevision, value, version }: KeyValue): KeyEntry {
  const revision = modRevision;
  return { key: fromBytes(key), value: fromBytes(value), revision, createRevision, version, lease };
}

function foundBy({ responses }: TxnResponse, operations: readonly TxnOp[]): (KeyEntry | undefined)[] {
  return operations.flatMap(({ type }, at) => {
    const response = responses[at];
    if (type !== "range" || response?.type !== "range") return [];
    return [response.kvs[0] === undefined ? undefined : entryOf(response.kvs[0])];
  });
}

/** The watch is open as soon as this is called, so that nothing is missed before the first is asked for. */
function watched(
  port: RequestPort,
  request: WatchRequest,
  what: string,
  signal: AbortSignal | undefined,
): AsyncIterable<Change> {
  const waiting: Change[] = [];
  let failure: EtcdError | undefined;
  let over = signal?.aborted === true;
  let wake: () => void = () => undefined;
  const end = (why?: EtcdError) => {
    failure ??= why;
    over = true;
    wake();
  };
  const close = port.watch(
    request,
    ({ canceled, cancelReason, compactRevision, events }) => {
      waiting.push(
        ...events.map(({ kv, type }): Change => ({
          type: type === "PUT" ? "put" : "delete",
          ...entryOf(kv),
        })),
      );
      wake();
      if (!canceled) return;
      const compacted = `history is compacted up to revision ${compactRevision}`;
      const message = cancelReason || (compactRevision > 0 ? compacted : "etcd ended the watch");
      end(new EtcdError(what, { type: "refused", code: "OutOfRange", message }));
    },
    () => end(new EtcdError(what, BROKEN)),
  );
  const onAbort = () => {
    close();
    end();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const finish = () => {
    signal?.removeEventListener("abort", onAbort);
    close();
    end();
  };
  const iterator: AsyncIterableIterator<Change> = {
    async next() {
      for (;;) {
        const value = waiting.shift();
        if (value !== undefined) return { done: false, value };
        if (over) finish();
        if (failure !== undefined) throw failure;
        if (over) return { done: true, value: undefined };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    // Also where somebody waits for the next: there is none any more.
    return() {
      waiting.length = 0;
      finish();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
