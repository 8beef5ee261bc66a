/** On a real etcd: keys beyond ASCII are those of Milvus, and what is secret shows nowhere. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { startCoordinator, until, type CoordinatorProcess } from "./coordinator.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-bytes-"));
const started: CoordinatorProcess[] = [];
afterAll(async () => {
  await Promise.all(started.map((one) => one.end()));
  rmSync(folder, { recursive: true, force: true });
});

function start(flags: readonly string[], env: Record<string, string> = {}): CoordinatorProcess {
  const process = startCoordinator(
    "rootcoord",
    ["rootcoord", "--active-standby", "--port", "0", ...flags],
    env,
  );
  started.push(process);
  return process;
}

/** etcd's own JSON gateway, with bytes as base64: nothing of ours is in between. */
async function etcdAsks(etcd: RealEtcd, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${etcd.endpoint}/v3/${path}`, { method: "POST", body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}
const utf8 = (text: string) => Buffer.from(text, "utf8").toString("base64");

async function keysUnder(etcd: RealEtcd, prefix: string): Promise<string[]> {
  const { kvs = [] } = (await etcdAsks(etcd, "kv/range", {
    key: utf8(`${prefix}/`),
    range_end: utf8(`${prefix}0`),
    keys_only: true,
  })) as { kvs?: readonly { key: string }[] };
  return kvs.map(({ key }) => Buffer.from(key, "base64").toString("utf8"));
}

describeWith("etcd", "a root path beyond ASCII", (executable) => {
  const root = "приложение/鍵 é";
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterAll(() => etcd.stop());

  it("is UTF-8, so that a coordinator of Milvus' and ours stand in each other's way, as they should", async () => {
    const active = `${root}/meta/session/rootcoord`;
    // What Milvus writes: the same keys in UTF-8, under a lease.
    const { ID } = await etcdAsks(etcd, "lease/grant", { TTL: 60 });
    const session = { ServerID: 7, ServerName: "rootcoord", Address: "milvus:53100" };
    await etcdAsks(etcd, "kv/put", { key: utf8(active), value: utf8(JSON.stringify(session)), lease: ID });
    const ours = start(["--etcd", etcd.endpoint, "--root-path", root, "--ttl", "2s"]);
    await ours.says(`start to watch ACTIVE key ${active}`);
    expect(await ours.ask("/collections")).toMatchObject({
      code: 503,
      body: { active: { serverId: 7, address: "milvus:53100" } },
    });
    await etcdAsks(etcd, "lease/revoke", { ID });
    await ours.says("serving the catalogue");
    expect(await ours.ask("/collections", "POST", { name: "films", description: "кино" })).toMatchObject({
      code: 201,
    });
    expect(await keysUnder(etcd, root)).toEqual([
      `${root}/meta/rootcoord-meta/collection/films`,
      `${root}/meta/rootcoord-meta/sequence`,
      `${root}/meta/session/id`,
      active,
      `${root}/meta/session/rootcoord-1`,
    ]);
    ours.signal("SIGTERM");
    expect(await ours.ended).toBe(0);
    const again = start(["--etcd", etcd.endpoint, "--root-path", root, "--ttl", "2s"]);
    await again.says("serving the catalogue");
    expect(await again.ask("/collections/films")).toMatchObject({ code: 200, body: { description: "кино" } });
  }, 40_000);

  it("is shown as it is in what it refuses, and quoted for the shell", async () => {
    await etcdAsks(etcd, "kv/put", { key: utf8("é b/meta/session/rootcoord"), value: utf8("{}") });
    const refused = start(["--etcd", etcd.endpoint, "--root-path", "é b"]);
    expect(await refused.ended).toBe(4);
    expect(refused.log()).toContain("é b/meta/session/rootcoord has no lease");
    expect(refused.log()).toContain("etcdctl del 'é b/meta/session/rootcoord'");
  });

  it("keeps a value's control characters from the terminal", async () => {
    await etcdAsks(etcd, "kv/put", {
      key: utf8("evil/meta/session/id"),
      value: utf8(`\u001b[2J\u009b31m\nall is well${"x".repeat(5000)}`),
    });
    const refused = start(["--etcd", etcd.endpoint, "--root-path", "evil"]);
    expect(await refused.ended).toBe(4);
    // oxlint-disable-next-line no-control-regex -- what must not get through
    expect(refused.log()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
    expect(refused.log()).toContain(String.raw`is "\u001b[2J\u009b31m\nall is wellxxx`);
    expect(refused.log().length).toBeLessThan(500);
  });
});

