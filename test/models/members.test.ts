/** Several members of etcd behind one store: who answers what, and when, as the members stand. */
import { describe, expect, it } from "vitest";
import { connectionTo, createEtcd, type MemberStatus } from "../../models/etcd.ts";
import type { EtcdVersion } from "../../models/etcd.ts";
import { drive, type Driver } from "./etcd-driver.ts";

const SOUND: MemberStatus = { down: false, frozen: false, cut: false, lags: false };

function cluster(members = 3, version: EtcdVersion = "3.4.23") {
  const etcd = drive({}, { etcd: createEtcd({ version }, members), nowMs: 0 });
  const is = (member: number, status: Partial<MemberStatus>) =>
    etcd.step({ type: "member", member, status: { ...SOUND, ...status } });
  return { etcd, is };
}

/** A client's connection to that member. */
const at = (member: number) => ({ client: connectionTo(1, member), hasLeader: true });
const put = (value: string) => ({ type: "put", key: "k", value }) as const;
const read = { type: "range", key: "k" } as const;
const stale = { ...read, serializable: true } as const;

function valueOf(etcd: Driver, id: number): string | undefined {
  const reply = etcd.replyTo(id);
  if (reply === undefined) return undefined;
  if (reply.type === "error") return reply.message;
  return reply.response.type === "range" ? (reply.response.kvs[0]?.value ?? "nothing") : "done";
}

describe("members that hear each other", () => {
  it("answer alike, wherever one is connected", () => {
    const { etcd } = cluster();
    etcd.send(put("1"), at(1));
    for (const member of [1, 2, 3]) expect(valueOf(etcd, etcd.send(read, at(member)))).toBe("1");
  });

  it("tell the watches of their clients", () => {
    const { etcd } = cluster();
    for (const member of [1, 2, 3])
      etcd.step({ type: "watch", client: connectionTo(1, member), watchId: 7, request: { key: "k" } });
    etcd.send(put("1"), at(1));
    expect(etcd.watched().filter(({ events }) => events.length > 0)).toHaveLength(3);
  });
});

describe("a member that is cut off from the others", () => {
  it("answers what may be old as it was, and nothing else", () => {
    const { etcd, is } = cluster();
    etcd.send(put("1"), at(1));
    is(3, { cut: true });
    etcd.send(put("2"), at(1));
    expect(valueOf(etcd, etcd.send(stale, at(3)))).toBe("1");
    expect(valueOf(etcd, etcd.send(read, at(3)))).toBeUndefined();
    expect(valueOf(etcd, etcd.send(put("3"), at(3)))).toBeUndefined();
    etcd.advance(1000);
    expect(valueOf(etcd, etcd.send(read, at(3)))).toBe("etcdserver: no leader");
    expect(valueOf(etcd, etcd.send(read, at(1)))).toBe("2");
  });

  it("tells its watches nothing, ends them after three checks without a leader, and opens no other", () => {
    const { etcd, is } = cluster();
    const client = connectionTo(1, 3);
    etcd.step({ type: "watch", client, watchId: 7, request: { key: "k" }, hasLeader: true });
    is(3, { cut: true });
    etcd.send(put("1"), at(1));
    etcd.advance(3999);
    expect(etcd.watched().filter(({ events }) => events.length > 0)).toEqual([]);
    expect(etcd.outputs.some(({ type }) => type === "watchesBroken")).toBe(false);
    etcd.advance(1);
    expect(etcd.outputs.at(-1)).toMatchObject({
      type: "watchesBroken",
      client,
      message: "etcdserver: no leader",
    });
    const other = { type: "watch", client, stream: 2, watchId: 8, request: { key: "k" } } as const;
    expect(etcd.step({ ...other, hasLeader: true })).toMatchObject([{ type: "watchesBroken", stream: 2 }]);
    expect(etcd.step(other)).toMatchObject([{ type: "watch", response: { created: true } }]);
  });

  it("leaves those alone that did not ask for a leader", () => {
    const { etcd, is } = cluster();
    etcd.step({ type: "watch", client: connectionTo(1, 3), watchId: 7, request: { key: "k" } });
    is(3, { cut: true });
    etcd.advance(20_000);
    expect(etcd.outputs.some(({ type }) => type === "watchesBroken")).toBe(false);
  });

  it("tells them everything when it is back", () => {
    const { etcd, is } = cluster();
    etcd.step({ type: "watch", client: connectionTo(1, 3), watchId: 7, request: { key: "k" } });
    is(3, { cut: true });
    etcd.send(put("1"), at(1));
    etcd.advance(500);
    is(3, {});
    etcd.advance(100);
    const told = etcd.watched().flatMap(({ events }) => events.map(({ kv }) => kv.value));
    expect(told).toEqual(["1"]);
  });
});

