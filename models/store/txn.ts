/**
 * Transactions and the operations in them (etcd `server/etcdserver/txn/`). Three passes: every compare, nested ones too,
 * on the state before; every check of the branches taken, so that a transaction fails whole or not at all; then the
 * operations in order, each seeing those before it.
 */
import { deleteKey, draftRevision, presentKeys, putKey, type Draft } from "../store.ts";
import {
  NO_LEASE,
  type Compare,
  type DeleteRangeRequest,
  type DeleteRangeResponse,
  type KeyValue,
  type PutRequest,
  type PutResponse,
  type RangeRequest,
  type TxnOp,
  type TxnRequest,
  type TxnResponse,
} from "../etcd-api.ts";
import { ERRORS, isError, type ErrorReply } from "./errors.ts";
import { isSingle, range, upperBound } from "./range.ts";
import { treeGet, type Tree } from "./tree.ts";

/** What a put needs to know of leases: which ones exist, expired ones included. */
export type KnownLeases = Tree<unknown>;

/** Which way each transaction of a nest goes, in the order in which they are met. */
type Path = boolean[];

export function put(
  draft: Draft,
  leases: KnownLeases,
  request: PutRequest,
  raftTerm: number,
): PutResponse | ErrorReply {
  const error = missingLease(leases, request) ?? missingKey(draft, request);
  return error ?? doPut(draft, request, raftTerm);
}

export function deleteRange(
  draft: Draft,
  request: DeleteRangeRequest,
  raftTerm: number,
): DeleteRangeResponse {
  const { key, rangeEnd } = request;
  let found: readonly KeyValue[];
  if (isSingle(rangeEnd)) {
    const kv = treeGet(draft.keys, key);
    found = kv === undefined ? [] : [kv];
  } else {
    const upTo = upperBound(key, rangeEnd);
    found = upTo !== null && upTo <= key ? [] : presentKeys(draft, key, upTo, Infinity);
  }
  for (let at = 0; at < found.length; at++) deleteKey(draft, found[at] as KeyValue);
  const header = { revision: draftRevision(draft), raftTerm };
  return {
    type: "deleteRange",
    header,
    deleted: found.length,
    prevKvs: request.prevKv === true ? found : [],
  };
}

export function txn(
  draft: Draft,
  leases: KnownLeases,
  request: TxnRequest,
  raftTerm: number,
): TxnResponse | ErrorReply {
  const path: Path = [];
  choosePath(draft, request, path);
  const error =
    checkPuts(draft, leases, request, path, { at: 0 }) ?? checkRanges(draft, request, path, { at: 0 });
  return error ?? run(draft, request, path, { at: 0 }, raftTerm);
}

/** Whether it changes nothing whatever branch it takes. Such a transaction never goes through raft. */
export function isReadOnly(request: TxnRequest): boolean {
  const reads = (op: TxnOp): boolean => op.type === "range";
  return request.success.every(reads) && request.failure.every(reads);
}

/** Whether it may be answered from a member's own, possibly old, state. */
export function isSerializable(request: TxnRequest): boolean {
  const serializable = (op: TxnOp): boolean => op.type === "range" && op.serializable === true;
  return request.success.every(serializable) && request.failure.every(serializable);
}

function choosePath(draft: Draft, request: TxnRequest, path: Path): void {
  let holds = true;
  for (let at = 0; holds && at < request.compare.length; at++)
    holds = compareHolds(draft, request.compare[at] as Compare);
  path.push(holds);
  const branch = holds ? request.success : request.failure;
  for (let at = 0; at < branch.length; at++) {
    const op = branch[at] as TxnOp;
    if (op.type === "txn") choosePath(draft, op, path);
  }
}

/** With a range end: true if it holds for every key in range; an empty range counts as one absent key. */
function compareHolds(draft: Draft, compare: Compare): boolean {
  if (isSingle(compare.rangeEnd)) return compareKey(compare, treeGet(draft.keys, compare.key));
  const upTo = upperBound(compare.key, compare.rangeEnd);
  const kvs = upTo !== null && upTo <= compare.key ? [] : presentKeys(draft, compare.key, upTo, Infinity);
  if (kvs.length === 0) return compareKey(compare, undefined);
  return kvs.every((kv) => compareKey(compare, kv));
}

/** An absent key has version, revisions and lease 0, but no value: comparing its value never holds, not even `notEqual`. */
function compareKey(compare: Compare, kv: KeyValue | undefined): boolean {
  switch (compare.target) {
    case "version":
      return holdsFor(compare, (kv === undefined ? 0 : kv.version) - compare.version);
    case "create":
      return holdsFor(compare, (kv === undefined ? 0 : kv.createRevision) - compare.createRevision);
    case "mod":
      return holdsFor(compare, (kv === undefined ? 0 : kv.modRevision) - compare.modRevision);
    case "value":
      if (kv === undefined) return false;
      return holdsFor(compare, kv.value === compare.value ? 0 : kv.value < compare.value ? -1 : 1);
    case "lease":
      return holdsFor(compare, compareLeases(kv === undefined ? NO_LEASE : kv.lease, compare.lease));
  }
}

