/** What the production client does when members, lines, tokens and certificates fail it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { KvRequest, WatchResponse } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import type { EtcdOptions } from "../../src/kv/etcd/options.ts";
import { readEndpoints } from "../../src/kv/etcd/options.ts";
import { listen } from "../helpers/listen.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openProxy, type Proxy } from "../helpers/tcp-proxy.ts";
import { createCertificates, pem, type Certificates } from "./certificates.ts";

const CALL_MS = 2000;
/** Of a coordinator whose TTL is 2 s. */
const PATIENCE_MS = 166;
const RETRY_MS = 50;

describe("endpoints", () => {
  it.each([
    [["a:2379", "http://b:1"], undefined, "http://a:2379 http://b:1"],
    [["a"], {}, "https://a:2379"],
    [["https://[::1]:80"], {}, "https://[::1]:80"],
  ])("reads %s", (endpoints, tls, expected) => {
    const read = readEndpoints({ endpoints, ...(tls === undefined ? {} : { tls }) });
    expect(read.map(({ url }) => url).join(" ")).toBe(expected);
  });

  it.each<[EtcdOptions, string]>([
    [{ endpoints: [] }, "no endpoint"],
    [{ endpoints: [""] }, "(empty) is not an address"],
    [{ endpoints: ["ftp://a"] }, "ftp://a is not an address"],
    [{ endpoints: ["http://a/b"] }, "more than a host and a port"],
    [{ endpoints: ["a:0"] }, "a:0 has port 0, where nobody listens"],
    [{ endpoints: ["http://a", "https://b"] }, "some are http and some https"],
    [{ endpoints: ["http://a"], tls: {} }, "TLS is asked for"],
    [{ endpoints: ["a"], tls: { cert: "x" } }, "needs its key"],
  ])("refuses %j", (options, message) => {
    expect(() => readEndpoints(options)).toThrow(message);
  });

  it("refuses a certificate that is none before it dials", () => {
    expect(() => new EtcdClient({ endpoints: ["a"], tls: { ca: "x", cert: "x", key: "x" } })).toThrow(
      "a certificate or key cannot be used",
    );
  });
});