describeWith("etcd", "a secret", (executable) => {
  const password = "hunter2-of-etcd";
  const token = "0123456789abcdef-token";
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    await etcdAsks(etcd, "auth/user/add", { name: "root", password });
    await etcdAsks(etcd, "auth/role/add", { name: "root" });
    await etcdAsks(etcd, "auth/user/grant", { user: "root", role: "root" });
    await etcdAsks(etcd, "auth/enable", {});
  }, 60_000);
  afterAll(() => etcd.stop());

  it("is in no log, no answer and no recording of one that runs with it", async () => {
    const record = join(folder, "recording.jsonl");
    const one = start(["--etcd", etcd.endpoint, "--etcd-user", "root", "--ttl", "2s", "--record", record], {
      ETCD_AUTH_PASSWORD: password,
      ETCDAUTHPASSWORD: password,
      LEASEHOLD_TOKEN: token,
    });
    await one.says("serving the catalogue");
    const url = await one.url();
    const answers: string[] = [];
    const ask = async (path: string, headers: Record<string, string>): Promise<number> => {
      const response = await fetch(url + path, { headers });
      answers.push(await response.text(), JSON.stringify([...response.headers]));
      return response.status;
    };
    expect(await ask("/collections", {})).toBe(401);
    expect(await ask("/collections", { authorization: `Bearer ${token}x` })).toBe(401);
    expect(await ask("/collections", { authorization: `Bearer ${token}` })).toBe(200);
    expect(await ask("/readyz", {})).toBe(200);
    expect(await ask("/metrics", {})).toBe(200);
    one.signal("SIGTERM");
    expect(await one.ended).toBe(0);
    for (const shown of [one.log(), ...answers, readFileSync(record, "utf8")]) {
      expect(shown).not.toContain("hunter2");
      expect(shown).not.toContain(token);
    }
    expect(one.log()).toContain(`etcd=${etcd.endpoint}`);
  }, 30_000);

  describe("is not shown by what refuses it", () => {
    it.each<[string, readonly string[], Record<string, string>]>([
      ["two spellings", [], { ETCD_AUTH_PASSWORD: password, ETCDAUTHPASSWORD: `${password}x` }],
      ["an endpoint with a user", ["--etcd", `http://root:${password}@127.0.0.1:1`], {}],
      ["an endpoint with an empty user", ["--etcd", `http://:${password}@127.0.0.1:1`], {}],
      ["the same in the environment", [], { ETCD_ENDPOINTS: `a:1,root:${password}@127.0.0.1:1` }],
      ["endpoints that disagree", ["--etcd", `https://a:1,http://root:${password}@b:1`], {}],
      ["a user as etcdctl takes it", ["--etcd-user", `root:${password}`], {}],
      ["a flag that is none", [`--etcd-password=${password}`], {}],
      ["a token that is too short", [], { LEASEHOLD_TOKEN: "hunter2" }],
    ])("%s", async (_, flags, env) => {
      const one = start(flags, env);
      expect(await one.ended).toBe(2);
      expect(one.log()).toMatch(/^leasehold: /u);
      expect(one.log()).not.toContain("hunter2");
    });

    it("by the table of settings", async () => {
      const one = start(["--print-config"], { ETCD_AUTH_PASSWORD: password, LEASEHOLD_TOKEN: token });
      expect(await one.ended).toBe(0);
      expect(one.log()).toMatch(/^password +\*{3} +environment ETCD_AUTH_PASSWORD$/mu);
      expect(one.log()).toMatch(/^token +\*{3} +environment LEASEHOLD_TOKEN$/mu);
      expect(one.log()).not.toContain("hunter2");
      expect(one.log()).not.toContain(token);
    });
  });
});

describeWith("etcd", "a coordinator in a container", (executable) => {
  it("starts beside other programs' variables, shows its probes to everybody and its catalogue to nobody", async () => {
    const etcd = await startEtcd(executable);
    const one = start(["--etcd", etcd.endpoint, "--ttl", "2s", "--admin-address", ":0"], {
      LOG_LEVEL: "verbose",
      LOG_FORMAT: "%(asctime)s",
    });
    await one.says("serving the catalogue");
    expect(one.log()).toContain(
      "leasehold: environment LOG_LEVEL: warning: ignored, for it may be another program's: LOG_LEVEL must be",
    );
    const admin = (await one.admin()).replace("*", "127.0.0.1");
    const code = async (url: string, headers: Record<string, string> = {}) =>
      (await fetch(url, { headers })).status;
    expect(await code(`${admin}/readyz`)).toBe(200);
    expect(await code(`${admin}/metrics`)).toBe(200);
    expect(await code(`${admin}/collections`)).toBe(404);
    expect(await code(`${await one.url()}/collections`)).toBe(200);
    expect(await code(`${await one.url()}/readyz`)).toBe(404);
    await etcd.stop();
  }, 30_000);

  it("listens to other machines with its catalogue off, and over IPv6 with brackets", async () => {
    const etcd = await startEtcd(executable);
    const open = start(["--etcd", etcd.endpoint, "--ttl", "2s", "--listen", "0.0.0.0", "--no-catalogue"]);
    const six = start(["--etcd", etcd.endpoint, "--ttl", "2s", "--host", "::1"]);
    await until(
      async () => (await Promise.all([open.url(), six.url()])).length,
      (count) => count === 2,
      "they do not listen",
    );
    expect(await six.url()).toMatch(/^http:\/\/\[::1\]:\d+$/u);
    expect((await six.ask("/healthz"))?.code).toBe(200);
    const { port } = new URL(await open.url());
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/collections`)).status).toBe(404);
    const sessions = await keysUnder(etcd, "by-dev/meta/session");
    expect(sessions.length).toBeGreaterThan(0);
    await etcd.stop();
  }, 30_000);
});
