/** How much etcd takes at once, to the byte, and how it tells that nothing happens. */
import { describe, expect, it } from "vitest";
import type { KvRequest, TxnOp } from "../../models/etcd-api.ts";
import { drive } from "./etcd-driver.ts";

describe("news of progress", () => {
  it("comes to all watches of a stream at once", () => {
    const etcd = drive({ progressNotifyIntervalMs: 10_000 });
    const request = { key: "k", progressNotify: true };
    etcd.watch(1, request);
    etcd.advance(4000);
    etcd.watch(2, request);
    etcd.watched();
    etcd.advance(5999);
    expect(etcd.watched()).toEqual([]);
    etcd.advance(1);
    expect(etcd.watched().map(({ watchId }) => watchId)).toEqual([1, 2]);
  });
});

describe("what is too large", () => {
  const value = (bytes: number): string => "x".repeat(bytes);
  const version = { target: "version", result: "equal", key: "a", version: 0 } as const;
  const read: TxnOp = {
    type: "range",
    key: "a",
    rangeEnd: "b",
    limit: 5,
    serializable: true,
    sortOrder: "descend",
    sortTarget: "mod",
  };
  const gone: TxnOp = { type: "deleteRange", key: "z", prevKv: true };
  const putOf = (key: string, bytes: number) => ({ type: "put", key, value: value(bytes) }) as const;

  it.each<[string, KvRequest, KvRequest]>([
    ["a put", putOf("k", 1_572_839), putOf("k", 1_572_840)],
    [
      "a put with a lease",
      { ...putOf("k", 1_572_837), lease: "7" },
      { ...putOf("k", 1_572_838), lease: "7" },
    ],
    [
      "a transaction of one put",
      { type: "txn", compare: [], success: [putOf("k", 1_572_831)], failure: [] },
      { type: "txn", compare: [], success: [putOf("k", 1_572_832)], failure: [] },
    ],
    [
      "a transaction that reads too",
      { type: "txn", compare: [], success: [putOf("k", 1_572_804), read], failure: [gone] },
      { type: "txn", compare: [], success: [putOf("k", 1_572_805), read], failure: [gone] },
    ],
    [
      "a transaction with a condition and two puts",
      { type: "txn", compare: [version], success: [putOf("k", 1_572_814), putOf("l", 1)], failure: [] },
      { type: "txn", compare: [version], success: [putOf("k", 1_572_815), putOf("l", 1)], failure: [] },
    ],
  ])("%s is refused from the byte on from which etcd 3.4.23 does", (_, largest, larger) => {
    const etcd = drive();
    etcd.ok({ type: "leaseGrant", id: "7", ttlSeconds: 60 });
    expect(etcd.replyTo(etcd.send(largest))).toMatchObject({ type: "ok" });
    expect(etcd.fails(larger)).toBe("InvalidArgument: etcdserver: request is too large");
  });

  it("a read's key too", () => {
    expect(drive().fails({ type: "range", key: value(2_097_153) })).toMatch(
      /^ResourceExhausted: grpc: received message larger than max \(\d+ vs\. 2097152\)$/u,
    );
  });
});
