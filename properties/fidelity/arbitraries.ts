/**
 * Generated cases: few keys, few leases and near revisions, so that commands meet; every option and every way of being
 * refused has its share.
 */
import fc from "fast-check";
import type {
  Compare,
  CompareResult,
  DeleteRangeRequest,
  KvRequest,
  PutRequest,
  RangeRequest,
  TxnOp,
  TxnRequest,
  WatchRequest,
} from "../../models/etcd-api.ts";
import { PICKED, type StoreCommand, type StreamMessage } from "./command.ts";

/** At most so many commands; the mean is half of it. */
export const MOST_COMMANDS = 120;

const weighted = <T>(...choices: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  weighted([6, fc.constant(usual)], [1, fc.constantFrom(...others)]);
/** Present and true in a third of all cases; absent fields shrink away. */
const sometimes = mostly(false, true, true, true);

/** Fewer than twelve: etcd's sort keeps the order of ties only in so short a list. Bytes beyond ASCII among them. */
const KEYS = ["a", "ab", "b", "b\0", "c", "d", "e\u00ff", "\u00ff"] as const;
const key = weighted<string>(
  [20, fc.constantFrom("a", "ab", "b", "c")],
  [10, fc.constantFrom(...KEYS)],
  [1, fc.constantFrom("", "\0", "aa")],
);
const rangeEnd = weighted<string>(
  [5, fc.constant("")],
  [5, fc.constantFrom("b", "c", "cc", "e", "\u00ff")],
  [2, fc.constant("\0")],
);
const value = fc.constantFrom("x", "y", "", "\u0000\u00fe");
const leaseId = weighted<string>(
  [8, fc.constantFrom("1", "2", "3")],
  [3, fc.constant(PICKED)],
  [1, fc.constantFrom("0", "-5", "77")],
);
const lease = weighted<string>([2, fc.constant("0")], [1, leaseId]);
/** From 1 on relative: up to 3 compacted, 4 the case's beginning, the rest past, present or future as it comes. */
const revision = weighted<number>(
  [8, fc.integer({ min: 3, max: 30 })],
  [1, fc.constantFrom(1, 2, 3, 4)],
  [1, fc.constantFrom(-1, -7, 1000)],
);
const anyRevision = weighted<number>([1, fc.constant(0)], [1, revision]);
const bound = mostly(0, 5, 9, 15, 25, -1);

const range: fc.Arbitrary<RangeRequest> = fc.record({
  type: fc.constant("range" as const),
  key,
  rangeEnd,
  revision: anyRevision,
  limit: mostly(0, 1, 2, 3, -1),
  sortOrder: mostly("none" as const, "ascend" as const, "descend" as const),
  sortTarget: mostly("key" as const, "version" as const, "create" as const, "mod" as const, "value" as const),
  serializable: sometimes,
  keysOnly: sometimes,
  countOnly: sometimes,
  minModRevision: bound,
  maxModRevision: bound,
  minCreateRevision: bound,
  maxCreateRevision: bound,
});

const put: fc.Arbitrary<PutRequest> = weighted<PutRequest>(
  [5, fc.record({ type: fc.constant("put" as const), key, value, lease, prevKv: fc.boolean() })],
  [
    1,
    fc.record({
      type: fc.constant("put" as const),
      key,
      lease,
      prevKv: fc.boolean(),
      ignoreValue: fc.constant(true),
    }),
  ],
  [
    1,
    fc.record({
      type: fc.constant("put" as const),
      key,
      value,
      prevKv: fc.boolean(),
      ignoreLease: fc.constant(true),
    }),
  ],
  [
    1,
    fc.record({
      type: fc.constant("put" as const),
      key,
      value,
      lease,
      ignoreValue: fc.boolean(),
      ignoreLease: fc.boolean(),
    }),
  ],
);

const deleteRange: fc.Arbitrary<DeleteRangeRequest> = fc.record({
  type: fc.constant("deleteRange" as const),
  key,
  rangeEnd,
  prevKv: fc.boolean(),
});

const result = fc.constantFrom<CompareResult>("equal", "greater", "less", "notEqual");
const compared = { key, rangeEnd, result };
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record({
    ...compared,
    target: fc.constant("version" as const),
    version: fc.integer({ min: -1, max: 3 }),
  }),
  fc.record({ ...compared, target: fc.constant("create" as const), createRevision: anyRevision }),
  fc.record({ ...compared, target: fc.constant("mod" as const), modRevision: anyRevision }),
  fc.record({ ...compared, target: fc.constant("value" as const), value }),
  fc.record({ ...compared, target: fc.constant("lease" as const), lease }),
);

