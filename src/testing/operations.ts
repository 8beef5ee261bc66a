/** Keys as they stand, and the parts of a transaction, as people write them: keys and values are text. */
import { fromBytes, toBytes } from "../../models/bytes.ts";
import type { Compare, KeyValue, LeaseId, Revision, TxnOp } from "../../models/etcd-api.ts";

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

/** Throws a TypeError for what is no text. */
export function bytes(text: unknown, what: string): string {
  if (typeof text === "string") return toBytes(text);
  throw new TypeError(`the ${what} is ${text === null ? "null" : `a ${typeof text}`}, not a text`);
}

/** A key and its value as text. */
export function entryOf({ createRevision, key, lease, modRevision, value, version }: KeyValue): KeyEntry {
  const revision = modRevision;
  return { key: fromBytes(key), value: fromBytes(value), revision, createRevision, version, lease };
}
