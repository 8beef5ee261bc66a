/** Leases as etcd 3.4.23 was measured to keep them: TTLs, expiry on the scan grid, what a dead lease still allows. */
import { describe, expect, it } from "vitest";
import { nextTickMs } from "../../models/etcd.ts";
import { drive, type Driver } from "./etcd-driver.ts";

const put = (key: string, lease = "7") => ({ type: "put", key, value: "v", lease }) as const;
const keepAlive = { type: "leaseKeepAlive", id: "7" } as const;
const NOT_FOUND = "NotFound: etcdserver: requested lease not found";

function granted(ttlSeconds = 5, startMs = 0): Driver {
  const etcd = drive();
  etcd.advance(startMs);
  etcd.ok({ type: "leaseGrant", ttlSeconds, id: "7" });
  return etcd;
}
const keysLeft = (etcd: Driver) =>
  etcd
    .ok({ type: "range", key: "\0", rangeEnd: "\0" })
    .kvs.map((kv) => kv.key)
    .join(",");

describe("leases", () => {
  it.each([
    [0, 2],
    [1, 2],
    [-5, 2],
    [2, 2],
    [3, 3],
    [9_000_000_000, 9_000_000_000],
  ])("asked for %d seconds get %d", (asked, ttlSeconds) => {
    const response = drive().ok({ type: "leaseGrant", ttlSeconds: asked, id: "7" });
    expect(response).toEqual({
      type: "leaseGrant",
      header: { revision: 1, raftTerm: 2 },
      id: "7",
      ttlSeconds,
    });
  });

  it("take any id but one in use, and a TTL up to 9,000,000,000", () => {
    const etcd = drive();
    expect(etcd.ok({ type: "leaseGrant", ttlSeconds: 9, id: "-5" }).id).toBe("-5");
    expect(etcd.fails({ type: "leaseGrant", ttlSeconds: 9, id: "-5" })).toBe(
      "FailedPrecondition: etcdserver: lease already exists",
    );
    expect(etcd.fails({ type: "leaseGrant", ttlSeconds: 9_000_000_001 })).toBe(
      "OutOfRange: etcdserver: too large lease TTL",
    );
  });

  it("get distinct positive 63-bit ids from the server, the same ones from the same state", () => {
    const picks = () => {
      const etcd = drive();
      return [0, 1, 2].map(
        (i) => etcd.ok({ type: "leaseGrant", ttlSeconds: 9, ...(i === 1 ? { id: "0" } : {}) }).id,
      );
    };
    const ids = picks();
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(BigInt(id) > 2n ** 53n && BigInt(id) < 2n ** 63n).toBe(true);
    expect(picks()).toEqual(ids);
  });

  it("tell seconds left, cut towards zero, and their keys if asked", () => {
    const etcd = granted();
    etcd.ok(put("a"));
    etcd.advance(1001);
    const ask = { type: "leaseTimeToLive", id: "7" } as const;
    expect(etcd.ok(ask)).toMatchObject({ ttlSeconds: 3, grantedTtlSeconds: 5, keys: [] });
    expect(etcd.ok({ ...ask, keys: true }).keys).toEqual(["a"]);
    expect(etcd.ok({ ...ask, id: "8" })).toMatchObject({ ttlSeconds: -1, grantedTtlSeconds: 0, keys: [] });
  });

  it("are listed with the one that ends first foremost", () => {
    const etcd = drive();
    for (const [id, ttlSeconds] of [
      ["1", 9],
      ["2", 3],
      ["3", 5],
    ] as const) {
      etcd.ok({ type: "leaseGrant", id, ttlSeconds });
    }
    expect(etcd.ok({ type: "leaseLeases" }).leases).toEqual(["2", "3", "1"]);
  });

  it("follow the last put of a key: attached, moved, detached", () => {
    const etcd = granted();
    etcd.ok({ type: "leaseGrant", ttlSeconds: 5, id: "8" });
    const keysOf = (id: string) => etcd.ok({ type: "leaseTimeToLive", id, keys: true }).keys.join(",");
    etcd.ok(put("a"));
    etcd.ok(put("b"));
    etcd.ok(put("c"));
    etcd.ok(put("b", "8"));
    etcd.ok({ type: "put", key: "c", value: "v" });
    expect([keysOf("7"), keysOf("8")]).toEqual(["a", "b"]);
    etcd.ok({ type: "deleteRange", key: "a" });
    expect(keysOf("7")).toBe("");
    etcd.ok({ type: "leaseRevoke", id: "7" });
    expect(keysLeft(etcd)).toBe("b,c");
  });

  it("are revoked with all their keys in one revision, bytewise in order", () => {
    const etcd = granted();
    etcd.watch(1, { key: "a", rangeEnd: "z" });
    for (const key of ["c", "a", "e", "b", "d"]) etcd.ok(put(key));
    etcd.watched();
    expect(etcd.ok({ type: "leaseRevoke", id: "7" }).header.revision).toBe(7);
    const [response, ...others] = etcd.watched();
    expect(others).toEqual([]);
    expect(response?.events.map(({ type, kv }) => `${type} ${kv.key} ${kv.modRevision}`)).toEqual(
      ["a", "b", "c", "d", "e"].map((key) => `DELETE ${key} 7`),
    );
    expect(etcd.changes.slice(5).every((change) => change.cause === "revoke" && change.client === 1)).toBe(
      true,
    );
    expect(etcd.fails({ type: "leaseRevoke", id: "7" })).toBe(NOT_FOUND);
    expect(etcd.fails({ type: "leaseRevoke", id: "0" })).toBe(NOT_FOUND);
  });

  it("without keys are revoked without a new revision", () => {
    expect(granted().ok({ type: "leaseRevoke", id: "7" }).header.revision).toBe(1);
  });

  it("unknown to the server are renewed with TTL 0 and no error", () => {
    expect(drive().ok(keepAlive)).toMatchObject({ id: "7", ttlSeconds: 0 });
  });

  it("are renewed by their whole TTL", () => {
    const etcd = granted();
    etcd.ok(put("a"));
    etcd.advance(4900);
    expect(etcd.ok(keepAlive).ttlSeconds).toBe(5);
    etcd.advance(4999);
    expect(keysLeft(etcd)).toBe("a");
    etcd.advance(101);
    expect(keysLeft(etcd)).toBe("");
  });
});

