/**
 * What a range request answers (etcd `server/etcdserver/txn/range.go`): filter, then sort, then limit; the count knows
 * neither filter nor limit.
 */
import { draftRevision, pastKeys, presentKeys, type Draft } from "../store.ts";
import type { KeyValue, RangeRequest, RangeResponse, SortTarget } from "../etcd-api.ts";
import { ERRORS, type ErrorReply } from "./errors.ts";
import { treeGet, treeRank, treeSize } from "./tree.ts";

/** The end of a range as `null` for "to the last key". A single key is the range up to its own successor. */
export function upperBound(key: string, rangeEnd: string | undefined): string | null {
  if (rangeEnd === undefined || rangeEnd === "") return `${key}\0`;
  return rangeEnd === "\0" ? null : rangeEnd;
}

export function isSingle(rangeEnd: string | undefined): boolean {
  return rangeEnd === undefined || rangeEnd === "";
}

/** Whether `key` lies in the range. */
export function inRange(key: string, from: string, rangeEnd: string | undefined): boolean {
  if (isSingle(rangeEnd)) return key === from;
  return key >= from && (rangeEnd === "\0" || key < (rangeEnd as string));
}

/** `null` if the draft can answer for `revision`, where 0 and below mean the present. */
export function revisionError(draft: Draft, revision: number): ErrorReply | null {
  if (revision <= 0) return null;
  if (revision > draftRevision(draft)) return ERRORS.futureRevision;
  return revision < draft.before.compactRevision ? ERRORS.compacted : null;
}

export function range(draft: Draft, request: RangeRequest, raftTerm: number): RangeResponse | ErrorReply {
  const revision = request.revision ?? 0;
  const error = revisionError(draft, revision);
  if (error !== null) return error;
  const header = { revision: draftRevision(draft), raftTerm };
  if (revision <= 0 && isSingle(request.rangeEnd)) {
    const kv = treeGet(draft.keys, request.key);
    if (kv === undefined) return { type: "range", header, kvs: [], more: false, count: 0 };
    return { type: "range", header, kvs: shown(request, [kv]), more: false, count: 1 };
  }
  const { found, count } = lookUp(draft, request, revision);
  if (request.countOnly === true) return { type: "range", header, kvs: [], more: false, count };
  const kvs = shown(request, found);
  const limit = request.limit ?? 0;
  const more = limit > 0 && kvs.length > limit;
  return { type: "range", header, kvs: more ? kvs.slice(0, limit) : kvs, more, count };
}

/**
 * The keys in range, and how many there are in all. Unless an order is named or a bound set, etcd reads one key more than
 * the limit and sorts only those (3.4.23, measured).
 */
function lookUp(draft: Draft, request: RangeRequest, revision: number): { found: KeyValue[]; count: number } {
  const upTo = upperBound(request.key, request.rangeEnd);
  if (upTo !== null && upTo <= request.key) return { found: [], count: 0 };
  const limit = request.limit ?? 0;
  const enough = limit > 0 && !isOrdered(request) && !isFiltered(request) ? limit + 1 : Infinity;
  if (revision > 0 && revision < draftRevision(draft)) {
    const found = pastKeys(draft, request.key, upTo, revision);
    return { found: found.slice(0, enough), count: found.length };
  }
  const last = upTo === null ? treeSize(draft.keys) : treeRank(draft.keys, upTo);
  const count = last - treeRank(draft.keys, request.key);
  if (request.countOnly === true) return { found: [], count };
  return { found: presentKeys(draft, request.key, upTo, enough), count };
}

/** Filters, sorts and strips; the limit is the caller's. `found` is in key order and the callee's own. */
function shown(request: RangeRequest, found: KeyValue[]): KeyValue[] {
  let kvs = isFiltered(request) ? found.filter((kv) => passes(request, kv)) : found;
  if (isSorted(request)) {
    const target = request.sortTarget ?? "key";
    const sign = request.sortOrder === "descend" ? -1 : 1;
    kvs.sort((left, right) => sign * compareBy(target, left, right));
  }
  if (request.countOnly === true) kvs = [];
  return request.keysOnly === true ? kvs.map((kv) => ({ ...kv, value: "" })) : kvs;
}

function isFiltered(request: RangeRequest): boolean {
  return (
    (request.minModRevision ?? 0) !== 0 ||
    (request.maxModRevision ?? 0) !== 0 ||
    (request.minCreateRevision ?? 0) !== 0 ||
    (request.maxCreateRevision ?? 0) !== 0
  );
}

/** Bounds are inclusive, 0 is no bound. */
function passes(request: RangeRequest, kv: KeyValue): boolean {
  const { minModRevision = 0, maxModRevision = 0, minCreateRevision = 0, maxCreateRevision = 0 } = request;
  if (minModRevision !== 0 && kv.modRevision < minModRevision) return false;
  if (maxModRevision !== 0 && kv.modRevision > maxModRevision) return false;
  if (minCreateRevision !== 0 && kv.createRevision < minCreateRevision) return false;
  return maxCreateRevision === 0 || kv.createRevision <= maxCreateRevision;
}

/** Key order is the natural one; any other target sorts even when no order is named, ascending. */
function isSorted(request: RangeRequest): boolean {
  return (request.sortTarget ?? "key") !== "key" || request.sortOrder === "descend";
}

function isOrdered({ sortOrder = "none" }: RangeRequest): boolean {
  return sortOrder !== "none";
}

function compareBy(target: SortTarget, left: KeyValue, right: KeyValue): number {
  switch (target) {
    case "key":
      return compareText(left.key, right.key);
    case "version":
      return left.version - right.version;
    case "create":
      return left.createRevision - right.createRevision;
    case "mod":
      return left.modRevision - right.modRevision;
    case "value":
      return compareText(left.value, right.value);
  }
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