describeWith("etcd", "the production client", (executable) => {
  let etcd: RealEtcd;
  let proxy: Proxy;
  const clients: EtcdClient[] = [];
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    proxy = await openProxy(etcd.endpoint);
  }, 60_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    proxy.resume();
  });
  afterAll(async () => {
    await proxy.close();
    await etcd.stop();
  });
  const open = (...endpoints: string[]): EtcdClient => {
    const client = new EtcdClient({ endpoints });
    clients.push(client);
    return client;
  };
  const put = (key: string): KvRequest => ({ type: "put", key, value: "v" });
  const revisionOf = async (client: EtcdClient): Promise<number> => {
    const reply = await client.submit({ type: "range", key: "none" }, CALL_MS);
    return reply.type === "ok" ? reply.response.header.revision : 0;
  };

  it("goes to the next member when one is not there, and stays with it", async () => {
    const client = open("127.0.0.1:1", etcd.endpoint);
    expect(await client.submit(put("a"), CALL_MS)).toMatchObject({ type: "error", code: "Unavailable" });
    expect(await client.submit(put("a"), CALL_MS)).toMatchObject({ type: "ok" });
    expect(client.endpoint).toBe(etcd.endpoint);
  });

  it("answers at its deadline when a member is silent, leaves it, and sends nothing twice", async () => {
    const client = open(proxy.endpoint, etcd.endpoint);
    await client.submit(put("silent"), CALL_MS);
    proxy.silence();
    expect(await client.submit(put("silent"), 200)).toMatchObject({ code: "DeadlineExceeded" });
    expect(client.endpoint).toBe(etcd.endpoint);
    proxy.resume();
    const read = await client.submit({ type: "range", key: "silent" }, CALL_MS);
    // The second put was under way when its time was over: applied once, or never.
    const version = read.type === "ok" && read.response.type === "range" ? read.response.kvs[0]?.version : 0;
    expect([1, 2]).toContain(version);
  });

  /** Asks as a coordinator of a short TTL does, until etcd answers. */
  const askedUntilAnswered = async (client: EtcdClient, most: number): Promise<boolean> => {
    for (let count = 0; count < most; count++) {
      if ((await client.submit(put("again"), PATIENCE_MS)).type === "ok") return true;
      await sleep(RETRY_MS);
    }
    return false;
  };

  it("is back soon after a line is whole, however often it tried to connect before", async () => {
    const client = open(proxy.endpoint);
    await client.submit(put("whole"), CALL_MS);
    proxy.cut();
    const before = proxy.refused();
    expect(await askedUntilAnswered(client, 60)).toBe(false);
    // With pauses that go on growing it were seven, and a second between the last ones.
    expect(proxy.refused() - before).toBeGreaterThan(9);
    proxy.resume();
    expect(await askedUntilAnswered(client, 10)).toBe(true);
  });

  it("says the same of the same failure, whenever it happens", async () => {
    const client = open(proxy.endpoint);
    await client.submit(put("same"), CALL_MS);
    proxy.cut();
    const said = new Set<string>();
    for (let count = 0; count < 20; count++) {
      const reply = await client.submit(put("same"), PATIENCE_MS);
      if (reply.type === "error") said.add(reply.message);
      await sleep(RETRY_MS);
    }
    // A connection that breaks, one that is refused, and a request that was under way.
    expect(said.size).toBeLessThan(4);
    expect([...said].filter((text) => /\d/u.test(text))).toEqual([]);
  });

  it("goes on with a watch where it was when the line is cut, gapless and without repeating", async () => {
    const client = open(proxy.endpoint);
    const direct = open(etcd.endpoint);
    const watch = listen(client, "cut", (await revisionOf(direct)) + 1);
    expect(await watch.next()).toMatchObject({ created: true });
    await direct.submit(put("cut"), CALL_MS);
    const first = await watch.next();
    proxy.cut();
    await direct.submit(put("cut"), CALL_MS);
    await direct.submit(put("cut"), CALL_MS);
    proxy.resume();
    const versions = [first, await watch.next()].flatMap(({ events }) => events.map(({ kv }) => kv.version));
    while (versions.length < 3) versions.push(...(await watch.next()).events.map(({ kv }) => kv.version));
    expect(versions).toEqual([1, 2, 3]);
  });

  it("tells a watch broken when no member takes it up again", async () => {
    const client = open(proxy.endpoint);
    const watch = listen(client, "gone", (await revisionOf(client)) + 1);
    await watch.next();
    proxy.cut();
    expect(await watch.broken).not.toBe("");
  });

  it("tells a watch broken, rather than guess, that began now, saw nothing and lost its stream", async () => {
    const client = open(proxy.endpoint);
    const watch = listen(client, "blind");
    await watch.next();
    proxy.cut();
    proxy.resume();
    expect(await watch.broken).not.toBe("");
  });

  it("moves a watch away from a member that leaves requests unanswered", async () => {
    const client = open(proxy.endpoint, etcd.endpoint);
    const direct = open(etcd.endpoint);
    const watch = listen(client, "moved", (await revisionOf(client)) + 1);
    await watch.next();
    proxy.silence();
    await client.submit(put("other"), 200);
    await direct.submit(put("moved"), CALL_MS);
    expect((await watch.next()).events[0]?.kv.version).toBe(1);
  });

  it("ends a resumed watch whose past was compacted away meanwhile", async () => {
    const client = open(proxy.endpoint);
    const direct = open(etcd.endpoint);
    const watch = listen(client, "compacted", (await revisionOf(direct)) + 1);
    await watch.next();
    proxy.cut();
    for (let count = 0; count < 3; count++) await direct.submit(put("compacted"), CALL_MS);
    const revision = await revisionOf(direct);
    expect(await direct.submit({ type: "compact", revision }, CALL_MS)).toMatchObject({ type: "ok" });
    proxy.resume();
    expect(await watch.next()).toMatchObject({ canceled: true, compactRevision: revision, events: [] });
  });

  it("carries lease ids beyond 2^53 exactly", async () => {
    const client = open(etcd.endpoint);
    const id = "9007199254740993123";
    expect(await client.submit({ type: "leaseGrant", id, ttlSeconds: 60 }, CALL_MS)).toMatchObject({
      response: { id },
    });
    await client.submit({ type: "put", key: "leased", value: "v", lease: id }, CALL_MS);
    expect(await client.submit({ type: "range", key: "leased" }, CALL_MS)).toMatchObject({
      response: { kvs: [{ lease: id }] },
    });
    expect(await client.submit({ type: "leaseKeepAlive", id }, CALL_MS)).toMatchObject({
      response: { id, ttlSeconds: 60 },
    });
  });
});

