/**
 * What etcd refuses before a request reaches raft: empty keys, contradictory options, too many operations, two changes of
 * one key in one transaction, too many bytes (etcd `server/etcdserver/api/v3rpc/key.go`). Needs no store, so a member
 * without a leader answers these too.
 */
import type { Compare, KvRequest, PutRequest, TxnOp, TxnRequest } from "../etcd-api.ts";
import { ERRORS, messageTooLarge, type ErrorReply } from "./errors.ts";
import { isSingle } from "./range.ts";
import {
  MAX_MESSAGE_BYTES,
  MAX_REQUEST_BYTES,
  proposalSize,
  requestSize,
  SURELY_SMALL,
  textLength,
} from "./size.ts";

/** etcd's `--max-txn-ops`. A nested transaction may use what its parent leaves of it. */
export const MAX_TXN_OPS = 128;

/** The refusal, or `null` if the request may go on. */
export function validate(request: KvRequest): ErrorReply | null {
  switch (request.type) {
    case "range":
      return tooLargeMessage(request) ?? (request.key === "" ? ERRORS.emptyKey : null);
    case "put":
    case "deleteRange":
      return tooLargeMessage(request) ?? checkOperation(request, 0) ?? tooLargeRequest(request);
    case "txn":
      return tooLargeMessage(request) ?? checkTransaction(request) ?? tooLargeRequest(request);
    case "compact":
    case "leaseGrant":
    case "leaseRevoke":
    case "leaseKeepAlive":
    case "leaseTimeToLive":
    case "leaseLeases":
      return null;
  }
}

function tooLargeMessage(request: KvRequest): ErrorReply | null {
  if (textLength(request) < SURELY_SMALL) return null;
  const size = requestSize(request);
  return size > MAX_MESSAGE_BYTES ? messageTooLarge(size, MAX_MESSAGE_BYTES) : null;
}

function tooLargeRequest(request: KvRequest): ErrorReply | null {
  if (textLength(request) < SURELY_SMALL) return null;
  return proposalSize(request) > MAX_REQUEST_BYTES ? ERRORS.requestTooLarge : null;
}

function checkTransaction(request: TxnRequest): ErrorReply | null {
  return (
    checkOperations(request, MAX_TXN_OPS) ?? checkKeysOf(request.success) ?? checkKeysOf(request.failure)
  );
}

/** In this order: the number of operations, the keys of the compares, each operation. */
function checkOperations(request: TxnRequest, allowed: number): ErrorReply | null {
  const { compare, success, failure } = request;
  const count = Math.max(compare.length, success.length, failure.length);
  if (count > allowed) return ERRORS.tooManyOps;
  for (let at = 0; at < compare.length; at++) if ((compare[at] as Compare).key === "") return ERRORS.emptyKey;
  for (let at = 0; at < success.length; at++) {
    const error = checkOperation(success[at] as TxnOp, allowed - count);
    if (error !== null) return error;
  }
  for (let at = 0; at < failure.length; at++) {
    const error = checkOperation(failure[at] as TxnOp, allowed - count);
    if (error !== null) return error;
  }
  return null;
}

function checkOperation(op: TxnOp, allowed: number): ErrorReply | null {
  if (op.type === "txn") return checkOperations(op, allowed);
  if (op.key === "") return ERRORS.emptyKey;
  return op.type === "put" ? checkPut(op) : null;
}

function checkPut(put: PutRequest): ErrorReply | null {
  if (put.ignoreValue === true && (put.value ?? "") !== "") return ERRORS.valueProvided;
  return put.ignoreLease === true && (put.lease ?? "0") !== "0" ? ERRORS.leaseProvided : null;
}

/** One operation can not touch a key twice, and most transactions have one a branch. */
function checkKeysOf(branch: readonly TxnOp[]): ErrorReply | null {
  if (branch.length === 0 || (branch.length === 1 && branch[0]?.type !== "txn")) return null;
  return touchedKeys(branch) === null ? ERRORS.duplicateKey : null;
}

interface DeletedRange {
  readonly key: string;
  readonly rangeEnd: string | undefined;
}
interface Touched {
  readonly puts: Set<string>;
  readonly deletes: readonly DeletedRange[];
}

/**
 * The keys that a branch puts and the ranges that it deletes; `null` if it would put a key twice or put a key that it
 * deletes. Deleting twice is fine, and so is a key put by both sides of a nested transaction, of which one runs.
 */
function touchedKeys(branch: readonly TxnOp[]): Touched | null {
  const puts = new Set<string>();
  const deletes: DeletedRange[] = [];
  const clashes = (key: string): boolean => puts.has(key) || deletes.some((range) => covers(range, key));
  for (const op of branch)
    if (op.type === "deleteRange") deletes.push({ key: op.key, rangeEnd: op.rangeEnd });
  for (const op of branch) {
    if (op.type !== "txn") continue;
    const inner = nestedKeys(op);
    if (inner === null) return null;
    for (const key of inner.puts) if (clashes(key)) return null;
    for (const key of inner.puts) puts.add(key);
    deletes.push(...inner.deletes);
  }
  for (const op of branch) {
    if (op.type !== "put") continue;
    if (clashes(op.key)) return null;
    puts.add(op.key);
  }
  return { puts, deletes };
}

/**
 * Here etcd takes the end `"\0"` literally, so that deleting everything from a key on clashes with no put. Measured on
 * 3.4.23: such a transaction passes, deletes and puts the same key in one revision.
 */
function covers({ key: from, rangeEnd }: DeletedRange, key: string): boolean {
  return isSingle(rangeEnd) ? key === from : key >= from && key < (rangeEnd as string);
}

function nestedKeys(txn: TxnRequest): Touched | null {
  const success = touchedKeys(txn.success);
  const failure = touchedKeys(txn.failure);
  if (success === null || failure === null) return null;
  return {
    puts: new Set([...success.puts, ...failure.puts]),
    deletes: [...success.deletes, ...failure.deletes],
  };
}
