/** An etcd in the test's own process, whose time the test holds. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { absent, EtcdError, get, put, simulatedEtcd, unchanged } from "../../src/testing/index.ts";

describe("a simulated etcd alone", () => {
  it("answers at once, in text", async () => {
    const { kv } = simulatedEtcd();
    expect(await kv.get("größe")).toBeUndefined();
    const { revision } = await kv.put("größe", "1 µm");
    expect(await kv.get("größe")).toMatchObject({ value: "1 µm", revision, version: 1, lease: "0" });
    const read = await kv.txn({
      compare: [absent("größe")],
      success: [put("größe", "")],
      failure: [get("größe"), get("none")],
    });
    expect(read).toMatchObject({ succeeded: false, found: [{ value: "1 µm" }, undefined] });
    expect(
      (await kv.txn({ compare: [unchanged({ key: "größe", revision })], success: [put("größe", "2")] }))
        .succeeded,
    ).toBe(true);
  });

  it("lets a lease run out when its time has come, not before, and tells whoever watches", async () => {
    const etcd = simulatedEtcd();
    const { kv } = etcd;
    const { id: lease } = await kv.grant(5);
    await kv.put("lock", "me", { lease });
    const changes: string[] = [];
    const watching = (async () => {
      for await (const { key, type } of kv.watch("lock")) changes.push(`${type} ${key} at ${etcd.nowMs}`);
    })();
    await etcd.advance(4999);
    expect(await kv.timeToLive(lease)).toBeGreaterThanOrEqual(0);
    expect(changes).toEqual([]);
    await etcd.advance(1);
    expect(changes).toEqual(["delete lock at 5000"]);
    expect(await kv.timeToLive(lease)).toBe(-1);
    expect(await kv.keepAlive(lease)).toBe(0);
    void watching;
  });

  it("expires a lease by hand, and shows what stands in it", async () => {
    const etcd = simulatedEtcd();
    const { id: lease } = await etcd.kv.grant(60);
    await etcd.kv.put("a", "under", { lease });
    await etcd.kv.put("b", "free");
    etcd.expire(lease);
    expect(etcd.dump().map(({ key, value }) => [key, value])).toEqual([["b", "free"]]);
  });

  it("fails requests as told: refused, or carried out without an answer", async () => {
    const etcd = simulatedEtcd();
    etcd.fail({ code: "ResourceExhausted", message: "etcdserver: mvcc: database space exceeded" });
    await expect(etcd.kv.put("a", "1")).rejects.toMatchObject({
      code: "ResourceExhausted",
      outcome: "refused",
    });
    expect(etcd.dump()).toEqual([]);
    etcd.fail({ applied: true });
    const lost = etcd.kv.put("a", "1", { timeoutMs: 2000 }).catch((error: unknown) => error);
    await etcd.advance(2000);
    expect(await lost).toBeInstanceOf(EtcdError);
    expect(await lost).toMatchObject({ code: "DeadlineExceeded", outcome: "unknown" });
    expect(etcd.dump()).toHaveLength(1);
    await etcd.kv.put("a", "2");
  });

  it("serves nobody without a leader, and gives every lease its time again", async () => {
    const etcd = simulatedEtcd();
    const { id: lease } = await etcd.kv.grant(5);
    await etcd.advance(4000);
    etcd.changeLeader(1000);
    const asked = etcd.kv.get("a");
    await etcd.advance(1500);
    expect(await asked).toBeUndefined();
    await etcd.advance(3000);
    expect(await etcd.kv.timeToLive(lease)).toBeGreaterThan(0);
  });

  it("ends a watch that somebody waits for", async () => {
    const { kv } = simulatedEtcd();
    const watch = kv.watch("a")[Symbol.asyncIterator]();
    const next = watch.next();
    await watch.return?.();
    expect(await next).toMatchObject({ done: true });
  });

  it("refuses what means nothing", async () => {
    const etcd = simulatedEtcd();
    await expect(etcd.advance(-1)).rejects.toThrow("advance: -1");
    expect(() => etcd.expire("7")).toThrow("expire: there is no lease 7");
    expect(() => etcd.fail({ count: 0 })).toThrow("fail: 0 requests");
    await expect(etcd.kv.put("a", 5 as never)).rejects.toThrow("the value is a number, not a text");
    await Promise.all([etcd.advance(100), etcd.advance(100)]);
    expect(etcd.nowMs).toBe(200);
  });

  it("says that a watch's history is gone", async () => {
    const { kv } = simulatedEtcd();
    const stop = new AbortController();
    const watch = kv.watch("a", { fromRevision: 2, signal: stop.signal });
    await kv.put("a", "1");
    stop.abort();
    const seen: string[] = [];
    for await (const { value } of watch) seen.push(value);
    expect(seen).toEqual(["1"]);
  });
});

describe("beside fake timers", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("goes on with them", async () => {
    vi.useFakeTimers();
    const etcd = simulatedEtcd({ time: "timers" });
    const { id: lease } = await etcd.kv.grant(5);
    await etcd.kv.put("lock", "me", { lease });
    await vi.advanceTimersByTimeAsync(4900);
    expect(etcd.dump()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(700);
    expect(etcd.dump()).toEqual([]);
    await expect(etcd.advance(1)).rejects.toThrow("advance those");
  });
});
