/**
 * What every etcd must do, simulated or real: one suite, run on both. Each fact was measured on etcd 3.4.23.
 *
 * A harness may share its store with earlier tests, so no fact names an absolute revision, and every test uses keys and
 * leases of its own.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  KeyValue,
  KvRequest,
  KvResponse,
  ServerReply,
  TxnOp,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";

export interface ContractWatch {
  /** The next response, the first one being `created`. Fails if none comes. */
  next(): Promise<WatchResponse>;
  cancel(): Promise<void>;
}

export interface ContractEtcd {
  submit(request: KvRequest): Promise<ServerReply>;
  watch(request: WatchRequest): Promise<ContractWatch>;
  /** Lets that much of the server's time pass. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface ContractHarness {
  readonly name: string;
  /** Whether compaction may be tested: it takes history from whoever else uses the store. */
  readonly mayCompact: boolean;
  open(): Promise<ContractEtcd>;
}

type ResponseTo<R extends KvRequest> = Extract<KvResponse, { type: R["type"] }>;

let runs = 0;

export function describeKvContract(harness: ContractHarness): void {
  describe(`the contract, kept by ${harness.name}`, () => {
    let etcd: ContractEtcd;
    let prefix: string;

    beforeEach(async () => {
      etcd = await harness.open();
      prefix = `contract/${runs++}/`;
      await ok({ type: "deleteRange", key: prefix, rangeEnd: `${prefix}~` });
    });
    afterEach(() => etcd.close());

    async function ok<R extends KvRequest>(request: R): Promise<ResponseTo<R>> {
      const reply = await etcd.submit(request);
      if (reply.type === "error") throw new Error(`${reply.code}: ${reply.message}`);
      return reply.response as ResponseTo<R>;
    }
    async function fails(request: KvRequest): Promise<string> {
      const reply = await etcd.submit(request);
      if (reply.type === "ok") throw new Error(`answered ${JSON.stringify(reply.response)}`);
      return `${reply.code}: ${reply.message}`;
    }
    const put = (key: string, value = "v", more: object = {}) => ({
      type: "put" as const,
      key: prefix + key,
      value,
      ...more,
    });
    const get = (key: string, more: object = {}) => ({ type: "range" as const, key: prefix + key, ...more });
    const everything = (more: object = {}) => ({
      type: "range" as const,
      key: prefix,
      rangeEnd: `${prefix}~`,
      ...more,
    });
    const remove = (key: string, more: object = {}) => ({
      type: "deleteRange" as const,
      key: prefix + key,
      ...more,
    });
    const txn = (success: readonly TxnOp[], failure: readonly TxnOp[] = []) => ({
      type: "txn" as const,
      compare: [],
      success,
      failure,
    });
    const ifAbsent = (key: string, success: readonly TxnOp[], failure: readonly TxnOp[] = []) => ({
      type: "txn" as const,
      compare: [{ key: prefix + key, target: "version" as const, result: "equal" as const, version: 0 }],
      success,
      failure,
    });
    const grant = async (ttlSeconds: number) => (await ok({ type: "leaseGrant", ttlSeconds })).id;
    const names = (kvs: readonly KeyValue[]) => kvs.map((kv) => kv.key.slice(prefix.length)).join(",");
    const changes = (response: WatchResponse) =>
      response.events.map((event) => `${event.type} ${event.kv.key.slice(prefix.length)}`).join(", ");

    it("counts revisions by changing transaction, and a key's own by put", async () => {
      const first = (await ok(put("a"))).header.revision;
      expect((await ok(put("a"))).header.revision).toBe(first + 1);
      expect((await ok(remove("none"))).header.revision).toBe(first + 1);
      expect((await ok(get("a"))).kvs[0]).toMatchObject({
        createRevision: first,
        modRevision: first + 1,
        version: 2,
      });
    });

    it("lets one of several create-if-absent transactions win, and tells the others who", async () => {
      const claim = (who: string) => ifAbsent("active", [put("active", who)], [get("active")]);
      expect(await ok(claim("one"))).toMatchObject({ succeeded: true });
      const lost = await ok(claim("two"));
      expect(lost).toMatchObject({ succeeded: false, responses: [{ kvs: [{ value: "one" }] }] });
    });

    it("reads ranges, their past, and counts regardless of limit", async () => {
      for (const key of ["b", "a", "c"]) await ok(put(key, "old"));
      const then = (await ok(put("a", "new"))).header.revision - 1;
      const page = await ok(everything({ limit: 2 }));
      expect([names(page.kvs), page.count, page.more]).toEqual(["a,b", 3, true]);
      expect(names((await ok(everything({ sortTarget: "mod" }))).kvs)).toBe("b,c,a");
      expect((await ok(get("a", { revision: then }))).kvs[0]?.value).toBe("old");
      expect(await fails(get("a", { revision: then + 1_000_000 }))).toBe(
        "OutOfRange: etcdserver: mvcc: required revision is a future revision",
      );
    });

    it("sorts by a target without an order no more than the limit lets in", async () => {
      for (const key of ["b", "c", "a"]) await ok(put(key));
      expect(names((await ok(everything({ sortTarget: "mod", limit: 1 }))).kvs)).toBe("b");
      expect(names((await ok(everything({ sortTarget: "mod", sortOrder: "ascend", limit: 1 }))).kvs)).toBe(
        "b",
      );
      await ok(put("b"));
      expect(names((await ok(everything({ sortTarget: "mod", limit: 1 }))).kvs)).toBe("a");
      await ok(put("a"));
      expect(names((await ok(everything({ sortTarget: "mod", limit: 1 }))).kvs)).toBe("b");
      expect(names((await ok(everything({ sortTarget: "mod", sortOrder: "ascend", limit: 1 }))).kvs)).toBe(
        "c",
      );
    });

    it("takes an empty range end for none, when it counts too", async () => {
      await ok(put("a"));
      await ok(put("ab"));
      expect((await ok(get("a", { rangeEnd: "", countOnly: true }))).count).toBe(1);
    });

    it("shows a watch what stood there before the whole revision, not what the transaction itself put", async () => {
      const before = (await ok(put("a", "old"))).header.revision;
      const nested = { ...txn([put("a", "between")]), compare: [] };
      await ok(txn([nested, txn([remove("a")])]));
      const watch = await etcd.watch({ key: `${prefix}a`, startRevision: before + 1, prevKv: true });
      await watch.next();
      const { events } = await watch.next();
      expect(events.map(({ prevKv, type }) => `${type} ${prevKv?.value}`)).toEqual(["PUT old", "DELETE old"]);
      await watch.cancel();
    });

    it("fails a transaction whole", async () => {
      expect(await fails(txn([put("a"), put("b", "v", { lease: "4242" })]))).toBe(
        "NotFound: etcdserver: requested lease not found",
      );
      expect((await ok(everything())).count).toBe(0);
    });

    it("compares before it changes, and reads what it changed", async () => {
      const response = await ok(txn([put("a", "1"), get("a"), ifAbsent("a", [put("b")])]));
      expect(response.responses[1]).toMatchObject({ kvs: [{ value: "1" }] });
      expect(response.responses[2]).toMatchObject({ succeeded: true });
    });

    it("never holds a value comparison of an absent key", async () => {
      const compare = { key: `${prefix}none`, target: "value", value: "x", result: "notEqual" } as const;
      expect((await ok({ type: "txn", compare: [compare], success: [], failure: [] })).succeeded).toBe(false);
    });

    it.each([
      [
        "an empty key",
        () => ({ type: "put" as const, key: "", value: "v" }),
        "InvalidArgument: etcdserver: key is not provided",
      ],
      [
        "one key put twice",
        () => txn([put("a"), put("a")]),
        "InvalidArgument: etcdserver: duplicate key given in txn request",
      ],
      [
        "129 operations",
        () => txn(Array.from({ length: 129 }, (_, i) => get(`${i}`))),
        "InvalidArgument: etcdserver: too many operations in txn request",
      ],
      [
        "keeping the value of an absent key",
        () => ({ ...put("a"), value: "", ignoreValue: true }),
        "InvalidArgument: etcdserver: key not found",
      ],
      [
        "a lease that is too long",
        () => ({ type: "leaseGrant" as const, ttlSeconds: 9_000_000_001 }),
        "OutOfRange: etcdserver: too large lease TTL",
      ],
      [
        "revoking an unknown lease",
        () => ({ type: "leaseRevoke" as const, id: "4242" }),
        "NotFound: etcdserver: requested lease not found",
      ],
    ])("refuses %s", async (_, request, expected) => {
      expect(await fails(request())).toBe(expected);
    });

    it("raises short TTLs to 2 s, and knows nothing of unknown leases without calling it an error", async () => {
      const granted = await ok({ type: "leaseGrant", ttlSeconds: 1 });
      expect(granted.ttlSeconds).toBe(2);
      expect(await ok({ type: "leaseKeepAlive", id: "4242" })).toMatchObject({ ttlSeconds: 0 });
      expect(await ok({ type: "leaseTimeToLive", id: "4242" })).toMatchObject({
        ttlSeconds: -1,
        grantedTtlSeconds: 0,
      });
      await ok({ type: "leaseRevoke", id: granted.id });
    });

    it("deletes the keys of a revoked lease in one revision and one watch response, in key order", async () => {
      const lease = await grant(30);
      for (const key of ["b", "a"]) await ok(put(key, "v", { lease }));
      await ok(put("c", "v", { lease }));
      await ok(put("c"));
      const watch = await etcd.watch({ key: prefix, rangeEnd: `${prefix}~`, prevKv: true });
      expect(await watch.next()).toMatchObject({ created: true, events: [] });
      const { revision } = (await ok({ type: "leaseRevoke", id: lease })).header;
      const response = await watch.next();
      expect(changes(response)).toBe("DELETE a, DELETE b");
      expect(response.header.revision).toBe(revision);
      expect(
        response.events.map((event) => [event.kv.modRevision, event.kv.version, event.prevKv?.value]),
      ).toEqual([
        [revision, 0, "v"],
        [revision, 0, "v"],
      ]);
      await watch.cancel();
    });

    it("deletes the keys of a lease no earlier than its TTL after the last renewal, and at most 0.5 s later", async () => {
      const lease = await grant(2);
      await ok(put("a", "v", { lease }));
      await etcd.advance(1000);
      expect(await ok({ type: "leaseKeepAlive", id: lease })).toMatchObject({ ttlSeconds: 2 });
      await etcd.advance(1700);
      expect((await ok(get("a"))).count).toBe(1);
      // Half a second of scan interval, and something for a real server's own delays.
      await etcd.advance(1200);
      expect((await ok(get("a"))).count).toBe(0);
      expect(await ok({ type: "leaseKeepAlive", id: lease })).toMatchObject({ ttlSeconds: 0 });
    });

    it("replays a watch from a past revision, in order, then goes on with what is new", async () => {
      const from = (await ok(put("a"))).header.revision;
      await ok(put("b"));
      await ok(remove("a"));
      const watch = await etcd.watch({ key: prefix, rangeEnd: `${prefix}~`, startRevision: from });
      expect(await watch.next()).toMatchObject({ created: true, events: [] });
      const past = await watch.next();
      expect(changes(past)).toBe("PUT a, PUT b, DELETE a");
      expect(past.events.map((event) => event.kv.modRevision)).toEqual([from, from + 1, from + 2]);
      const now = (await ok(put("c"))).header.revision;
      const present = await watch.next();
      expect([changes(present), present.header.revision]).toEqual(["PUT c", now]);
      await watch.cancel();
    });

    it("sends all changes of one transaction in one response, filtered, and nothing where nothing is left", async () => {
      const watch = await etcd.watch({ key: prefix, rangeEnd: `${prefix}~`, noPut: true });
      await watch.next();
      await ok(txn([put("a"), put("b")]));
      await ok(txn([remove("a"), put("c"), remove("b")]));
      expect(changes(await watch.next())).toBe("DELETE a, DELETE b");
      await watch.cancel();
    });

    it("refuses a watch of an empty range, as created and canceled at once", async () => {
      const watch = await etcd.watch({ key: `${prefix}b`, rangeEnd: `${prefix}a` });
      expect(await watch.next()).toMatchObject({
        created: true,
        canceled: true,
        cancelReason: "mvcc: watcher range is empty",
      });
    });

    it.skipIf(!harness.mayCompact)(
      "cancels a watch from compacted history, and refuses to read or compact it",
      async () => {
        const from = (await ok(put("a"))).header.revision;
        await ok(put("a"));
        const last = (await ok(put("a"))).header.revision;
        await ok({ type: "compact", revision: last });
        const compacted = "OutOfRange: etcdserver: mvcc: required revision has been compacted";
        expect(await fails({ type: "compact", revision: last })).toBe(compacted);
        expect(await fails(get("a", { revision: from }))).toBe(compacted);
        const watch = await etcd.watch({ key: `${prefix}a`, startRevision: from });
        expect(await watch.next()).toMatchObject({ created: true });
        expect(await watch.next()).toMatchObject({
          canceled: true,
          compactRevision: last,
          cancelReason: "",
          events: [],
        });
      },
    );
  });
}