describeWith("etcd", "a user with a password", (executable) => {
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    const post = async (path: string, body: object): Promise<void> => {
      const reply = await fetch(`${etcd.endpoint}/v3/auth/${path}`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(await reply.text());
    };
    await post("user/add", { name: "root", password: "open sesame" });
    await post("role/add", { name: "root" });
    await post("user/grant", { user: "root", role: "root" });
    await post("enable", {});
  }, 60_000);
  afterAll(() => etcd.stop());
  const put: KvRequest = { type: "put", key: "a", value: "v" };

  it("is refused without one, or with a wrong one", async () => {
    const nobody = new EtcdClient({ endpoints: [etcd.endpoint] });
    expect(await nobody.submit(put, CALL_MS)).toMatchObject({
      code: "InvalidArgument",
      message: "etcdserver: user name is empty",
    });
    nobody.close();
    const wrong = new EtcdClient({ endpoints: [etcd.endpoint], auth: { user: "root", password: "guess" } });
    expect(await wrong.submit(put, CALL_MS)).toMatchObject({
      message: "etcdserver: authentication failed, invalid user ID or password",
    });
    wrong.close();
  });

  it("gets another token when etcd has forgotten the first, for requests, renewals and watches", async () => {
    const client = new EtcdClient({
      endpoints: [etcd.endpoint],
      auth: { user: "root", password: "open sesame" },
    });
    const granted = await client.submit({ type: "leaseGrant", ttlSeconds: 60 }, CALL_MS);
    const id = granted.type === "ok" && granted.response.type === "leaseGrant" ? granted.response.id : "0";
    expect(await client.submit(put, CALL_MS)).toMatchObject({ type: "ok" });
    // etcd's simple tokens live in one process.
    await etcd.kill();
    await etcd.restart();
    let reply = await client.submit(put, CALL_MS);
    while (reply.type === "error" && reply.code === "Unavailable") reply = await client.submit(put, CALL_MS);
    expect(reply).toMatchObject({ type: "ok" });
    expect(await client.submit({ type: "leaseKeepAlive", id }, CALL_MS)).toMatchObject({
      response: { ttlSeconds: 60 },
    });
    const first = await new Promise<WatchResponse>((resolve) => {
      client.watch({ key: "a", startRevision: 1 }, { onMessage: resolve, onBroken: () => undefined });
    });
    expect(first).toMatchObject({ created: true, canceled: false });
    client.close();
  }, 40_000);
});

describeWith("etcd", "an etcd that speaks TLS", (executable) =>
  describeWith("openssl", "and asks for certificates", () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-tls-"));
    let etcd: RealEtcd;
    let made: Certificates;
    beforeAll(async () => {
      made = createCertificates(folder);
      const { ca, server } = made;
      const flags = [
        "--cert-file",
        server.cert,
        "--key-file",
        server.key,
        "--client-cert-auth",
        "--trusted-ca-file",
        ca,
      ];
      etcd = await startEtcd(executable, flags, "https");
    }, 60_000);
    afterAll(async () => {
      await etcd.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const ask = async (tls: NonNullable<EtcdOptions["tls"]>) => {
      const client = new EtcdClient({ endpoints: [etcd.endpoint], tls });
      const reply = await client.submit({ type: "put", key: "a", value: "v" }, CALL_MS);
      client.close();
      return reply;
    };
    const own = () => ({ cert: pem(made.client.cert), key: pem(made.client.key) });

    it("answers who trusts its authority and shows a certificate of it", async () => {
      expect(await ask({ ca: pem(made.ca), ...own() })).toMatchObject({ type: "ok" });
    });

    it("is not talked to when its authority is a stranger's", async () => {
      const reply = await ask({ ca: pem(made.strangerCa), ...own() });
      expect(reply).toMatchObject({ type: "error", code: "Unavailable" });
      expect(JSON.stringify(reply)).toMatch(/certificate|self.signed/iu);
    });

    it("does not answer who shows no certificate", async () => {
      expect(await ask({ ca: pem(made.ca) })).toMatchObject({ type: "error", code: "Unavailable" });
    });
  }),
);
