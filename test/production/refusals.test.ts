/** What `leasehold run` says when it cannot: one message, the right exit code, nothing left behind. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RangeResponse } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { createCertificates } from "../kv/certificates.ts";
import { COMMAND } from "./coordinator.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-refusals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong and what to do about it, and nothing else. */
const ONE_MESSAGE = /^leasehold: .*\n {2}\S.*\n$/u;

interface Refusal {
  readonly code: number | string | null | undefined;
  readonly stderr: string;
  readonly stdout: string;
}

function run(flags: readonly string[], env: Record<string, string> = {}): Promise<Refusal> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", ...env }, timeout: 15_000 };
    execFile(process.execPath, [COMMAND, "run", ...flags], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stderr, stdout });
    });
  });
}

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("leasehold run, without any etcd", () => {
  it.each<[string, () => readonly string[], string, number]>([
    [
      "an unknown role",
      () => ["rootcord"],
      "Allowed choices are rootcoord, querycoord, indexcoord, datacoord, mixcoord.\n  did you mean rootcoord?",
      2,
    ],
    [
      "a file that is not there",
      () => ["rootcoord", "--config", "nowhere.yaml"],
      "nowhere.yaml: there is no such file",
      2,
    ],
    ["malformed YAML", () => ["rootcoord", "--config", fileOf("bad.yaml", "etcd: [\n")], "bad.yaml:2:1: ", 2],
    [
      "a TTL below the minimum",
      () => ["rootcoord", "--ttl", "1s"],
      "TTL 1 s is below etcd's minimum of 2 s.",
      2,
    ],
    [
      "a certificate that is not there",
      () => ["rootcoord", "--port", "0", "--etcd-ca", "nowhere.pem"],
      "--etcd-ca: nowhere.pem cannot be read (ENOENT)",
      2,
    ],
    [
      "a certificate that is none",
      () => [
        "rootcoord",
        "--port",
        "0",
        "--etcd-ca",
        fileOf("none.pem", "x"),
        "--etcd-cert",
        fileOf("none.pem", "x"),
        "--etcd-key",
        fileOf("none.pem", "x"),
      ],
      "a certificate or key cannot be used",
      2,
    ],
    [
      "an authority that is none",
      () => ["rootcoord", "--port", "0", "--etcd-ca", fileOf("none.pem", "x")],
      "a certificate or key cannot be used",
      2,
    ],
    [
      "an etcd that is not there",
      () => ["rootcoord", "--port", "0", "--etcd", "127.0.0.1:1"],
      "--etcd: etcd at 127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1\n",
      4,
    ],
  ])("refuses %s", async (_, flags, message, code) => {
    const refusal = await run(flags());
    expect(refusal.stderr).toContain(message);
    expect(refusal.stderr).toMatch(ONE_MESSAGE);
    expect([refusal.code, refusal.stdout]).toEqual([code, ""]);
  });

  it("refuses a port that is taken", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const refusal = await run(["rootcoord", "--port", String(port), "--etcd", "127.0.0.1:1"]);
    expect(refusal).toMatchObject({
      code: 4,
      stderr: `leasehold: --port: port ${port} of 127.0.0.1 is in use\n  choose another with --port; each coordinator on one machine needs its own\n`,
    });
    server.close();
  });

  it("prints where each setting comes from, and not the password", async () => {
    const file = fileOf(
      "milvus.yaml",
      "etcd:\n  auth:\n    enabled: true\n    userName: root\n    password: secret\n",
    );
    const { code, stdout } = await run(["rootcoord", "--config", file, "--print-config"], {
      COMMON_SESSION_TTL: "20",
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ttlSeconds +20 +environment COMMON_SESSION_TTL$/mu);
    expect(stdout).toMatch(/^password +\*\*\* +\S+milvus.yaml:5:15$/mu);
    expect(stdout).not.toContain("secret");
  });
});

