/** A served etcd whose time and fate the test holds: by the control, by `leasehold ctl`, and as a child process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KvRequest, WatchResponse } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type ServedEtcd } from "../../src/serve/serve.ts";
import { runElection } from "../../src/service/run-election.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { COMMAND } from "../production/coordinator.ts";

describe("a served etcd in manual time", () => {
  let etcd: ServedEtcd;
  let client: EtcdClient;
  beforeEach(async () => {
    etcd = await startEtcd({ time: "manual" });
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
  });
  afterEach(() => {
    client.close();
    etcd.close();
  });

  const ask = (request: KvRequest, timeoutMs = 5000) => client.submit(request, timeoutMs);
  async function grant(ttlSeconds: number): Promise<string> {
    const granted = await ask({ type: "leaseGrant", ttlSeconds });
    if (granted.type !== "ok" || granted.response.type !== "leaseGrant") throw new Error("no lease");
    return granted.response.id;
  }
  function watch(key: string): { readonly events: string[]; readonly ended: Promise<string> } {
    const events: string[] = [];
    const ended = new Promise<string>((resolve) => {
      client.watch(
        { key },
        {
          onMessage: (response: WatchResponse) =>
            void events.push(...response.events.map(({ type }) => type)),
          onBroken: ({ message }) => resolve(message),
        },
      );
    });
    return { events, ended };
  }
  const state = async () => (await etcd.do("state")) as { mode: string; nowMs: number; keys: object[] };

  it("lets a lease run out when it is told that its time has come", async () => {
    const lease = await grant(10);
    await ask({ type: "put", key: "lock", value: "me", lease });
    const { events } = watch("lock");
    await ask({ type: "range", key: "lock" });
    await etcd.do("advance", { for: 9900 });
    expect(await ask({ type: "range", key: "lock" })).toMatchObject({ response: { count: 1 } });
    await etcd.do("advance", { for: 600 });
    expect(await ask({ type: "range", key: "lock" })).toMatchObject({ response: { count: 0 } });
    expect(events).toEqual(["DELETE"]);
    const { keys, nowMs } = await state();
    expect(keys).toEqual([]);
    // A watch that catches up takes a millisecond by itself.
    expect(nowMs).toBeGreaterThanOrEqual(10_500);
    expect(nowMs).toBeLessThan(10_510);
  });

  it("expires one lease at once, by its id in either form", async () => {
    const [one, two] = [await grant(60), await grant(60)];
    await ask({ type: "put", key: "a", value: "1", lease: one });
    await ask({ type: "put", key: "b", value: "2", lease: two });
    await etcd.do("expire", { lease: BigInt(one).toString(16) });
    expect(await state()).toMatchObject({ keys: [{ key: "b", lease: two }] });
    await expect(etcd.do("expire", { lease: one })).rejects.toThrow(`there is no lease ${one}`);
  });

  it("loses answers and requests as told: of the first the work is done", async () => {
    await etcd.do("lose", { what: "answer", kind: "put" });
    expect(await ask({ type: "put", key: "a", value: "1" }, 300)).toMatchObject({ code: "DeadlineExceeded" });
    await etcd.do("lose", { what: "request", kind: "put", count: 1 });
    expect(await ask({ type: "put", key: "a", value: "2" }, 300)).toMatchObject({ code: "DeadlineExceeded" });
    expect(await state()).toMatchObject({ keys: [{ key: "a", value: "1" }] });
  });

  it("has no leader for a while: what was passed on to the last one is lost, what comes later the next one answers", async () => {
    await etcd.do("change-leader", { for: 1500 });
    const lost = ask({ type: "put", key: "a", value: "lost" }, 60_000);
    // It is there before time passes.
    await ask({ type: "range", key: "a", serializable: true });
    await etcd.do("advance", { for: 1499 });
    expect(await state()).toMatchObject({ mode: "electing", keys: [] });
    const asked = ask({ type: "put", key: "a", value: "1" }, 60_000);
    await ask({ type: "range", key: "a", serializable: true });
    await etcd.do("advance", { for: 1 });
    expect(await asked).toMatchObject({ message: "etcdserver: no leader" });
    expect(await ask({ type: "put", key: "a", value: "2" })).toMatchObject({ type: "ok" });
    await etcd.do("advance", { for: 6000 });
    expect(await lost).toMatchObject({
      message: "etcdserver: request timed out, possibly due to previous leader failure",
    });
    expect(await state()).toMatchObject({ keys: [{ key: "a", value: "2" }] });
  });

  it("crashes with its watches and comes back with its keys", async () => {
    await ask({ type: "put", key: "a", value: "1" });
    const { ended } = watch("a");
    await ask({ type: "range", key: "a" });
    await etcd.do("crash");
    expect(await ended).not.toBe("");
    expect(await ask({ type: "range", key: "a" }, 300)).toMatchObject({ type: "error", code: "Unavailable" });
    await etcd.do("restart", { for: 0 });
    await etcd.do("advance", { for: 1 });
    // A connection that was refused is tried again after a while.
    await expect
      .poll(() => ask({ type: "range", key: "a" }), { timeout: 10_000 })
      .toMatchObject({ response: { count: 1 } });
  });

  it("goes back to a state that was dumped", async () => {
    await ask({ type: "put", key: "a", value: "before" });
    const dump = JSON.parse(JSON.stringify(await etcd.do("dump"))) as Record<string, unknown>;
    await ask({ type: "put", key: "a", value: "after" });
    await etcd.do("advance", { for: 5000 });
    await etcd.do("load", dump);
    expect(await state()).toMatchObject({ nowMs: 0, keys: [{ key: "a", value: "before" }] });
    expect(await ask({ type: "put", key: "a", value: "again" })).toMatchObject({
      response: { header: { revision: 3 } },
    });
    await expect(etcd.do("load", { format: "another" })).rejects.toThrow("it is no dump of this version");
    await expect(etcd.do("load", { ...dump, nowMs: 7 })).rejects.toThrow("it is a dump that was changed");
  });

  it("elects for a service of this package, and hands over when time is advanced", async () => {
    const serving: string[] = [];
    const join = (address: string, signal: AbortSignal) =>
      runElection({
        role: "role",
        address,
        etcd: { endpoints: [etcd.endpoint] },
        ttlSeconds: 60,
        signal,
        serve: async (term) => {
          serving.push(address);
          await new Promise((resolve) => term.signal.addEventListener("abort", resolve));
        },
      });
    const [first, second] = [new AbortController(), new AbortController()];
    const one = await join("a:1", first.signal);
    await expect.poll(() => serving, { timeout: 10_000 }).toEqual(["a:1"]);
    const two = await join("b:1", second.signal);
    await expect.poll(() => two.status.phase, { timeout: 10_000 }).toBe("standby");
    await etcd.do("expire", { lease: one.status.leaseId });
    await expect.poll(() => serving, { timeout: 10_000 }).toEqual(["a:1", "b:1"]);
    first.abort();
    second.abort();
    await Promise.all([one.ended, two.ended]);
  });

  it("says what is wrong with what it is told", async () => {
    await expect(etcd.do("advance")).rejects.toThrow('advance needs "for"');
    await expect(etcd.do("advance", { for: "10s" })).rejects.toThrow('"for" is "10s"');
    await expect(etcd.do("advance", { by: 1 })).rejects.toThrow('advance knows no "by"');
    await expect(etcd.do("advnace")).rejects.toThrow('there is no action "advnace"');
    await expect(etcd.do("restart")).rejects.toThrow("it is not down");
  });

  describe("by its control", () => {
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${etcd.control}${path}`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      });

    it("is described for programs, each action with its fields", async () => {
      const described = (await (await fetch(`${etcd.control}/openapi.json`)).json()) as { paths: object };
      expect(Object.keys(described.paths)).toContain("/v1/advance");
      expect(JSON.stringify(described)).toContain('"required":["for"]');
    });

    it("does what its description says: of each action the examples, and what is left out or is none of it", async () => {
      interface Described {
        readonly requestBody: {
          readonly content: {
            readonly "application/json": {
              readonly schema: {
                readonly properties: Readonly<
                  Record<string, { examples?: unknown[]; enum?: string[]; type: string }>
                >;
                readonly required: readonly string[];
                readonly additionalProperties: boolean;
              };
            };
          };
        };
        readonly responses: Readonly<Record<string, { content: object }>>;
      }
      const described = (await (await fetch(`${etcd.control}/openapi.json`)).json()) as {
        paths: Record<string, { post: Described }>;
      };
      for (const [path, { post: operation }] of Object.entries(described.paths)) {
        const { additionalProperties, properties, required } =
          operation.requestBody.content["application/json"].schema;
        const example = Object.fromEntries(required.map((name) => [name, properties[name]?.examples?.[0]]));
        for (const name of required) expect(example[name], `${path} ${name}`).toBeDefined();
        const answer = await post(path, JSON.stringify(example));
        // Whether it can be done depends on how it stands; what is not described never comes.
        expect(Object.keys(operation.responses), path).toContain(String(answer.status));
        const type = answer.headers.get("content-type") ?? "";
        expect(Object.keys(operation.responses[answer.status]?.content ?? {}), path).toEqual([type]);
        for (const name of required) {
          const rest = Object.fromEntries(Object.entries(example).filter(([other]) => other !== name));
          expect((await post(path, JSON.stringify(rest))).status, `${path} without ${name}`).toBe(400);
        }
        for (const [name, { type: kind }] of Object.entries(properties)) {
          const wrong = JSON.stringify({ ...example, [name]: kind === "string" ? 7 : "soon" });
          expect(await (await post(path, wrong)).text(), `${path} ${name}`).toContain(`\\"${name}\\" is`);
        }
        if (!additionalProperties)
          expect(await (await post(path, '{"strange": 1}')).text(), path).toContain('knows no \\"strange\\"');
      }
    });

    it.each<[string, number, string, string, string]>([
      ["/v1/advance", 200, '{"for": 5}', "application/json", '"nowMs":5'],
      ["/v1/advance", 400, "5", "application/json", "the body is no object"],
      ["/v1/advance", 400, "{", "application/json", "the body is no JSON"],
      ["/v1/advance", 415, '{"for": 5}', "text/plain", "not said to be JSON"],
      ["/v1/nowhere", 404, "", "application/json", "there is /v1/state"],
    ])("%s answers %i", async (path, code, body, type, says) => {
      const answer = await post(path, body, { "content-type": type });
      expect(answer.status).toBe(code);
      expect(await answer.text()).toContain(says);
    });

    it("is held from the command line", async () => {
      const at = ["--control", etcd.control.slice("http://".length)];
      expect((await leasehold(["ctl", ...at, "advance", "10s"])).out).toBe('{\n  "nowMs": 10000\n}\n');
      expect((await leasehold(["ctl", ...at, "state"])).out).toContain('"mode": "serving"');
      expect((await leasehold(["ctl"])).out).toMatch(/^lose <what> \[kind\] \[count\].*\n +lose the next/mu);
      expect(await refusalOf(["ctl", ...at, "advance", "soon"])).toMatchObject({ exitCode: 2 });
      expect((await refusalOf(["ctl", ...at, "restart"])).message).toContain("it is not down");
      expect(await refusalOf(["ctl", "--control", "127.0.0.1:1", "state"])).toMatchObject({ exitCode: 4 });
    });
  });
});

describe("leasehold serve as a child", () => {
  it("says first where clients go, and ends with standard input", async () => {
    const args = ["serve", "--port", "0", "--control-port", "0", "--exit-on-stdin-close"];
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    const [first] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    expect(first).toMatch(/^127\.0\.0\.1:\d+\n$/u);
    const client = new EtcdClient({ endpoints: [first.trim()] });
    expect(await client.submit({ type: "put", key: "a", value: "1" }, 5000)).toMatchObject({ type: "ok" });
    client.close();
    child.stdin.end();
    expect(await once(child, "close")).toEqual([0, null]);
  });

  it("says where the record is when it ends, or why there is none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-record-"));
    const run = async (record: string): Promise<string> => {
      const args = [
        "serve",
        "--port",
        "0",
        "--control-port",
        "0",
        "--exit-on-stdin-close",
        "--record",
        record,
      ];
      const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["pipe", "pipe", "pipe"] });
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (more: string) => (said += more));
      await once(child.stdout, "data");
      child.stdin.end();
      expect(await once(child, "close")).toEqual([0, null]);
      return said.trimEnd().split("\n").at(-1) ?? "";
    };
    const file = join(folder, "made", "run.jsonl");
    expect(await run(file)).toBe(`leasehold: what clients did: leasehold replay ${file}`);
    expect((await leasehold(["replay", file])).out).toContain("SAME");
    expect(await refusalOf(["serve", "--record", "/dev/null"])).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("it is a device or a pipe"),
    });
    rmSync(folder, { recursive: true });
  });

  it.each(["127.0.0.2", "::1"])("listens where it is told to, and says so: %s", async (host) => {
    const etcd = await startEtcd({ host, members: 2 });
    const client = new EtcdClient({ endpoints: [etcd.endpoints[1] ?? ""] });
    expect(etcd.endpoints[1]).toMatch(host === "::1" ? /^\[::1\]:\d+$/u : /^127\.0\.0\.2:\d+$/u);
    expect(await client.submit({ type: "put", key: "a", value: "1" }, 5000)).toMatchObject({ type: "ok" });
    expect(etcd.control).toMatch(/^http:\/\/127\.0\.0\.1:/u);
    client.close();
    etcd.close();
  });

  it("is for this machine alone, unless it is said that others are meant", async () => {
    expect(await refusalOf(["serve", "--host", "0.0.0.0"])).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /^--host 0\.0\.0\.0: others than this machine could reach it, and read and change everything: it has neither TLS nor passwords/u,
      ),
    });
    expect(await refusalOf(["serve", "--host", "localhost"])).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("It is no address."),
    });
    // An address for documents: no machine has it.
    expect(await refusalOf(["serve", "--host", "192.0.2.1", "--exposed"])).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^--host: cannot listen there: /u),
    });
  });

  it("says that a port is taken, with the flag to change", async () => {
    const etcd = await startEtcd();
    const port = etcd.endpoint.split(":")[1] ?? "";
    const { exitCode, message } = await refusalOf(["serve", "--port", port, "--control-port", "0"]);
    expect(message).toMatch(/^--port: cannot listen there: /u);
    expect(exitCode).toBe(4);
    etcd.close();
  });
});