describe("a leader that is cut off", () => {
  it("accepts no write, and the others elect another, which extends every lease", () => {
    const { etcd, is } = cluster();
    const { id } = etcd.ok({ type: "leaseGrant", ttlSeconds: 5 });
    etcd.advance(4000);
    is(1, { cut: true });
    expect(valueOf(etcd, etcd.send(put("lost"), at(1)))).toBeUndefined();
    etcd.advance(1249);
    expect(valueOf(etcd, etcd.send(read, at(2)))).toBe("etcdserver: no leader");
    etcd.advance(1);
    expect(valueOf(etcd, etcd.send(read, at(2)))).toBe("nothing");
    const granted = () => {
      const reply = etcd.replyTo(etcd.send({ type: "leaseTimeToLive", id }, at(2)));
      return (
        reply?.type === "ok" && "grantedTtlSeconds" in reply.response && reply.response.grantedTtlSeconds
      );
    };
    etcd.advance(5999);
    expect(granted()).toBe(5);
    etcd.advance(600);
    expect(granted()).toBe(0);
    is(1, {});
    expect(valueOf(etcd, etcd.send(read, at(1)))).toBe("nothing");
  });

  it.each([
    ["3.4.23", "done"],
    ["3.4.31", undefined],
    ["3.4.34", "done"],
  ] as const)("as %s renews alone until it steps down: %s", (version, said) => {
    const { etcd, is } = cluster(3, version);
    const { id } = etcd.ok({ type: "leaseGrant", ttlSeconds: 5 });
    is(1, { cut: true });
    etcd.advance(1999);
    const renewal = { type: "leaseKeepAlive", id } as const;
    expect(valueOf(etcd, etcd.send(renewal, at(1)))).toBe(said);
    etcd.advance(1);
    expect(valueOf(etcd, etcd.send(renewal, at(1)))).toBe("etcdserver: no leader");
  });
});

describe("a leader that falls silent", () => {
  const renewal = (id: string) => ({ type: "leaseKeepAlive", id }) as const;

  it("keeps a renewal that a follower passed on, though another leads by then (H7)", () => {
    const { etcd, is } = cluster();
    const { id } = etcd.ok({ type: "leaseGrant", ttlSeconds: 10 });
    is(1, { frozen: true });
    const passedOn = etcd.send(renewal(id), at(2));
    etcd.advance(6000);
    expect(valueOf(etcd, passedOn)).toBeUndefined();
    expect(valueOf(etcd, etcd.send(renewal(id), at(2)))).toBe("done");
  });

  it("does not, where it was closed down", () => {
    const { etcd, is } = cluster();
    const { id } = etcd.ok({ type: "leaseGrant", ttlSeconds: 10 });
    is(1, { down: true });
    const passedOn = etcd.send(renewal(id), at(2));
    etcd.advance(1250);
    expect(valueOf(etcd, passedOn)).toBe("done");
  });

  it("answers what it was asked when it wakes up", () => {
    const { etcd, is } = cluster();
    is(1, { frozen: true });
    const asked = etcd.send(read, at(1));
    etcd.advance(20_000);
    expect(valueOf(etcd, asked)).toBeUndefined();
    is(1, {});
    expect(valueOf(etcd, asked)).toBe("nothing");
  });
});

describe("a member that lags", () => {
  it("answers what may be old as it was, and the rest when it has applied it", () => {
    const { etcd, is } = cluster();
    etcd.send(put("1"), at(1));
    is(2, { lags: true });
    const written = etcd.send(put("2"), at(2));
    expect(valueOf(etcd, etcd.send(read, at(1)))).toBe("2");
    expect(valueOf(etcd, etcd.send(stale, at(2)))).toBe("1");
    const asked = etcd.send(read, at(2));
    expect([valueOf(etcd, written), valueOf(etcd, asked)]).toEqual([undefined, undefined]);
    etcd.advance(30_000);
    is(2, {});
    expect([valueOf(etcd, written), valueOf(etcd, asked)]).toEqual(["done", "2"]);
  });

  it("has leases renewed, for the leader does that", () => {
    const { etcd, is } = cluster();
    const { id } = etcd.ok({ type: "leaseGrant", ttlSeconds: 5 });
    is(2, { lags: true });
    expect(valueOf(etcd, etcd.send({ type: "leaseKeepAlive", id }, at(2)))).toBe("done");
  });
});

describe("without a majority", () => {
  it("nothing is decided and no lease ends, until there is one again", () => {
    const { etcd, is } = cluster();
    etcd.send({ type: "leaseGrant", id: "9", ttlSeconds: 5 }, at(1));
    etcd.send({ type: "put", key: "k", value: "1", lease: "9" }, at(1));
    is(2, { down: true });
    is(3, { down: true });
    // A leader that still stands keeps what it was given, and it is decided on later.
    const kept = etcd.send(put("2"), at(1));
    etcd.advance(3000);
    expect(valueOf(etcd, etcd.send(put("3"), at(1)))).toBe("etcdserver: no leader");
    is(3, {});
    etcd.advance(1250);
    expect(valueOf(etcd, kept)).toBe("done");
    expect(valueOf(etcd, etcd.send(read, at(3)))).toBe("2");
  });

  it("five members go on with three, and not with two", () => {
    const { etcd, is } = cluster(5);
    is(1, { down: true });
    is(2, { down: true });
    etcd.advance(1250);
    expect(valueOf(etcd, etcd.send(put("1"), at(4)))).toBe("done");
    is(3, { down: true });
    etcd.advance(10_000);
    expect(valueOf(etcd, etcd.send(put("2"), at(4)))).toBe("etcdserver: no leader");
  });
});