describe("expiry", () => {
  it.each([
    [0, 5000],
    [1, 5500],
    [120, 5500],
    [499, 5500],
    [500, 5500],
  ])("of a lease of 5 s granted at %d ms comes with the scan at %d ms", (startMs, endMs) => {
    const etcd = granted(5, startMs);
    etcd.ok(put("a"));
    expect(nextTickMs(etcd.etcd)).toBe(endMs);
    etcd.advance(endMs - startMs - 1);
    expect(keysLeft(etcd)).toBe("a");
    etcd.advance(1);
    expect(keysLeft(etcd)).toBe("");
    expect(etcd.changes.at(-1)).toMatchObject({ cause: "expiry", lease: "7", event: { type: "DELETE" } });
    expect(nextTickMs(etcd.etcd)).toBe(Infinity);
  });

  /** Granted at 100 ms for 5 s: dead at 5,100 ms, buried at 5,500 ms. */
  function dead(): Driver {
    const etcd = granted(5, 100);
    etcd.ok(put("a"));
    etcd.advance(5001);
    return etcd;
  }

  it("leaves a moment in which a put with the dead lease succeeds, and the key goes with the lease", () => {
    const etcd = dead();
    etcd.ok(put("b"));
    expect(keysLeft(etcd)).toBe("a,b");
    etcd.advance(399);
    expect(keysLeft(etcd)).toBe("");
    expect(etcd.fails(put("c"))).toBe(NOT_FOUND);
  });

  it("lets a renewal of the dead lease wait for the revocation, which answers it with TTL 0", () => {
    const etcd = dead();
    const id = etcd.send(keepAlive);
    etcd.advance(398);
    expect(etcd.replyTo(id)).toBeUndefined();
    etcd.advance(1);
    expect(etcd.replyTo(id)).toMatchObject({
      type: "ok",
      response: { ttlSeconds: 0, header: { revision: 3 } },
    });
  });

  it("shows the dead lease as TTL 0 with its granted TTL, and as existing", () => {
    const etcd = dead();
    expect(etcd.ok({ type: "leaseTimeToLive", id: "7" })).toMatchObject({
      ttlSeconds: 0,
      grantedTtlSeconds: 5,
    });
    expect(JSON.stringify(etcd.ok({ type: "leaseTimeToLive", id: "7" }))).not.toContain("-0");
    expect(etcd.ok({ type: "leaseLeases" }).leases).toEqual(["7"]);
    expect(etcd.fails({ type: "leaseGrant", ttlSeconds: 5, id: "7" })).toContain("already exists");
  });

  it("shows a negative TTL when the scan is late", () => {
    const etcd = dead();
    etcd.nowMs += 2000;
    expect(etcd.ok({ type: "leaseTimeToLive", id: "7" }).ttlSeconds).toBe(-2);
  });

  it("answers a waiting renewal also when somebody revokes the dead lease", () => {
    const etcd = dead();
    const id = etcd.send(keepAlive);
    etcd.ok({ type: "leaseRevoke", id: "7" });
    expect(etcd.replyTo(id)).toMatchObject({ response: { ttlSeconds: 0 } });
  });

  it("forgets a waiting renewal whose client is gone", () => {
    const etcd = dead();
    const id = etcd.send(keepAlive);
    etcd.step({ type: "disconnect", client: 1 });
    etcd.advance(1000);
    expect(etcd.replyTo(id)).toBeUndefined();
  });

  it("revokes 500 leases a scan: of 4,000 that end together the last go 3.5 s after the first", () => {
    const etcd = drive();
    for (let i = 1; i <= 4000; i++) {
      etcd.ok({ type: "leaseGrant", ttlSeconds: 5, id: String(i) });
      etcd.ok(put(`k${i}`, String(i)));
    }
    etcd.advance(4999);
    const left: number[] = [];
    for (let scan = 0; scan < 8; scan++) {
      etcd.advance(scan === 0 ? 1 : 500);
      left.push(etcd.ok({ type: "range", key: "k", rangeEnd: "l", countOnly: true }).count);
    }
    expect(left).toEqual([3500, 3000, 2500, 2000, 1500, 1000, 500, 0]);
  });
});
