/** Random inputs to a simulated etcd: few keys and leases, so that they meet. */
import fc from "fast-check";
import type { EtcdInput } from "../../models/etcd.ts";
import type {
  Compare,
  DeleteRangeRequest,
  KvRequest,
  PutRequest,
  RangeRequest,
  TxnOp,
  TxnRequest,
} from "../../models/etcd-api.ts";

const KEYS = ["a", "ab", "b", "c", "d"];
const key = fc.constantFrom(...KEYS);
const rangeEnd = fc.constantFrom("", "", "\0", "b", "cc");
const lease = fc.constantFrom("0", "0", "1", "2", "3");
const revision = fc.integer({ min: -1, max: 14 });
const maybe = fc.boolean();

const range: fc.Arbitrary<RangeRequest> = fc.record({
  type: fc.constant("range" as const),
  key,
  rangeEnd,
  revision: fc.oneof(fc.constant(0), revision),
  limit: fc.constantFrom(0, 1, 2),
  sortOrder: fc.constantFrom("none" as const, "ascend" as const, "descend" as const),
  sortTarget: fc.constantFrom("key" as const, "mod" as const),
  minModRevision: fc.constantFrom(0, 0, 4),
  maxCreateRevision: fc.constantFrom(0, 0, 6),
  countOnly: maybe,
});

const put: fc.Arbitrary<PutRequest> = fc.oneof(
  fc.record({
    type: fc.constant("put" as const),
    key,
    value: fc.constantFrom("x", "y"),
    lease,
    prevKv: maybe,
  }),
  fc.record({ type: fc.constant("put" as const), key, ignoreValue: fc.constant(true), lease }),
  fc.record({
    type: fc.constant("put" as const),
    key,
    value: fc.constant("z"),
    ignoreLease: fc.constant(true),
  }),
);

const deleteRange: fc.Arbitrary<DeleteRangeRequest> = fc.record({
  type: fc.constant("deleteRange" as const),
  key,
  rangeEnd,
  prevKv: maybe,
});

const result = fc.constantFrom("equal" as const, "greater" as const, "less" as const, "notEqual" as const);
const compare: fc.Arbitrary<Compare> = fc.oneof(
  fc.record({
    key,
    rangeEnd,
    result,
    target: fc.constant("version" as const),
    version: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({
    key,
    rangeEnd,
    result,
    target: fc.constant("create" as const),
    createRevision: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({
    key,
    rangeEnd,
    result,
    target: fc.constant("mod" as const),
    modRevision: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({
    key,
    rangeEnd,
    result,
    target: fc.constant("value" as const),
    value: fc.constantFrom("x", "y"),
  }),
  fc.record({ key, rangeEnd, result, target: fc.constant("lease" as const), lease }),
);

const txn: fc.Arbitrary<TxnRequest> = fc.letrec<{ txn: TxnRequest; op: TxnOp }>((tie) => ({
  op: fc.oneof({ maxDepth: 2 }, range, put, deleteRange, tie("txn")),
  txn: fc.record({
    type: fc.constant("txn" as const),
    compare: fc.array(compare, { maxLength: 2 }),
    success: fc.array(tie("op"), { maxLength: 3 }),
    failure: fc.array(tie("op"), { maxLength: 3 }),
  }),
})).txn;

/** Requests that change or read keys, and compactions. */
export const storeRequest: fc.Arbitrary<KvRequest> = fc.oneof(
  { weight: 2, arbitrary: range },
  { weight: 4, arbitrary: put },
  { weight: 2, arbitrary: deleteRange },
  { weight: 3, arbitrary: txn },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("compact" as const), revision }) },
);

const id = fc.constantFrom("1", "2", "3");
export const leaseRequest: fc.Arbitrary<KvRequest> = fc.oneof(
  fc.record({ type: fc.constant("leaseGrant" as const), id, ttlSeconds: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant("leaseGrant" as const), ttlSeconds: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant("leaseRevoke" as const), id }),
  fc.record({ type: fc.constant("leaseKeepAlive" as const), id }),
  fc.record({ type: fc.constant("leaseTimeToLive" as const), id, keys: maybe }),
  fc.constant({ type: "leaseLeases" as const }),
);

const client = fc.constantFrom(1, 2);
const watchId = fc.integer({ min: 0, max: 3 });
const request = fc.record({
  type: fc.constant("request" as const),
  client,
  id: fc.nat(999),
  request: fc.oneof(storeRequest, leaseRequest),
  hasLeader: maybe,
});
const watch = fc.record({
  type: fc.constant("watch" as const),
  client,
  watchId,
  request: fc.record({
    key,
    rangeEnd,
    startRevision: revision,
    prevKv: maybe,
    noPut: maybe,
    progressNotify: maybe,
  }),
});
const fault: fc.Arbitrary<EtcdInput> = fc.oneof(
  fc.record({ type: fc.constant("leaderChange" as const), electionMs: fc.integer({ min: 0, max: 9000 }) }),
  fc.record({ type: fc.constant("stall" as const), forMs: fc.integer({ min: 0, max: 9000 }) }),
  fc.constant({ type: "crash" as const }),
  fc.constant({ type: "restart" as const }),
  fc.record({ type: fc.constant("disconnect" as const), client }),
);
const input: fc.Arbitrary<EtcdInput> = fc.oneof(
  { weight: 20, arbitrary: request },
  { weight: 4, arbitrary: watch },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("cancelWatch" as const), client, watchId }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("watchProgress" as const), client }) },
  { weight: 2, arbitrary: fault },
);

/** Up to `most` inputs with the time that passes before each. */
export function inputs(most: number): fc.Arbitrary<{ waitMs: number; input: EtcdInput }[]> {
  const waitMs = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 0, max: 4000 }),
  );
  return fc.array(fc.record({ waitMs, input }), { maxLength: most, size: "max" });
}
