/**
 * Exits that tell the truth: whatever becomes of the recording, of the log's reader and of a lease under way, a coordinator serves
 * on, gives its lease back when it is asked to stop, and says so only if it did.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { LeaseLeasesResponse } from "../../models/etcd-api.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { freePorts, startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openProxy, type Proxy } from "../helpers/tcp-proxy.ts";
import { COMMAND, startCoordinator, until, type CoordinatorProcess } from "./coordinator.ts";

describeWith("etcd", "a coordinator's end", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  let proxy: Proxy;
  let folder = "";
  /** Keys of its own for each test. */
  let root = "";
  let tests = 0;
  const running: CoordinatorProcess[] = [];
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
    folder = mkdtempSync(join(tmpdir(), "leasehold-exits-"));
  }, 60_000);
  beforeEach(async () => {
    proxy = await openProxy(etcd.endpoint);
    root = `test-${++tests}`;
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.end()));
    await proxy.close();
  });
  afterAll(async () => {
    client.close();
    rmSync(folder, { recursive: true, force: true });
    await etcd.stop();
  });

  function start(ttl: string, ...flags: string[]): CoordinatorProcess {
    const given = ["rootcoord", "--active-standby", "--port", "0", "--root-path", root, "--ttl", ttl];
    const one = startCoordinator("the coordinator", [...given, "--etcd", proxy.endpoint, ...flags]);
    running.push(one);
    return one;
  }
  const holder = async () => {
    const reply = await client.submit({ type: "range", key: `${root}/meta/session/rootcoord` }, 5000);
    return reply.type === "ok" && reply.response.type === "range" ? reply.response.kvs[0] : undefined;
  };
  const leases = async () => {
    const reply = await client.submit({ type: "leaseLeases" }, 5000);
    return reply.type === "ok" ? (reply.response as LeaseLeasesResponse).leases : [];
  };
  const serves = async (one: CoordinatorProcess) => (await one.ask("/readyz"))?.code === 200;
  const untilServing = (one: CoordinatorProcess) => until(() => serves(one), Boolean, "it does not serve");
  /** Its lease is renewed, and again. */
  const renewedTwice = async (url: string) => {
    const renewals = async () => {
      const page = await (await fetch(`${url}/metrics`)).text();
      return Number(
        /requests_total\{kind="renew",result="ok",role="rootcoord"\} (\d+)/u.exec(page)?.[1] ?? 0,
      );
    };
    const before = await renewals();
    await until(renewals, (now) => now >= before + 2, "no renewals");
  };
  const tracesIn = (file: string) => {
    const types: string[] = [];
    const reader = new TraceReader(readFileSync(file, "utf8").trimEnd().split("\n").values());
    for (let read = reader.next(); read.type !== "over"; read = reader.next())
      types.push(read.type === "line" ? read.line.type : read.trouble.what);
    return types;
  };

  it("is clean though requests are under way that never come back, and its recording whole", async () => {
    const file = join(folder, "under-way.jsonl");
    const one = start("2s", "--record", file);
    await untilServing(one);
    proxy.silence("fromEtcd");
    void one.ask("/collections", "POST", { name: "films" });
    await one.says("a request to etcd failed");
    one.signal("SIGTERM");
    expect(await one.ended).toBe(0);
    // Its revokes went out, but nobody told it.
    expect(one.log()).toContain("the session could not be revoked");
    expect(one.log()).not.toMatch(/revoke session successfully|internal error/u);
    expect(tracesIn(file).at(-1)).toBe("end");
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("is clean on %s", async (signal) => {
    const one = start("2s");
    await untilServing(one);
    one.signal(signal);
    expect(await one.ended).toBe(0);
    expect(await holder()).toBeUndefined();
  });

  it("gives back the lease that was being granted when it was asked to stop", async () => {
    proxy.delay(300);
    const one = start("60s");
    await one.says("Session get serverID success");
    proxy.silence("fromEtcd");
    one.signal("SIGTERM");
    await one.says("start to revoke session");
    proxy.resume();
    proxy.delay(0);
    expect(await one.ended).toBe(0);
    expect(one.log()).toContain("revoke session successfully");
    expect(await leases()).toEqual([]);
  });

  it("is not brought about by a recording that cannot be written from the first line on", async () => {
    const one = start("2s", "--record", "/dev/full");
    await untilServing(one);
    await renewedTwice(await one.url());
    expect(one.log().match(/the recording ends here.*reason=ENOSPC/gu)).toHaveLength(1);
    one.signal("SIGTERM");
    expect(await one.ended).toBe(0);
    expect(await holder()).toBeUndefined();
  });

  it("is not brought about by a recording that fails while it serves; what is recorded stays readable", async () => {
    const pipe = join(folder, "pipe");
    const file = join(folder, "kept.jsonl");
    execFileSync("mkfifo", [pipe]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", openSync(file, "w"), "ignore"] });
    const one = start("2s", "--record", pipe);
    await untilServing(one);
    reader.kill("SIGKILL");
    await once(reader, "close");
    await one.says("the recording ends here");
    await renewedTwice(await one.url());
    expect(await serves(one)).toBe(true);
    expect(one.log().match(/the recording ends here/gu)).toHaveLength(1);
    one.signal("SIGTERM");
    expect(await one.ended).toBe(0);
    const [first, ...more] = tracesIn(file);
    expect(first).toBe("header");
    expect(more.filter((type) => type === "event").length).toBeGreaterThan(5);
  });

  it.each(["stdout", "stderr"] as const)(
    "is not brought about by a reader of %s that leaves",
    async (stream) => {
      const one = start("2s");
      await untilServing(one);
      const url = await one.url();
      one.process[stream]?.destroy();
      await renewedTwice(url);
      const headers = { "content-type": "application/json" };
      const asked = { method: "POST", headers, body: '{"name":"films"}' };
      const broken = await fetch(`${url}/collections`, { ...asked, body: "[[[[" });
      expect([broken.status, await broken.json()]).toEqual([400, { error: "the body is not JSON" }]);
      expect((await fetch(`${url}/collections`, asked)).status).toBe(201);
      expect((await fetch(`${url}/collections/films`, { method: "DELETE" })).status).toBe(200);
      one.signal("SIGTERM");
      expect(await one.ended).toBe(0);
      expect(await holder()).toBeUndefined();
    },
  );

  it("is not brought about by a log on a full disk, which is said once, and at the end", async () => {
    const [port = 0] = await freePorts(1);
    const flags = [
      "rootcoord",
      "--active-standby",
      "--port",
      String(port),
      "--root-path",
      root,
      "--ttl",
      "2s",
    ];
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [COMMAND, "run", ...flags, "--etcd", etcd.endpoint], {
      stdio: ["ignore", full, "pipe"],
    });
    let said = "";
    child.stderr?.on("data", (text: Buffer) => (said += text.toString()));
    const ended = once(child, "close");
    try {
      await until(
        () =>
          fetch(`http://127.0.0.1:${port}/readyz`).then(
            ({ ok }) => ok,
            () => false,
          ),
        Boolean,
        "it does not serve",
      );
      await renewedTwice(`http://127.0.0.1:${port}`);
      child.kill("SIGTERM");
      expect((await ended)[0]).toBe(4);
      expect(said).toMatch(/^leasehold: standard output cannot be written: the disk is full\n {2}.*\n$/u);
      expect(await holder()).toBeUndefined();
    } finally {
      child.kill("SIGKILL");
    }
  });
});