describeWith("etcd", "leasehold run, on an etcd it cannot work with", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
  }, 60_000);
  afterAll(async () => {
    client.close();
    await etcd.stop();
  });
  const flags = (root: string, endpoint = etcd.endpoint) => [
    "rootcoord",
    "--port",
    "0",
    "--etcd",
    endpoint,
    "--ttl",
    "2s",
    "--root-path",
    root,
  ];
  const put = (key: string, value: string) => client.submit({ type: "put", key, value }, 2000);
  const keysUnder = async (root: string): Promise<string[]> => {
    const reply = await client.submit({ type: "range", key: `${root}/`, rangeEnd: `${root}0` }, 2000);
    return reply.type === "ok" ? (reply.response as RangeResponse).kvs.map(({ key }) => key) : [];
  };

  describeWith("openssl", "with certificates of its own", () => {
    it("refuses an etcd that speaks TLS when it was not told so, and the other way round", async () => {
      const secret = await run(flags("tls", etcd.endpoint.replace("http:", "https:")));
      expect([secret.code, secret.stderr]).toEqual([4, expect.stringMatching(ONE_MESSAGE)]);
      expect(secret.stderr).toContain("if it does not use TLS, write http://");
      const { ca, server } = createCertificates(folder);
      const secure = await startEtcd(
        executable,
        ["--cert-file", server.cert, "--key-file", server.key],
        "https",
      );
      const target = secure.endpoint.slice("https://".length);
      const plain = await run(["rootcoord", "--port", "0", "--etcd", target]);
      expect([plain.code, plain.stderr]).toEqual([
        4,
        expect.stringContaining("If it uses TLS, write https://"),
      ]);
      const stranger = await run(["rootcoord", "--port", "0", "--etcd", secure.endpoint]);
      expect([stranger.code, stranger.stderr]).toEqual([4, expect.stringContaining("check --etcd-ca")]);
      const answered = await run([
        "rootcoord",
        "--port",
        "0",
        "--etcd",
        target,
        "--etcd-ca",
        ca,
        "--print-config",
      ]);
      expect(answered.code).toBe(0);
      await secure.stop();
    }, 60_000);
  });

  it("refuses another program's value under the counter, and leaves nothing behind", async () => {
    await put("taken/meta/session/id", "hello");
    const refusal = await run(flags("taken"));
    expect(refusal).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(
        'the value of taken/meta/session/id is "hello", not a server id counter',
      ) as string,
    });
    expect(await keysUnder("taken")).toEqual(["taken/meta/session/id"]);
  });

  it("refuses an active key that no lease holds, for nobody's end would free it", async () => {
    await put("held/meta/session/rootcoord", "{}");
    const refusal = await run(flags("held"));
    expect(refusal).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("has no lease, so it never expires") as string,
    });
    expect(await keysUnder("held")).toEqual(["held/meta/session/rootcoord"]);
  });

  it("does not serve metadata that was cut in half, names the key, and gives its lease back", async () => {
    const key = "cut/meta/rootcoord-meta/collection/films";
    await put(key, '{"name":"films","descr');
    const refusal = await run(flags("cut"));
    expect(refusal).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`the value of ${key} is not a collection`) as string,
    });
    expect(await keysUnder("cut")).toEqual([key, "cut/meta/session/id"]);
  });

  it("refuses a trace that cannot be written, before it takes part", async () => {
    const refusal = await run([...flags("trace"), "--record", join(folder, "nowhere", "a.jsonl")]);
    expect(refusal).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("cannot write the trace") as string,
    });
    expect(await keysUnder("trace")).toEqual([]);
  });
});

describeWith("etcd", "leasehold run, with users", (executable) => {
  it("refuses a wrong password", async () => {
    const etcd = await startEtcd(executable);
    const post = async (path: string, body: object) =>
      fetch(`${etcd.endpoint}/v3/auth/${path}`, { method: "POST", body: JSON.stringify(body) });
    await post("user/add", { name: "root", password: "open sesame" });
    await post("role/add", { name: "root" });
    await post("user/grant", { user: "root", role: "root" });
    const flags = ["rootcoord", "--port", "0", "--etcd", etcd.endpoint, "--etcd-user", "root"];
    const needless = await run(flags, { ETCD_AUTH_PASSWORD: "open sesame" });
    expect(needless).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("remove etcd.auth") as string,
    });
    await post("enable", {});
    const refusal = await run(flags, { ETCD_AUTH_PASSWORD: "guess" });
    expect([refusal.code, refusal.stderr]).toEqual([4, expect.stringContaining("authentication failed")]);
    expect(refusal.stderr).toContain("ETCD_AUTH_PASSWORD");
    expect(refusal.stderr).not.toContain("guess");
    await etcd.stop();
  }, 40_000);
});
