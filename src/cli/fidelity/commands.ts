/**
 * Random commands over the whole surface of keys, leases, transactions, compaction and watches: few keys and leases, so that
 * they meet. Revisions are drawn as distances from the present, so that they mean something however long the run is.
 */
import fc from "fast-check";
import type { Compare, KvRequest, Revision, TxnOp, WatchRequest } from "../../../models/vocabulary.ts";

/** What both sides are told. */
export type Command =
  | { readonly type: "request"; readonly request: KvRequest }
  /** Opens a watch in a place, instead of the one that was there. */
  | { readonly type: "watch"; readonly place: number; readonly request: WatchRequest }
  | { readonly type: "unwatch"; readonly place: number };

/** A command as drawn; it becomes one when the present revision is known. */
export type Draft = (now: Revision) => Command;

export const PLACES = 6;
/** Much longer than any run: time passes on both sides, but not by the same clock. */
const LONG_SECONDS = 9_000_000;

const key = fc.constantFrom("a", "ab", "b", "c", "d", "é".normalize("NFC").slice(0, 1), "e\0", "f");
const rangeEnd = fc.constantFrom("", "", "\0", "b", "cc", "g");
const lease = fc.constantFrom("0", "0", "1", "2", "3", "9007199254740993");
const flag = fc.boolean();
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

type Late<Value> = (now: Revision) => Value;
const late = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Late<Value>> =>
  value.map((fixed) => () => fixed);
/** Mostly the recent past; also the far past, which is compacted, and the future. */
const revision: fc.Arbitrary<Late<Revision>> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 40 }).map((back) => (now: Revision) => Math.max(1, now - back)),
  },
  { weight: 2, arbitrary: late(fc.constantFrom(0, 0, 1, -1)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((ahead) => (now: Revision) => now + ahead) },
);

const put = late(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("put" as const),
        key,
        value: fc.constantFrom("", "x", "y", "\u00ff\0"),
        lease,
        prevKv: flag,
      }),
    },
    fc.record({ type: fc.constant("put" as const), key, ignoreValue: fc.constant(true), lease }),
    fc.record({
      type: fc.constant("put" as const),
      key,
      value: fc.constant("z"),
      ignoreLease: fc.constant(true),
    }),
    // Refused: a value or lease that is to be ignored, a key that is none.
    fc.record({
      type: fc.constant("put" as const),
      key,
      value: fc.constant("z"),
      ignoreValue: fc.constant(true),
    }),
    fc.record({
      type: fc.constant("put" as const),
      key,
      lease: fc.constant("1"),
      ignoreLease: fc.constant(true),
    }),
    fc.record({ type: fc.constant("put" as const), key: fc.constant("") }),
  ),
);
const deleteRange = late(
  fc.record({ type: fc.constant("deleteRange" as const), key, rangeEnd, prevKv: flag }),
);

const range: fc.Arbitrary<Late<TxnOp>> = fc
  .record({
    fixed: fc.record({
      key,
      rangeEnd,
      limit: fc.constantFrom(0, 0, 1, 2),
      sortOrder: fc.constantFrom("none" as const, "ascend" as const, "descend" as const),
      // Ties among the others come in any order; versions and values tie.
      sortTarget: fc.constantFrom("key" as const, "mod" as const),
      keysOnly: flag,
      countOnly: fc.constantFrom(false, false, true),
      serializable: flag,
    }),
    revision: fc.oneof(late(fc.constant(0)), revision),
    bounds: fc.record({
      minModRevision: some(revision),
      maxModRevision: some(revision),
      minCreateRevision: some(revision),
      maxCreateRevision: some(revision),
    }),
    bounded: fc.constantFrom(false, false, true),
  })
  .map(({ bounded, bounds, fixed, revision: at }) => (now): TxnOp => {
    const given = Object.entries(bounded ? bounds : {}).flatMap(([name, bound]) =>
      bound === undefined ? [] : [[name, Math.max(0, bound(now))]],
    );
    return { type: "range", ...fixed, revision: at(now), ...Object.fromEntries(given) };
  });

