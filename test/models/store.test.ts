/** The store's facts: what etcd 3.4.23 was measured to answer, with its numbers and texts. */
import { describe, expect, it } from "vitest";
import type { KeyValue, RangeRequest, TxnOp } from "../../models/etcd-api.ts";
import { drive } from "./etcd-driver.ts";

const put = (key: string, value = "v") => ({ type: "put", key, value }) as const;
const get = (key: string, more: Partial<RangeRequest> = {}): RangeRequest => ({
  type: "range",
  key,
  ...more,
});
const all = (more: Partial<RangeRequest> = {}) => get("\0", { rangeEnd: "\0", ...more });
const keys = (kvs: readonly KeyValue[]) => kvs.map((kv) => kv.key).join(",");
const txn = (success: readonly TxnOp[], failure: readonly TxnOp[] = []) =>
  ({ type: "txn", compare: [], success, failure }) as const;
const when = (compare: object, success: readonly TxnOp[] = [], failure: readonly TxnOp[] = []) =>
  ({ type: "txn", compare: [compare as never], success, failure }) as const;

describe("revisions", () => {
  it("start at 1, and the first write makes 2", () => {
    const etcd = drive();
    expect(etcd.ok(get("a")).header.revision).toBe(1);
    expect(etcd.ok(put("a")).header.revision).toBe(2);
  });

  it("of a key: create stays, mod moves, version counts, and the same value again counts too", () => {
    const etcd = drive();
    for (let i = 0; i < 3; i++) etcd.ok(put("a"));
    expect(etcd.ok(get("a")).kvs).toEqual([
      { key: "a", value: "v", createRevision: 2, modRevision: 4, version: 3, lease: "0" },
    ]);
  });

  it("of a key begin anew after it was deleted", () => {
    const etcd = drive();
    etcd.ok(put("a"));
    etcd.ok({ type: "deleteRange", key: "a" });
    etcd.ok(put("a"));
    expect(etcd.ok(get("a")).kvs[0]).toMatchObject({ createRevision: 4, modRevision: 4, version: 1 });
  });

  it.each([
    ["deleting an absent key", { type: "deleteRange", key: "no" }],
    [
      "a failed compare without else",
      when({ key: "a", target: "version", result: "greater", version: 9 }, [put("a")]),
    ],
    ["a transaction that only reads", txn([get("a")])],
    ["an empty transaction", txn([])],
    ["granting a lease", { type: "leaseGrant", ttlSeconds: 5 }],
    ["compacting", { type: "compact", revision: 2 }],
  ] as const)("do not move by %s", (_, request) => {
    const etcd = drive();
    etcd.ok(put("a"));
    expect(etcd.ok(request).header.revision).toBe(2);
    expect(etcd.ok(get("a")).header.revision).toBe(2);
  });

  it("in a transaction: begin before the first change, begin + 1 after it, also for a deletion of nothing", () => {
    const etcd = drive();
    etcd.ok(put("a"));
    const response = etcd.ok(txn([get("a"), put("b"), get("a"), { type: "deleteRange", key: "no" }]));
    expect(response.responses.map((inner) => inner.header)).toEqual(
      [2, 3, 3, 3].map((revision) => ({ revision, raftTerm: 0 })),
    );
    expect(response.header).toEqual({ revision: 3, raftTerm: 2 });
  });

  it("are the present one in the header of a read of the past", () => {
    const etcd = drive();
    for (const value of ["1", "2", "3"]) etcd.ok(put("a", value));
    const response = etcd.ok(get("a", { revision: 3 }));
    expect([response.header.revision, response.kvs[0]?.value]).toEqual([4, "2"]);
  });
});