/** Lease ids are 64-bit numbers in decimal text. */
function compareLeases(left: string, right: string): number {
  if (left === right) return 0;
  return BigInt(left) < BigInt(right) ? -1 : 1;
}

function holdsFor(compare: Compare, difference: number): boolean {
  switch (compare.result) {
    case "equal":
      return difference === 0;
    case "greater":
      return difference > 0;
    case "less":
      return difference < 0;
    case "notEqual":
      return difference !== 0;
  }
}

/** Reads along the path in the order in which {@link choosePath} wrote it. */
interface Cursor {
  at: number;
}

function takenBranch(request: TxnRequest, path: Path, cursor: Cursor): readonly TxnOp[] {
  return path[cursor.at++] === true ? request.success : request.failure;
}

function checkPuts(
  draft: Draft,
  leases: KnownLeases,
  request: TxnRequest,
  path: Path,
  cursor: Cursor,
): ErrorReply | null {
  const branch = takenBranch(request, path, cursor);
  for (let at = 0; at < branch.length; at++) {
    const op = branch[at] as TxnOp;
    let error: ErrorReply | null = null;
    // Here the key is looked at first, in a put alone the lease. etcd 3.4.23, measured.
    if (op.type === "put") error = missingKey(draft, op) ?? missingLease(leases, op);
    else if (op.type === "txn") error = checkPuts(draft, leases, op, path, cursor);
    if (error !== null) return error;
  }
  return null;
}

function checkRanges(draft: Draft, request: TxnRequest, path: Path, cursor: Cursor): ErrorReply | null {
  const branch = takenBranch(request, path, cursor);
  for (let at = 0; at < branch.length; at++) {
    const op = branch[at] as TxnOp;
    let error: ErrorReply | null = null;
    if (op.type === "range") error = nestedRevisionError(draft, op);
    else if (op.type === "txn") error = checkRanges(draft, op, path, cursor);
    if (error !== null) return error;
  }
  return null;
}

/** Unlike a range alone, one inside a transaction takes a negative revision for an old one. */
function nestedRevisionError(draft: Draft, { revision = 0 }: RangeRequest): ErrorReply | null {
  if (revision === 0) return null;
  if (revision > draft.before.revision) return ERRORS.futureRevision;
  return revision < draft.before.compactRevision ? ERRORS.compacted : null;
}

/** `raftTerm` 0 stands for a nested transaction, whose header etcd leaves empty. */
function run(
  draft: Draft,
  request: TxnRequest,
  path: Path,
  cursor: Cursor,
  raftTerm: number,
): TxnResponse | ErrorReply {
  const succeeded = path[cursor.at] === true;
  const branch = takenBranch(request, path, cursor);
  const responses: TxnResponse["responses"][number][] = [];
  for (let at = 0; at < branch.length; at++) {
    const response = runOperation(draft, branch[at] as TxnOp, path, cursor);
    // Everything was checked before; a failure here would leave the transaction half done.
    if (isError(response))
      throw new Error(`an operation of a checked transaction failed: ${response.message}`);
    responses.push(response);
  }
  const revision = raftTerm === 0 ? 0 : draftRevision(draft);
  return { type: "txn", header: { revision, raftTerm }, succeeded, responses };
}

/** Responses inside a transaction carry the revision alone: their raft term is 0. */
function runOperation(
  draft: Draft,
  op: TxnOp,
  path: Path,
  cursor: Cursor,
): TxnResponse["responses"][number] | ErrorReply {
  switch (op.type) {
    case "range":
      return range(draft, op, 0);
    case "put":
      return doPut(draft, op, 0);
    case "deleteRange":
      return deleteRange(draft, op, 0);
    case "txn":
      return run(draft, op, path, cursor, 0);
  }
}

function missingLease(leases: KnownLeases, { lease = NO_LEASE }: PutRequest): ErrorReply | null {
  return lease !== NO_LEASE && treeGet(leases, lease) === undefined ? ERRORS.leaseNotFound : null;
}

/** Keeping the old value or lease needs a key that existed before the transaction. */
function missingKey(draft: Draft, request: PutRequest): ErrorReply | null {
  if (request.ignoreValue !== true && request.ignoreLease !== true) return null;
  return treeGet(draft.before.keys, request.key) === undefined ? ERRORS.keyNotFound : null;
}

function doPut(draft: Draft, request: PutRequest, raftTerm: number): PutResponse {
  const keeps = request.ignoreValue === true || request.ignoreLease === true;
  const old = keeps ? treeGet(draft.keys, request.key) : undefined;
  const value = request.ignoreValue === true ? (old?.value ?? "") : (request.value ?? "");
  const lease = request.ignoreLease === true ? (old?.lease ?? NO_LEASE) : (request.lease ?? NO_LEASE);
  const prevKv = putKey(draft, request.key, value, lease);
  const header = { revision: draftRevision(draft), raftTerm };
  if (request.prevKv === true && prevKv !== undefined) return { type: "put", header, prevKv };
  return { type: "put", header };
}
