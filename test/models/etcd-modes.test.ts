/** What the simulated etcd does without a leader, while frozen and while down; waiting times measured on etcd 3.4.23. */
import { describe, expect, it } from "vitest";
import { nextTickMs } from "../../models/etcd.ts";
import type { KvRequest } from "../../models/etcd-api.ts";
import { drive, eventsOf, type Driver } from "./etcd-driver.ts";

const put = (key: string, lease = "0") => ({ type: "put", key, value: "v", lease }) as const;
const get = { type: "range", key: "a" } as const;
const keepAlive = { type: "leaseKeepAlive", id: "7" } as const;

/** Lease 7 of 5 s holds key a; 4 s have passed. */
function held(): Driver {
  const etcd = drive();
  etcd.ok({ type: "leaseGrant", ttlSeconds: 5, id: "7" });
  etcd.ok(put("a", "7"));
  etcd.advance(4000);
  return etcd;
}
const exists = (etcd: Driver) => etcd.ok({ ...get, serializable: true }).count === 1;

/** The instants at which key a was last seen and first missed. */
function deletedAt(etcd: Driver): number {
  for (let ticks = 0; ticks < 100; ticks++) {
    etcd.advance(nextTickMs(etcd.etcd) - etcd.nowMs);
    if (etcd.changes.at(-1)?.cause === "expiry") return etcd.nowMs;
  }
  throw new Error("never deleted");
}

describe("a leader change", () => {
  it("gives every lease its full TTL and one election timeout", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 1500 });
    expect(deletedAt(etcd)).toBe(4000 + 1500 + 5000 + 1000);
    expect(etcd.etcd.raftTerm).toBe(3);
  });

  it("lets nothing expire before it is over, and revives a lease whose time had ended", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    etcd.advance(59_999);
    expect(exists(etcd)).toBe(true);
    etcd.advance(1);
    expect(etcd.ok(keepAlive).ttlSeconds).toBe(5);
  });

  it("is one longer election if another one follows before its end", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 1000 });
    etcd.advance(900);
    etcd.step({ type: "leaderChange", electionMs: 1000 });
    etcd.advance(999);
    expect(etcd.etcd.mode).toBe("electing");
    etcd.advance(1);
    expect(etcd.etcd.mode).toBe("serving");
  });

  it("turns a renewal that waited for the burial of a dead lease into one that succeeds", () => {
    const etcd = held();
    etcd.advance(1);
    etcd.ok(keepAlive);
    etcd.advance(5000);
    const id = etcd.send(keepAlive);
    etcd.step({ type: "leaderChange", electionMs: 1000 });
    expect(etcd.replyTo(id)).toBeUndefined();
    etcd.advance(1000);
    expect(etcd.replyTo(id)).toMatchObject({ response: { ttlSeconds: 5 } });
  });

  it("spreads the ends of 2,000 leases over more than two seconds", () => {
    const etcd = drive();
    for (let i = 1; i <= 2000; i++) etcd.ok({ type: "leaseGrant", ttlSeconds: 60, id: String(i) });
    etcd.step({ type: "leaderChange", electionMs: 1000 });
    etcd.advance(1000);
    const left = () => etcd.ok({ type: "leaseLeases" }).leases.length;
    etcd.advance(61_000);
    const after0 = left();
    etcd.advance(2000);
    const after2 = left();
    expect(2000 - after0).toBeLessThanOrEqual(750);
    expect(after2).toBeGreaterThan(0);
    etcd.advance(2000);
    expect(left()).toBe(0);
  });
});

describe("without a leader", () => {
  const grant = { type: "leaseGrant", ttlSeconds: 5 } as const;
  const readOnly = { type: "txn", compare: [], success: [get], failure: [] } as const;
  const EXPIRED = "Unknown: context deadline exceeded";
  const NO_LEADER = "Unavailable: etcdserver: no leader";
  const TIMED_OUT = "Unavailable: etcdserver: request timed out";
  it.each<[string, KvRequest, number, string]>([
    ["a put", put("b"), 7000, EXPIRED],
    ["a deletion", { type: "deleteRange", key: "a" }, 7000, EXPIRED],
    ["a transaction that writes", { ...readOnly, success: [put("b")] }, 7000, EXPIRED],
    ["a grant", grant, 7000, EXPIRED],
    ["a revocation", { type: "leaseRevoke", id: "7" }, 7000, EXPIRED],
    ["a renewal", keepAlive, 7000, NO_LEADER],
    ["a time to live", { type: "leaseTimeToLive", id: "7" }, 7000, NO_LEADER],
    ["a linearizable read", get, 10_100, TIMED_OUT],
    ["a transaction that reads", readOnly, 10_100, TIMED_OUT],
  ])("%s waits, and fails in the end", (_, request, afterMs, expected) => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    const id = etcd.send(request);
    etcd.advance(afterMs - 1);
    expect(etcd.replyTo(id)).toBeUndefined();
    etcd.advance(1);
    const reply = etcd.replyTo(id);
    expect(reply?.type === "error" ? `${reply.code}: ${reply.message}` : reply).toBe(expected);
    etcd.advance(60_000);
    expect(etcd.outputs.filter((output) => output.type === "reply" && output.id === id)).toHaveLength(1);
  });

  it.each<[string, KvRequest]>([
    ["a serializable read", { ...get, serializable: true }],
    ["a serializable transaction", { ...readOnly, success: [{ ...get, serializable: true }] }],
    ["the list of leases", { type: "leaseLeases" }],
  ])("%s is answered at once", (_, request) => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    expect(etcd.ok(request).type).toBe(request.type);
  });

  it("a client that asked for a leader is refused at once; its renewal after three election timeouts", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    const writing = etcd.send(put("b"), { hasLeader: true });
    expect(etcd.replyTo(writing)).toMatchObject({ code: "Unavailable", message: "etcdserver: no leader" });
    const renewal = etcd.send(keepAlive, { hasLeader: true });
    etcd.advance(2999);
    expect(etcd.replyTo(renewal)).toBeUndefined();
    etcd.advance(1);
    expect(etcd.replyTo(renewal)).toMatchObject({ message: "etcdserver: no leader" });
  });

  it("an invalid request is refused at once", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 60_000 });
    expect(etcd.fails(put(""))).toContain("key is not provided");
  });

  it("requests wait, and are answered in order by the next leader", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 2000 });
    const ids = [etcd.send(put("b")), etcd.send({ ...get, key: "b" }), etcd.send(keepAlive)];
    etcd.advance(2000);
    expect(ids.map((id) => etcd.replyTo(id))).toMatchObject([
      { response: { header: { revision: 3, raftTerm: 3 } } },
      { response: { count: 1 } },
      { response: { ttlSeconds: 5 } },
    ]);
  });

  it("a watch stays open, silent, and goes on afterwards", () => {
    const etcd = held();
    etcd.watch(1, { key: "b" });
    etcd.step({ type: "leaderChange", electionMs: 2000 });
    etcd.watched();
    etcd.send(put("b"));
    expect(etcd.watched()).toEqual([]);
    etcd.advance(2000);
    expect(eventsOf(etcd.watched())).toEqual(["PUT b@3"]);
  });
});

