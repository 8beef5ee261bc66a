/** What befalls messages and states by hand: whose, where, which way, the next one or from now on. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type ServedEtcd } from "../../src/serve/serve.ts";

describe("a served etcd of three members, in manual time", () => {
  let etcd: ServedEtcd;
  const clients: EtcdClient[] = [];
  beforeEach(async () => {
    etcd = await startEtcd({ time: "manual", members: 3 });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    etcd.close();
  });
  function connect(member: number, endpoints = etcd.endpoints): EtcdClient {
    const client = new EtcdClient({ endpoints: [endpoints[member] ?? ""] });
    clients.push(client);
    return client;
  }
  const put = (key: string, value = "v"): KvRequest => ({ type: "put", key, value });
  const get = (key: string): KvRequest => ({ type: "range", key });
  const LOST = { code: "DeadlineExceeded" };

  it("loses what is sent to one endpoint, of one kind, from now on, until it is let pass", async () => {
    const [first, second] = [connect(0), connect(1)];
    await etcd.do("lose", { what: "request", kind: "put", count: 0, member: 2 });
    expect(await first.submit(put("a"), 1000)).toMatchObject({ type: "ok" });
    for (let times = 0; times < 3; times++) expect(await second.submit(put("a"), 50)).toMatchObject(LOST);
    expect(await second.submit(get("a"), 1000)).toMatchObject({ type: "ok" });
    expect(await etcd.do("let-pass")).toEqual({ spared: 1 });
    expect(await second.submit(put("a"), 1000)).toMatchObject({ type: "ok" });
  });

  it("refuses, holds up and cuts those of one client alone", async () => {
    const [first, second] = [connect(0), connect(0)];
    for (const client of [first, second]) await client.submit(get("a"), 1000);
    await etcd.do("refuse", { says: "permission-denied", client: "node-2" });
    expect(await first.submit(get("a"), 1000)).toMatchObject({ type: "ok" });
    expect(await second.submit(get("a"), 1000)).toMatchObject({ code: "PermissionDenied" });
    await etcd.do("delay", { what: "answer", by: 5000, client: "node-2" });
    const late = second.submit(get("a"), 60_000);
    await first.submit(get("a"), 1000);
    expect(await etcd.do("settle")).toEqual({ nowMs: 5000 });
    expect(await late).toMatchObject({ type: "ok" });
    await etcd.do("cut", { what: "answer", kind: "put", client: "node-2" });
    expect(await second.submit(put("a", "done"), 5000)).toMatchObject({ code: "Unavailable" });
    expect(await first.submit(get("a"), 1000)).toMatchObject({ response: { kvs: [{ value: "done" }] } });
  });

  it("breaks a client's connection now, and its watches with it", async () => {
    const client = connect(2);
    const broken = new Promise<void>((resolve) => {
      client.watch({ key: "a" }, { onMessage: () => undefined, onBroken: () => resolve() });
    });
    await client.submit(get("a"), 1000);
    const watches = async () => ((await etcd.do("state")) as { watches: number }).watches;
    await expect.poll(watches).toBe(1);
    expect(await etcd.do("hang-up", { client: "node-1" })).toEqual({ cut: ["node-1"] });
    await broken;
    await expect.poll(watches).toBe(0);
  });

  it("forks into another one that goes on by itself, and goes back to an older revision", async () => {
    const client = connect(0);
    for (const value of ["1", "2", "3"]) await client.submit(put("a", value), 1000);
    const { endpoints } = (await etcd.do("fork")) as { endpoints: string[] };
    const other = connect(1, endpoints);
    expect(await other.submit(put("a", "fork"), 5000)).toMatchObject({
      response: { header: { revision: 5 } },
    });
    expect(await client.submit(get("a"), 1000)).toMatchObject({ response: { kvs: [{ value: "3" }] } });
    await etcd.do("restore", { revision: 2 });
    expect(await client.submit(get("a"), 5000)).toMatchObject({
      response: { header: { revision: 2 }, kvs: [{ value: "1", version: 1 }] },
    });
    expect(await client.submit(put("a", "again"), 5000)).toMatchObject({
      response: { header: { revision: 3 } },
    });
  });

  it("decides nothing without a quorum, answers what a member can alone, and goes on when it is mended", async () => {
    const client = connect(2);
    await client.submit(put("a"), 1000);
    await etcd.do("lose-quorum");
    await etcd.do("advance", { for: 1500 });
    expect(await client.submit(put("a"), 1000)).toMatchObject({ message: "etcdserver: no leader" });
    expect(await client.submit({ ...get("a"), serializable: true } as KvRequest, 1000)).toMatchObject({
      type: "ok",
    });
    await expect(etcd.do("settle", { within: 10_000 })).rejects.toThrow(
      "it does not settle by itself: it is electing",
    );
    await etcd.do("mend");
    await etcd.do("settle");
    expect(await client.submit(put("a"), 1000)).toMatchObject({ type: "ok" });
  });

  it("refuses connections where a member is down", async () => {
    await etcd.do("member", { number: 2, is: "down" });
    expect(await connect(1).submit(get("a"), 300)).toMatchObject({ type: "error" });
    expect(await connect(0).submit(get("a"), 5000)).toMatchObject({ type: "ok" });
  });
});