describe("range", () => {
  function filled() {
    const etcd = drive();
    for (const key of ["a", "b", "c", "d"]) etcd.ok(put(key, key === "b" ? "0" : "1"));
    etcd.ok(put("a", "5"));
    return etcd;
  }

  it("needs a key", () => {
    expect(drive().fails(get(""))).toBe("InvalidArgument: etcdserver: key is not provided");
  });

  it.each([
    ["one key", get("b"), "b"],
    ["half open", get("a", { rangeEnd: "c" }), "a,b"],
    ["from a key on", get("c", { rangeEnd: "\0" }), "c,d"],
    ["everything", all(), "a,b,c,d"],
    ["nothing where the end is not after the key", get("c", { rangeEnd: "c" }), ""],
    ["nothing where the end is before the key", get("c", { rangeEnd: "a" }), ""],
    ["descending", all({ sortOrder: "descend" }), "d,c,b,a"],
    ["by mod, ascending without being asked", all({ sortTarget: "mod" }), "b,c,d,a"],
    ["by version, descending", all({ sortTarget: "version", sortOrder: "descend", limit: 1 }), "a"],
    ["by create, descending", all({ sortTarget: "create", sortOrder: "descend" }), "d,c,b,a"],
    ["by value", all({ sortTarget: "value", sortOrder: "ascend", limit: 1 }), "b"],
    ["from a mod revision", all({ minModRevision: 4 }), "a,c,d"],
    ["up to a mod revision", all({ maxModRevision: 4 }), "b,c"],
    ["between create revisions", all({ minCreateRevision: 3, maxCreateRevision: 4 }), "b,c"],
  ])("reads %s", (_, request, expected) => {
    expect(keys(filled().ok(request).kvs)).toBe(expected);
  });

  it("counts without regard to limit and filters", () => {
    const etcd = filled();
    expect(etcd.ok(all({ limit: 2 }))).toMatchObject({ count: 4, more: true });
    expect(etcd.ok(all({ limit: 4 }))).toMatchObject({ count: 4, more: false });
    expect(etcd.ok(all({ minModRevision: 4, limit: 2 }))).toMatchObject({ count: 4, more: true });
    expect(etcd.ok(all({ countOnly: true }))).toMatchObject({ count: 4, more: false, kvs: [] });
    expect(etcd.ok(all({ countOnly: true, revision: 3 }))).toMatchObject({ count: 2, kvs: [] });
  });

  it("gives keys without values, all else kept", () => {
    expect(filled().ok(get("a", { keysOnly: true })).kvs[0]).toMatchObject({
      value: "",
      version: 2,
      createRevision: 2,
    });
  });

  it("reads the present at revision 0 and below, and refuses the future and the compacted", () => {
    const etcd = filled();
    expect(etcd.ok(get("a", { revision: -7 })).kvs[0]?.value).toBe("5");
    expect(etcd.fails(get("a", { revision: 7 }))).toBe(
      "OutOfRange: etcdserver: mvcc: required revision is a future revision",
    );
    etcd.ok({ type: "compact", revision: 4 });
    expect(keys(etcd.ok(all({ revision: 4 })).kvs)).toBe("a,b,c");
    expect(etcd.fails(all({ revision: 3 }))).toBe(
      "OutOfRange: etcdserver: mvcc: required revision has been compacted",
    );
  });
});

describe("put", () => {
  it("gives what it replaced when asked", () => {
    const etcd = drive();
    expect(etcd.ok({ ...put("a", "1"), prevKv: true }).prevKv).toBeUndefined();
    expect(etcd.ok({ ...put("a", "2"), prevKv: true }).prevKv).toMatchObject({ value: "1", version: 1 });
    expect(etcd.ok(put("a", "3")).prevKv).toBeUndefined();
  });

  it("keeps value or lease of a key that exists", () => {
    const etcd = drive();
    etcd.ok({ type: "leaseGrant", ttlSeconds: 9, id: "7" });
    expect(etcd.fails({ type: "put", key: "a", ignoreValue: true })).toBe(
      "InvalidArgument: etcdserver: key not found",
    );
    etcd.ok({ ...put("a", "1"), lease: "7" });
    etcd.ok({ type: "put", key: "a", value: "2", ignoreLease: true });
    expect(etcd.ok(get("a")).kvs[0]).toMatchObject({ value: "2", lease: "7" });
    etcd.ok({ type: "put", key: "a", ignoreValue: true });
    expect(etcd.ok(get("a")).kvs[0]).toMatchObject({ value: "2", lease: "0", version: 3 });
  });

  it.each([
    ["an empty key", put(""), "InvalidArgument: etcdserver: key is not provided"],
    [
      "a value to ignore",
      { ...put("a"), ignoreValue: true },
      "InvalidArgument: etcdserver: value is provided",
    ],
    [
      "a lease to ignore",
      { ...put("a"), lease: "7", ignoreLease: true },
      "InvalidArgument: etcdserver: lease is provided",
    ],
    ["an unknown lease", { ...put("a"), lease: "7" }, "NotFound: etcdserver: requested lease not found"],
    [
      "1.5 MiB of value",
      put("a", "x".repeat(1_572_864)),
      "InvalidArgument: etcdserver: request is too large",
    ],
    [
      "more than gRPC takes",
      put("a", "x".repeat(2_097_152)),
      "ResourceExhausted: grpc: received message larger than max (2097160 vs. 2097152)",
    ],
  ])("refuses %s", (_, request, expected) => {
    const etcd = drive();
    expect(etcd.fails(request)).toBe(expected);
    expect(etcd.etcd.store.revision).toBe(1);
  });

  it("takes a value just below the limit", () => {
    expect(drive().ok(put("a", "x".repeat(1_572_800))).header.revision).toBe(2);
  });
});

