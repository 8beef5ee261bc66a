/** A leader that lost touch, and what the others make of its clients meanwhile. Client 1 is on it, client 2 is not. */
import { describe, expect, it } from "vitest";
import type { EtcdVersion } from "../../models/etcd.ts";
import { drive, eventsOf, type Driver } from "./etcd-driver.ts";

const ELECTION_MS = 1200;

/** Two leases of 10 s, a key under each; then client 1 is stranded. */
function stranded(version: EtcdVersion = "3.4.23"): Driver & { mine: string; other: string } {
  const etcd = drive({ version });
  const { id: mine } = etcd.ok({ type: "leaseGrant", ttlSeconds: 10 });
  const { id: other } = etcd.ok({ type: "leaseGrant", ttlSeconds: 10 });
  etcd.ok({ type: "put", key: "mine", value: "v", lease: mine });
  etcd.ok({ type: "put", key: "other", value: "v", lease: other });
  etcd.watch(1, { key: "other", startRevision: 2 });
  etcd.advance(100);
  etcd.watched();
  etcd.step({ type: "strand", client: 1, electionMs: ELECTION_MS });
  return Object.assign(etcd, { mine, other });
}

const renew = (id: string) => ({ type: "leaseKeepAlive", id }) as const;

/** Renews both leases every second, each by its own way. */
function renewBoth(etcd: ReturnType<typeof stranded>, seconds: number): string[] {
  const answers: string[] = [];
  for (let second = 0; second < seconds; second++) {
    etcd.advance(1000);
    const reply = etcd.replyTo(etcd.send(renew(etcd.mine)));
    etcd.send(renew(etcd.other), { client: 2 });
    answers.push(
      reply?.type === "ok" && reply.response.type === "leaseKeepAlive"
        ? `TTL ${reply.response.ttlSeconds}`
        : "none",
    );
  }
  return answers;
}

const deleted = (etcd: Driver): string[] =>
  etcd.changes
    .filter(({ event }) => event.type === "DELETE")
    .map(({ cause, event }) => `${event.kv.key}: ${cause}`);

describe("a leader that lost touch", () => {
  it("renews its client's lease before 3.4.31 and 3.5.13, though the others let it run out", () => {
    const etcd = stranded();
    expect(new Set(renewBoth(etcd, 20))).toEqual(new Set(["TTL 10"]));
    expect(deleted(etcd)).toEqual(["mine: expiry"]);
  });

  it.each(["3.4.31", "3.5.13", "3.6"] as const)("leaves renewals without an answer on %s", (version) => {
    const etcd = stranded(version);
    expect(new Set(renewBoth(etcd, 20))).toEqual(new Set(["none"]));
    expect(deleted(etcd)).toEqual(["mine: expiry"]);
  });

  it("answers a renewal of a lease that it does not know with TTL 0, and of one that ran out not at all", () => {
    const etcd = stranded();
    expect(etcd.ok(renew("5")).ttlSeconds).toBe(0);
    etcd.advance(10_000);
    expect(etcd.replyTo(etcd.send(renew(etcd.mine)))).toBeUndefined();
  });

  it("back in touch, has a lease revoked that it saw run out, though it was renewed with the others", () => {
    const etcd = stranded();
    renewBoth(etcd, 20);
    etcd.step({ type: "rejoin" });
    expect(deleted(etcd)).toEqual(["mine: expiry", "other: expiry"]);
  });

  it("revokes nothing from 3.4.31 and 3.5.13 on", () => {
    const etcd = stranded("3.5.13");
    renewBoth(etcd, 20);
    etcd.step({ type: "rejoin" });
    expect(deleted(etcd)).toEqual(["mine: expiry"]);
  });

  it("applies what its client asked for when it is back in touch, and tells its watches what they missed", () => {
    const etcd = stranded();
    etcd.advance(2000);
    const written = etcd.send({ type: "put", key: "a", value: "late" });
    etcd.step({
      type: "request",
      client: 2,
      id: 1,
      request: { type: "put", key: "other", value: "w", lease: etcd.other },
    });
    etcd.advance(2000);
    expect(etcd.replyTo(written)).toBeUndefined();
    expect(etcd.watched()).toEqual([]);
    etcd.step({ type: "rejoin" });
    etcd.advance(100);
    expect(etcd.replyTo(written)).toMatchObject({ type: "ok" });
    expect(eventsOf(etcd.watched())).toEqual(["PUT other@4"]);
  });

  it("is gone with a crash of all members, and its client's watches with it", () => {
    const etcd = stranded();
    etcd.step({ type: "crash" });
    expect(etcd.outputs.at(-1)).toMatchObject({ type: "watchesBroken", client: 1 });
    etcd.step({ type: "restart" });
    etcd.advance(2000);
    expect(etcd.ok({ type: "range", key: "mine" }).count).toBe(1);
  });

  it("costs the others an election, after which every lease starts anew", () => {
    const etcd = stranded();
    const put = { type: "put", key: "b", value: "v" } as const;
    const asked = etcd.send(put, { client: 2 });
    expect(etcd.replyTo(asked)).toBeUndefined();
    etcd.advance(ELECTION_MS);
    expect(etcd.replyTo(asked)).toMatchObject({ type: "ok" });
    etcd.advance(10_900);
    expect(deleted(etcd)).toEqual([]);
    etcd.advance(600);
    expect(deleted(etcd)).toEqual(["mine: expiry", "other: expiry"]);
  });
});