describe("a stalled server", () => {
  it("answers nothing, not even what is invalid, and takes it all up in order when it goes on", () => {
    const etcd = held();
    etcd.step({ type: "stall", forMs: 500 });
    const ids = [etcd.send(put("b")), etcd.send(put("")), etcd.send({ ...get, serializable: true })];
    etcd.watch(1, { key: "c" });
    const late = etcd.send(put("c"));
    etcd.advance(499);
    expect(etcd.outputs.length).toBe(2);
    etcd.advance(1);
    const replies = [...ids, late].map((id) => etcd.replyTo(id));
    expect(replies.map((reply) => reply?.type)).toEqual(["ok", "error", "ok", "ok"]);
    expect(eventsOf(etcd.watched())).toEqual(["PUT c@4"]);
  });

  it("lets nothing expire until it goes on, and then at once what is due, dead leases included", () => {
    const etcd = held();
    etcd.step({ type: "stall", forMs: 10_000 });
    const renewal = etcd.send(keepAlive);
    etcd.advance(9999);
    expect(etcd.etcd.store.revision).toBe(2);
    etcd.advance(1);
    expect(exists(etcd)).toBe(false);
    expect(etcd.replyTo(renewal)).toMatchObject({ response: { ttlSeconds: 0 } });
  });

  it("still ends its election when it goes on", () => {
    const etcd = held();
    etcd.step({ type: "leaderChange", electionMs: 1000 });
    etcd.step({ type: "stall", forMs: 5000 });
    expect(etcd.etcd.mode).toBe("stalledElecting");
    etcd.advance(4999);
    expect(etcd.etcd.raftTerm).toBe(2);
    etcd.advance(1);
    expect([etcd.etcd.mode, etcd.etcd.raftTerm]).toEqual(["serving", 3]);
  });

  it("forgets what a client sent whose connection is gone", () => {
    const etcd = held();
    etcd.step({ type: "stall", forMs: 500 });
    etcd.send(put("b"));
    etcd.step({ type: "disconnect", client: 1 });
    etcd.advance(500);
    expect(etcd.etcd.store.revision).toBe(2);
  });
});

describe("a crash", () => {
  it("breaks the watches of every connection once, and loses what waited", () => {
    const etcd = held();
    etcd.watch(1, { key: "a" });
    etcd.watch(2, { key: "b" });
    etcd.step({ type: "watch", client: 2, watchId: 1, request: { key: "a" } });
    etcd.step({ type: "leaderChange", electionMs: 9000 });
    const id = etcd.send(put("b"));
    const outputs = etcd.step({ type: "crash" });
    expect(outputs.map(({ type, client }) => [type, client])).toEqual([
      ["watchesBroken", 1],
      ["watchesBroken", 2],
    ]);
    expect(nextTickMs(etcd.etcd)).toBe(Infinity);
    etcd.step({ type: "restart" });
    etcd.advance(20_000);
    expect(etcd.replyTo(id)).toBeUndefined();
  });

  it("leaves requests unanswered while it lasts", () => {
    const etcd = held();
    etcd.step({ type: "crash" });
    expect(etcd.step({ type: "request", client: 1, id: 1, request: get })).toEqual([]);
    expect(etcd.step({ type: "leaderChange", electionMs: 1 })).toEqual([]);
    expect(etcd.etcd.mode).toBe("down");
  });

  it("keeps keys and leases, which get their full TTL and one election timeout with the next leader", () => {
    const etcd = held();
    etcd.step({ type: "crash" });
    etcd.advance(1100);
    etcd.step({ type: "restart" });
    expect(nextTickMs(etcd.etcd)).toBe(4000 + 1100 + 1250);
    // Scans keep the phase of the restart at 5,100 ms: the lease ends at 12,350 ms.
    expect(deletedAt(etcd)).toBe(12_600);
  });

  it("lets a watch from before it go on from its revision", () => {
    const etcd = held();
    etcd.step({ type: "crash" });
    etcd.step({ type: "restart", electionMs: 0 });
    etcd.advance(0);
    etcd.watch(1, { key: "a", startRevision: 2 });
    etcd.advance(100);
    expect(eventsOf(etcd.watched())).toEqual(["PUT a@2"]);
  });
});
