/** An etcd whose space is used up: the same facts of a real one, which was given little, and of the simulated one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KvRequest, ServerReply } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { drive } from "../models/etcd-driver.ts";

const LEASE = "77";
const FULL = { code: "ResourceExhausted", message: "etcdserver: mvcc: database space exceeded" };
const put = { type: "put", key: "other", value: "" } as const;

/** What it holds when its space is used up: a key with a lease, and `other` without. */
const before: readonly KvRequest[] = [
  { type: "leaseGrant", id: LEASE, ttlSeconds: 60 },
  { type: "put", key: "kept", value: "v", lease: LEASE },
  put,
];

function facts(name: string, ask: (request: KvRequest) => Promise<ServerReply>): void {
  it.each<readonly [string, KvRequest]>([
    ["a put", put],
    ["a put under a lease that is not there", { ...put, lease: "123456" }],
    ["a grant", { type: "leaseGrant", ttlSeconds: 60 }],
    [
      "a transaction that would put in the branch that is not taken",
      {
        type: "txn",
        compare: [{ target: "version", result: "equal", key: "kept", version: 999 }],
        success: [put],
        failure: [{ type: "range", key: "kept" }],
      },
    ],
  ])(`${name} refuses %s`, async (_, request) => {
    expect(await ask(request)).toMatchObject(FULL);
  });

  it.each<readonly [string, KvRequest]>([
    ["reads", { type: "range", key: "kept" }],
    ["renews", { type: "leaseKeepAlive", id: LEASE }],
    ["deletes", { type: "deleteRange", key: "gone" }],
    [
      "a put within a transaction within another",
      {
        type: "txn",
        compare: [],
        success: [{ type: "txn", compare: [], success: [put], failure: [] }],
        failure: [],
      },
    ],
    ["revokes", { type: "leaseRevoke", id: LEASE }],
  ])(`${name} %s`, async (_, request) => {
    expect(await ask(request)).toMatchObject({ type: "ok" });
  });
}

describeWith("etcd", "a real etcd", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  const ask = (request: KvRequest) => client.submit(request, 5000);
  beforeAll(async () => {
    etcd = await startEtcd(executable, ["--quota-backend-bytes", String(64 * 1024)]);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
    for (const request of before) await ask(request);
    const filler: KvRequest = { type: "put", key: "filler", value: "x".repeat(8000) };
    for (let puts = 0; puts < 100 && (await ask(filler)).type === "ok"; puts++);
  }, 60_000);
  afterAll(async () => {
    client.close();
    await etcd.stop();
  });
  facts("whose space is used up", ask);
});

describe("the simulated etcd", () => {
  const etcd = drive();
  const ask = (request: KvRequest): Promise<ServerReply> => {
    const reply = etcd.replyTo(etcd.send(request));
    return reply === undefined ? Promise.reject(new Error("no answer")) : Promise.resolve(reply);
  };
  beforeAll(async () => {
    for (const request of before) await ask(request);
    etcd.step({ type: "alarm", raised: true });
  });
  facts("whose space is used up", ask);

  it("stores again when every alarm is disarmed, and keeps them when it is started again", async () => {
    etcd.step({ type: "alarm", raised: true });
    etcd.step({ type: "alarm", raised: false });
    etcd.step({ type: "crash" });
    etcd.step({ type: "restart", electionMs: 0 });
    etcd.advance(1);
    expect(await ask(put)).toMatchObject(FULL);
    etcd.step({ type: "alarm", raised: false });
    expect(await ask(put)).toMatchObject({ type: "ok" });
  });
});