describe("delete", () => {
  it("counts, shows what was there, and gives all deletions one revision in key order", () => {
    const etcd = drive();
    for (const key of ["c", "a", "b"]) etcd.ok(put(key));
    const response = etcd.ok({ type: "deleteRange", key: "a", rangeEnd: "\0", prevKv: true });
    expect([response.deleted, keys(response.prevKvs), response.header.revision]).toEqual([3, "a,b,c", 5]);
    expect(
      etcd.changes.slice(3).map(({ event }) => `${event.type} ${event.kv.key} ${event.kv.modRevision}`),
    ).toEqual(["DELETE a 5", "DELETE b 5", "DELETE c 5"]);
    expect(etcd.ok({ type: "deleteRange", key: "a" })).toMatchObject({
      deleted: 0,
      prevKvs: [],
      header: { revision: 5 },
    });
  });
});

describe("txn", () => {
  it.each([
    ["version equal 0", { target: "version", version: 0, result: "equal" }, true],
    ["create less 1", { target: "create", createRevision: 1, result: "less" }, true],
    ["mod greater 0", { target: "mod", modRevision: 0, result: "greater" }, false],
    ["lease equal 0", { target: "lease", lease: "0", result: "equal" }, true],
    ["value equal", { target: "value", value: "", result: "equal" }, false],
    ["value not equal", { target: "value", value: "x", result: "notEqual" }, false],
  ])("of an absent key, %s", (_, compare, expected) => {
    expect(drive().ok(when({ key: "a", ...compare })).succeeded).toBe(expected);
    expect(drive().ok(when({ key: "a", rangeEnd: "z", ...compare })).succeeded).toBe(expected);
  });

  it.each([
    ["version greater 1", { target: "version", version: 1, result: "greater" }, false],
    ["create notEqual 0", { target: "create", createRevision: 0, result: "notEqual" }, true],
    ["mod less 4", { target: "mod", modRevision: 4, result: "less" }, true],
    ["value equal v", { target: "value", value: "v", result: "equal" }, true],
    ["value less w", { target: "value", value: "w", result: "less" }, true],
    ["value greater v", { target: "value", value: "v", result: "greater" }, false],
    ["lease less 10, as numbers", { target: "lease", lease: "10", result: "less" }, true],
  ])("of every key in a range, %s", (_, compare, expected) => {
    const etcd = drive();
    etcd.ok(put("a"));
    etcd.ok(put("b"));
    expect(etcd.ok(when({ key: "a", rangeEnd: "c", ...compare })).succeeded).toBe(expected);
  });

  it("evaluates nested compares before any operation, and reads after earlier ones", () => {
    const nested = when({ key: "a", target: "version", result: "equal", version: 0 }, [put("b")], [put("c")]);
    const response = drive().ok(txn([put("a", "new"), get("a"), nested]));
    expect(response.responses[1]).toMatchObject({ kvs: [{ value: "new", modRevision: 2 }] });
    expect(response.responses[2]).toMatchObject({ succeeded: true });
  });

  it("reads the past as it was before its own changes", () => {
    const etcd = drive();
    etcd.ok(put("a", "old"));
    const response = etcd.ok(txn([put("a", "new"), get("a", { revision: 2 })]));
    expect(response.responses[1]).toMatchObject({ kvs: [{ value: "old" }], header: { revision: 3 } });
  });

  it("fails whole if one operation of the branch taken can not be done", () => {
    const etcd = drive();
    expect(etcd.fails(txn([put("a"), { ...put("b"), lease: "7" }]))).toBe(
      "NotFound: etcdserver: requested lease not found",
    );
    expect(etcd.fails(txn([put("a"), get("a", { revision: 9 })]))).toContain("future revision");
    expect(etcd.fails(txn([put("a"), txn([{ type: "put", key: "z", ignoreValue: true }])]))).toContain(
      "key not found",
    );
    expect(etcd.ok(all())).toMatchObject({ count: 0, header: { revision: 1 } });
    expect(etcd.ok(txn([put("a")], [{ ...put("b"), lease: "7" }])).succeeded).toBe(true);
  });

  const puts = (count: number) => Array.from({ length: count }, (_, i) => put(`k${i}`));
  const deletion = { type: "deleteRange", key: "a", rangeEnd: "c" } as const;
  const DUPLICATE = "InvalidArgument: etcdserver: duplicate key given in txn request";
  const TOO_MANY = "InvalidArgument: etcdserver: too many operations in txn request";
  it.each([
    ["128 puts", txn(puts(128)), ""],
    ["129 puts", txn(puts(129)), TOO_MANY],
    ["126 puts and a nested one", txn([...puts(126), txn([put("x")])]), ""],
    ["127 puts and a nested one", txn([...puts(127), txn([put("x")])]), TOO_MANY],
    ["too many before an empty key", txn([...puts(128), put("")]), TOO_MANY],
    ["an empty key", txn([put("")]), "InvalidArgument: etcdserver: key is not provided"],
    [
      "an empty key to compare",
      when({ key: "", target: "version", result: "equal", version: 0 }),
      "InvalidArgument: etcdserver: key is not provided",
    ],
    ["one key put twice", txn([put("a"), put("a")]), DUPLICATE],
    ["a put inside a deleted range", txn([put("b"), deletion]), DUPLICATE],
    ["two deletions of one key", txn([deletion, deletion]), ""],
    ["one key in both branches", txn([put("a")], [put("a")]), ""],
    ["one key in both branches of a nested one", txn([txn([put("a")], [put("a")])]), ""],
    ["one key outside and in a nested one", txn([put("a"), txn([], [put("a")])]), DUPLICATE],
    ["one key in two nested ones", txn([txn([put("a")]), txn([put("a")])]), DUPLICATE],
    ["a nested put inside a deleted range", txn([deletion, txn([put("a")])]), DUPLICATE],
  ])("with %s", (_, request, expected) => {
    const reply = drive().ask(request);
    expect(reply.type === "error" ? `${reply.code}: ${reply.message}` : "").toBe(expected);
  });
});

describe("compaction", () => {
  it("refuses what is compacted already and what is still to come", () => {
    const etcd = drive();
    etcd.ok(put("a"));
    expect(etcd.fails({ type: "compact", revision: 3 })).toContain("future revision");
    etcd.ok({ type: "compact", revision: 2 });
    expect(etcd.fails({ type: "compact", revision: 2 })).toBe(
      "OutOfRange: etcdserver: mvcc: required revision has been compacted",
    );
  });

  it("keeps what is newest up to its revision", () => {
    const etcd = drive();
    etcd.ok(put("a", "1"));
    etcd.ok(put("b", "1"));
    etcd.ok(put("a", "2"));
    etcd.ok({ type: "compact", revision: 3 });
    expect(etcd.ok(all({ revision: 3 })).kvs.map((kv) => kv.value)).toEqual(["1", "1"]);
    expect(etcd.etcd.store.history.length).toBe(2);
  });
});
