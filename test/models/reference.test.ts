/**
 * The store against a model too simple to be wrong: one list of all changes, from which everything is computed anew at
 * every question. And watches against the changes themselves.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoreChange } from "../../models/etcd.ts";
import type { Compare, KeyValue, RangeRequest, StoreEvent, WatchResponse } from "../../models/etcd-api.ts";
import { inputs, storeRequest } from "./etcd-arbitraries.ts";
import { drive } from "./etcd-driver.ts";

/** All keys as of `revision`, replayed from the first change on. */
function keysAt(changes: readonly StoreChange[], revision: number): Map<string, KeyValue> {
  const keys = new Map<string, KeyValue>();
  for (const { event } of changes) {
    if (event.kv.modRevision > revision) break;
    if (event.type === "PUT") keys.set(event.kv.key, event.kv);
    else keys.delete(event.kv.key);
  }
  return keys;
}

function inside(key: string, from: string, end: string): boolean {
  if (end === "") return key === from;
  return key >= from && (end === "\0" || key < end);
}

/** What a range request answers, by filtering everything there is. */
function expectedRange(changes: readonly StoreChange[], request: RangeRequest, revision: number) {
  const all = [...keysAt(changes, revision).values()].filter((kv) =>
    inside(kv.key, request.key, request.rangeEnd ?? ""),
  );
  const {
    minModRevision = 0,
    maxCreateRevision = 0,
    limit = 0,
    sortOrder = "none",
    sortTarget = "key",
  } = request;
  const bounded = minModRevision > 0 || maxCreateRevision > 0;
  const kvs = all
    .filter(
      (kv) =>
        kv.modRevision >= minModRevision &&
        (maxCreateRevision === 0 || kv.createRevision <= maxCreateRevision),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    // Without an order or a bound, no more is fetched, and so sorted, than shows that there is more.
    .slice(0, limit > 0 && sortOrder === "none" && !bounded ? limit + 1 : undefined);
  const field = sortTarget === "mod" ? "modRevision" : "key";
  if (sortOrder === "descend") kvs.sort((a, b) => (a[field] === b[field] ? 0 : a[field] > b[field] ? -1 : 1));
  else kvs.sort((a, b) => (a[field] === b[field] ? 0 : a[field] < b[field] ? -1 : 1));
  if (request.countOnly === true) return { kvs: [], more: false, count: all.length };
  return {
    kvs: limit > 0 ? kvs.slice(0, limit) : kvs,
    more: limit > 0 && kvs.length > limit,
    count: all.length,
  };
}

function holds(compare: Compare, keys: Map<string, KeyValue>): boolean {
  const found = [...keys.values()].filter((kv) => inside(kv.key, compare.key, compare.rangeEnd ?? ""));
  const zero = { createRevision: 0, modRevision: 0, version: 0, lease: "0", value: null };
  return (found.length === 0 ? [zero] : found).every((kv) => {
    const [left, right]: [number | string | null, number | string] =
      compare.target === "version"
        ? [kv.version, compare.version]
        : compare.target === "create"
          ? [kv.createRevision, compare.createRevision]
          : compare.target === "mod"
            ? [kv.modRevision, compare.modRevision]
            : compare.target === "value"
              ? [kv.value, compare.value]
              : [Number(kv.lease), Number(compare.lease)];
    if (left === null) return false;
    return { equal: left === right, notEqual: left !== right, less: left < right, greater: left > right }[
      compare.result
    ];
  });
}

describe("the store", () => {
  it("answers every range, compare and revision as a replay of all changes does", () => {
    const seen = { ranges: 0, transactions: 0, refusals: 0 };
    fc.assert(
      fc.property(fc.array(storeRequest, { maxLength: 60, size: "max" }), (requests) => {
        const etcd = drive();
        for (const id of ["1", "2"]) etcd.ok({ type: "leaseGrant", ttlSeconds: 60, id });
        for (const request of requests) {
          const before = etcd.etcd.store.revision;
          const changesBefore = etcd.changes.length;
          const keys = keysAt(etcd.changes, before);
          const reply = etcd.ask(request);
          const changed = etcd.changes.slice(changesBefore).map(({ event }) => event);
          expect(etcd.etcd.store.revision).toBe(before + (changed.length > 0 ? 1 : 0));
          expect(changed.every((event) => event.kv.modRevision === before + 1)).toBe(true);
          if (reply.type === "error") {
            seen.refusals++;
            expect(changed).toEqual([]);
          } else if (request.type === "range") {
            seen.ranges++;
            const revision = (request.revision ?? 0) > 0 ? (request.revision as number) : before;
            expect(reply.response).toMatchObject(expectedRange(etcd.changes, request, revision));
          } else if (reply.response.type === "txn" && request.type === "txn") {
            seen.transactions++;
            expect(reply.response.succeeded).toBe(request.compare.every((compare) => holds(compare, keys)));
          }
          checkVersions(changed, keys);
        }
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  });
});

/** Each change replaces what was there, and numbers itself after it. */
function checkVersions(events: readonly StoreEvent[], keys: Map<string, KeyValue>): void {
  for (const { type, kv, prevKv } of events) {
    const old = keys.get(kv.key);
    expect(prevKv).toEqual(old);
    if (type === "PUT") {
      expect([kv.version, kv.createRevision]).toEqual(
        old ? [old.version + 1, old.createRevision] : [1, kv.modRevision],
      );
      keys.set(kv.key, kv);
    } else keys.delete(kv.key);
  }
}

describe("a watch", () => {
  it("brings every change of its keys once, in order, whole revisions at a time, whatever else happens", () => {
    let watched = 0;
    fc.assert(
      fc.property(inputs(60), fc.integer({ min: 1, max: 6 }), (timed, startRevision) => {
        const etcd = drive({ version: "3.6" });
        const client = 77;
        etcd.step({
          type: "watch",
          client,
          watchId: 1,
          request: { key: "\0", rangeEnd: "\0", startRevision },
        });
        for (const { waitMs, input } of timed) {
          etcd.advance(waitMs);
          if (input.type !== "crash" && !(input.type === "request" && input.request.type === "compact"))
            etcd.step(input);
        }
        etcd.advance(30_000);
        const responses: WatchResponse[] = [];
        for (const output of etcd.outputs)
          if (output.type === "watch" && output.client === client) responses.push(output.response);
        const events = responses.flatMap((response) => response.events);
        const expected = etcd.changes.filter(({ event }) => event.kv.modRevision >= startRevision);
        expect(events).toEqual(expected.map(({ event }) => ({ type: event.type, kv: event.kv })));
        const last = responses.map((response) => response.events.at(-1)?.kv.modRevision ?? 0);
        const first = responses.map((response) => response.events[0]?.kv.modRevision ?? Infinity);
        for (let at = 1; at < responses.length; at++)
          expect(first[at]).toBeGreaterThan(last[at - 1] as number);
        for (const [at, { header }] of responses.entries())
          expect(header.revision).toBeGreaterThanOrEqual(last[at] as number);
        watched += events.length;
      }),
      { numRuns: 1500 },
    );
    expect(watched).toBeGreaterThan(500);
  });
});
