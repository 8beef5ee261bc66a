/** Certificates that are replaced while a client runs: what works is left alone, and the next connection shows the new one. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { listen } from "../helpers/listen.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openProxy, type Proxy } from "../helpers/tcp-proxy.ts";
import { createCertificates, pem, type Certificates } from "./certificates.ts";

const CALL_MS = 5000;
const PUT: KvRequest = { type: "put", key: "a", value: "v" };

describeWith("etcd", "an etcd that asks for certificates", (executable) =>
  describeWith("openssl", "which are replaced", () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-reload-"));
    const at = (name: string): string => join(folder, name);
    let old: Certificates;
    let fresh: Certificates;
    let etcd: RealEtcd;
    let proxy: Proxy;
    const clients: EtcdClient[] = [];
    const problems: string[] = [];

    /** The files that the client and the server name, as one authority has them. */
    const install = ({ ca, client, server }: Certificates): void => {
      copyFileSync(ca, at("live-ca.pem"));
      copyFileSync(client.cert, at("live.pem"));
      copyFileSync(client.key, at("live.key"));
      copyFileSync(server.cert, at("server.pem"));
      copyFileSync(server.key, at("server.key"));
    };
    const open = (): EtcdClient => {
      const files = { caFile: at("live-ca.pem"), certFile: at("live.pem"), keyFile: at("live.key") };
      const client = new EtcdClient(
        { endpoints: [proxy.endpoint.replace("http:", "https:")], tls: files },
        (problem) => problems.push(problem.message),
      );
      clients.push(client);
      return client;
    };
    const reconnected = (): void => {
      proxy.cut();
      proxy.resume();
    };
    /** The first requests after a line was cut may still meet the cut. */
    const answered = async (client: EtcdClient) => {
      let reply = await client.submit(PUT, CALL_MS);
      for (let tries = 1; tries < 50 && reply.type === "error" && reply.code === "Unavailable"; tries++)
        reply = await client.submit(PUT, CALL_MS);
      return reply;
    };

    beforeAll(async () => {
      old = createCertificates(mkdtempSync(at("old-")));
      fresh = createCertificates(mkdtempSync(at("fresh-")));
      writeFileSync(at("both.pem"), [old.ca, fresh.ca].map(pem).join(""));
      install(old);
      // Its own certificate etcd reads with each handshake, the authorities that it trusts at its start alone.
      const flags = ["--cert-file", at("server.pem"), "--key-file", at("server.key")];
      etcd = await startEtcd(
        executable,
        [...flags, "--client-cert-auth", "--trusted-ca-file", at("both.pem")],
        "https",
      );
      proxy = await openProxy(etcd.endpoint);
    }, 60_000);
    afterEach(() => {
      for (const client of clients.splice(0)) client.close();
      problems.length = 0;
      proxy.resume();
      install(old);
    });
    afterAll(async () => {
      await proxy.close();
      await etcd.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it("are shown and trusted with the next connection, and a watch misses nothing", async () => {
      const client = open();
      const first = await client.submit(PUT, CALL_MS);
      const from = first.type === "ok" ? first.response.header.revision + 1 : 0;
      const watch = listen(client, "a", from);
      expect(await watch.next()).toMatchObject({ created: true });
      install(fresh);
      reconnected();
      expect(await answered(client)).toMatchObject({ type: "ok" });
      expect((await watch.next()).events[0]?.kv).toMatchObject({ modRevision: from });
      expect(problems).toEqual([]);
    });

    it("do not touch a connection that works", async () => {
      const client = open();
      await client.submit(PUT, CALL_MS);
      for (const name of ["live-ca.pem", "live.pem", "live.key"]) writeFileSync(at(name), "no certificate");
      expect(await client.submit(PUT, CALL_MS)).toMatchObject({ type: "ok" });
      expect(problems).toEqual([]);
    });

    it("are told as a problem, once, while one is there and its key is not, and the one before is shown", async () => {
      const client = open();
      await client.submit(PUT, CALL_MS);
      copyFileSync(fresh.client.cert, at("live.pem"));
      reconnected();
      expect(await answered(client)).toMatchObject({ type: "ok" });
      reconnected();
      expect(await answered(client)).toMatchObject({ type: "ok" });
      expect(problems).toEqual([
        expect.stringMatching(/key values mismatch; what was read before is used$/u),
      ]);
      copyFileSync(fresh.client.key, at("live.key"));
      reconnected();
      expect(await answered(client)).toMatchObject({ type: "ok" });
      expect(problems).toHaveLength(1);
    });

    it("let a client in that was refused with the one it began with", async () => {
      copyFileSync(old.strangerCa, at("live-ca.pem"));
      const client = open();
      const refused = await client.submit(PUT, CALL_MS);
      expect(refused).toMatchObject({ type: "error", message: expect.stringMatching(/certificate/u) });
      copyFileSync(old.ca, at("live-ca.pem"));
      expect(await answered(client)).toMatchObject({ type: "ok" });
    });
  }),
);