const txn: fc.Arbitrary<TxnRequest> = fc.letrec<{ txn: TxnRequest; op: TxnOp }>((tie) => ({
  op: fc.oneof({ maxDepth: 3, withCrossShrink: true }, put, range, deleteRange, tie("txn")),
  txn: fc.record({
    type: fc.constant("txn" as const),
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(tie("op"), { maxLength: 4 }),
    failure: fc.array(tie("op"), { maxLength: 3 }),
  }),
})).txn;

/** Around etcd's limit of operations, alone and as what a parent leaves of it. */
const crowdedTxn: fc.Arbitrary<TxnRequest> = fc
  .record({ outer: fc.integer({ min: 0, max: 129 }), inner: fc.integer({ min: 0, max: 128 }) })
  .map(({ inner, outer }) => {
    const reads = (count: number): TxnOp[] =>
      Array.from({ length: count }, () => ({ type: "range", key: "a", countOnly: true }));
    const nested: TxnRequest = { type: "txn", compare: [], success: reads(inner), failure: [] };
    return { type: "txn", compare: [], success: [...reads(outer), nested], failure: [] };
  });

const leaseRequest: fc.Arbitrary<KvRequest> = weighted<KvRequest>(
  [
    4,
    fc.record({
      type: fc.constant("leaseGrant" as const),
      id: leaseId.filter((id) => id !== PICKED && id !== "77"),
      // Far apart: their order by time left must not depend on how fast a machine is. Short ones: see run.ts.
      ttlSeconds: weighted(
        [6, fc.constantFrom(1000, 3000, 5000)],
        [1, fc.constantFrom(-5, 0, 1, 2, 9_000_000_000, 9_000_000_001)],
      ),
    }),
  ],
  [2, fc.record({ type: fc.constant("leaseGrant" as const), ttlSeconds: fc.constantFrom(1000, 3000, 5000) })],
  [3, fc.record({ type: fc.constant("leaseRevoke" as const), id: leaseId })],
  [2, fc.record({ type: fc.constant("leaseKeepAlive" as const), id: leaseId })],
  [3, fc.record({ type: fc.constant("leaseTimeToLive" as const), id: leaseId, keys: fc.boolean() })],
  [1, fc.constant({ type: "leaseLeases" as const })],
);

/**
 * Physical, so that it has been done when it is answered: until then etcd 3.4.23 still tells a watch of a deletion at exactly
 * the compacted revision, and afterwards no more.
 */
const compaction: fc.Arbitrary<KvRequest> = fc.record({
  type: fc.constant("compact" as const),
  revision,
  physical: fc.constant(true),
});

const watchId = mostly(0, 1, 2, 5, -1);
const watched = weighted<{ key: string; rangeEnd: string }>(
  [2, fc.record({ key: fc.constant("a"), rangeEnd: fc.constantFrom("\0", "c", "\u00ff") })],
  [1, fc.record({ key, rangeEnd })],
);
const watch: fc.Arbitrary<WatchRequest> = fc
  .tuple(
    watched,
    fc.record({
      startRevision: weighted<number>([5, fc.constant(0)], [2, revision]),
      prevKv: fc.boolean(),
      noPut: sometimes,
      noDelete: sometimes,
      progressNotify: sometimes,
      fragment: sometimes,
    }),
  )
  .map(([where, options]) => ({ ...where, ...options }));
const streamMessage: fc.Arbitrary<StreamMessage> = weighted<StreamMessage>(
  [4, fc.record({ type: fc.constant("watch" as const), watchId, request: watch })],
  [1, fc.record({ type: fc.constant("cancelWatch" as const), watchId: fc.constantFrom(0, 1, 2, 3, 5) })],
  [1, fc.constant({ type: "progress" as const })],
);

const ask = (request: fc.Arbitrary<KvRequest>): fc.Arbitrary<StoreCommand> =>
  request.map((given) => ({ type: "ask", request: given }));

const command: fc.Arbitrary<StoreCommand> = weighted<StoreCommand>(
  [22, ask(put)],
  [8, ask(deleteRange)],
  [16, ask(range)],
  [18, ask(txn)],
  [1, ask(crowdedTxn)],
  [3, ask(compaction)],
  [20, ask(leaseRequest)],
  [
    10,
    fc.record({ type: fc.constant("tell" as const), stream: fc.constantFrom(0, 1), message: streamMessage }),
  ],
);

/** One case. */
export const commandSequence: fc.Arbitrary<StoreCommand[]> = fc.array(command, {
  minLength: 1,
  maxLength: MOST_COMMANDS,
  size: "max",
});