const result = fc.constantFrom("equal" as const, "greater" as const, "less" as const, "notEqual" as const);
const compare: fc.Arbitrary<Late<Compare>> = fc.oneof(
  fc
    .record({
      key,
      rangeEnd,
      result,
      target: fc.constant("version" as const),
      version: fc.integer({ min: 0, max: 3 }),
    })
    .map((one) => () => one),
  fc
    .tuple(fc.record({ key, rangeEnd, result, target: fc.constant("create" as const) }), revision)
    .map(([one, at]) => (now: Revision) => ({ ...one, createRevision: at(now) })),
  fc
    .tuple(fc.record({ key, rangeEnd, result, target: fc.constant("mod" as const) }), revision)
    .map(([one, at]) => (now: Revision) => ({ ...one, modRevision: at(now) })),
  fc
    .record({
      key,
      rangeEnd,
      result,
      target: fc.constant("value" as const),
      value: fc.constantFrom("", "x", "y"),
    })
    .map((one) => () => one),
  fc.record({ key, rangeEnd, result, target: fc.constant("lease" as const), lease }).map((one) => () => one),
);

const txn: fc.Arbitrary<Late<TxnOp>> = fc.letrec<{ txn: Late<TxnOp>; op: Late<TxnOp> }>((tie) => ({
  op: fc.oneof({ maxDepth: 2 }, range, put, deleteRange, tie("txn")),
  txn: fc
    .record({
      compare: fc.array(compare, { maxLength: 2 }),
      success: fc.array(tie("op"), { maxLength: 3 }),
      failure: fc.array(tie("op"), { maxLength: 3 }),
    })
    .map((all) => (now): TxnOp => {
      const at = <Value>(list: readonly Late<Value>[]) => list.map((one) => one(now));
      return { type: "txn", compare: at(all.compare), success: at(all.success), failure: at(all.failure) };
    }),
})).txn;

const id = fc.constantFrom("1", "2", "3", "9007199254740993", "77");
const leases: fc.Arbitrary<Late<KvRequest>> = late(
  fc.oneof<fc.Arbitrary<KvRequest>[]>(
    fc.record({
      type: fc.constant("leaseGrant" as const),
      id,
      ttlSeconds: fc.constantFrom(LONG_SECONDS, LONG_SECONDS + 1, 9_000_000_001),
    }),
    fc.record({ type: fc.constant("leaseRevoke" as const), id }),
    fc.record({ type: fc.constant("leaseKeepAlive" as const), id }),
    fc.record({ type: fc.constant("leaseTimeToLive" as const), id, keys: flag }),
    fc.constant({ type: "leaseLeases" as const }),
  ),
);

const compact: fc.Arbitrary<Late<KvRequest>> = fc
  .record({ revision, physical: flag })
  .map(({ physical, revision: at }) => (now): KvRequest => ({
    type: "compact",
    revision: at(now),
    physical,
  }));

const request = (weight: number, arbitrary: fc.Arbitrary<Late<KvRequest>>) => ({
  weight,
  arbitrary: arbitrary.map((one): Draft => (now) => ({ type: "request", request: one(now) })),
});

const place = fc.integer({ min: 0, max: PLACES - 1 });
const watch: fc.Arbitrary<Draft> = fc
  .record({
    place,
    startRevision: fc.oneof(late(fc.constant(0)), revision),
    fixed: fc.record({
      key,
      rangeEnd,
      prevKv: flag,
      noPut: fc.constantFrom(false, false, true),
      noDelete: fc.constantFrom(false, false, true),
    }),
  })
  .map(({ fixed, place: at, startRevision }): Draft => (now) => ({
    type: "watch",
    place: at,
    request: { ...fixed, startRevision: Math.max(0, startRevision(now)) },
  }));

/** One command. */
export const draft: fc.Arbitrary<Draft> = fc.oneof(
  request(16, range),
  request(32, put),
  request(12, deleteRange),
  request(24, txn),
  request(16, leases),
  request(1, compact),
  { weight: 4, arbitrary: watch },
  {
    weight: 1,
    arbitrary: place.map((at): Draft => () => ({ type: "unwatch", place: at })),
  },
);

/**
 * A put that keeps the old value or lease, after a deletion of its key in the same transaction, makes etcd 3.4.23 panic: the
 * check for duplicate keys overlooks the range, and applying finds no key (measured). Not asked.
 */
export function panics(command: Command): boolean {
  if (command.type !== "request" || command.request.type !== "txn") return false;
  const text = JSON.stringify(command.request);
  return /"ignore(Lease|Value)":true/u.test(text) && text.includes('"deleteRange"');
}
