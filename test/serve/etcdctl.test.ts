/** etcd's own command, which is Go's clientv3 with its concurrency package, on a served etcd whose time is held by hand. */
import { spawn, type ChildProcess } from "node:child_process";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startEtcd, type ServedEtcd } from "../../src/serve/serve.ts";
import { describeWith } from "../helpers/require.ts";

describeWith("etcdctl", "etcdctl on a served etcd", (executable) => {
  let etcd: ServedEtcd;
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    etcd = await startEtcd({ time: "manual" });
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
    etcd.close();
  });

  const args = (given: readonly string[]) =>
    given[0] === "--endpoints" ? given : ["--endpoints", etcd.endpoint, ...given];
  /** The server is in this process, so the command must not be waited for by standing still. */
  function start(...given: string[]) {
    const child = spawn(executable, args(given), {
      env: { PATH: process.env["PATH"] ?? "", ETCDCTL_API: "3" },
    });
    running.push(child);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
    child.stderr.setEncoding("utf8").on("data", (more: string) => (text += more));
    const ended = new Promise<string>((resolve) => {
      child.on("close", (code) => resolve(`${text}exit ${code}`));
    });
    return { said: () => text, ended };
  }
  const etcdctl = (...given: string[]) => start(...given).ended;

  it("puts, reads, counts, deletes, and runs a transaction", async () => {
    expect(await etcdctl("put", "größe", "1 µm")).toBe("OK\nexit 0");
    expect(await etcdctl("get", "größe", "--print-value-only")).toBe("1 µm\nexit 0");
    expect(await etcdctl("get", "", "--prefix", "--keys-only", "-w", "fields")).toContain('"Count" : 1');
    expect(await etcdctl("del", "größe")).toBe("1\nexit 0");
  });

  it("sees its lease run out when time is told to go on", async () => {
    const lease =
      /lease (\w+) granted with TTL\(10s\)/u.exec(await etcdctl("lease", "grant", "10"))?.[1] ?? "";
    await etcdctl("put", "k", "v", `--lease=${lease}`);
    await etcd.do("advance", { for: 9000 });
    expect(await etcdctl("lease", "timetolive", lease, "--keys")).toContain(
      "remaining(1s), attached keys([k])",
    );
    await etcd.do("advance", { for: 1500 });
    expect(await etcdctl("lease", "timetolive", lease)).toContain("already expired");
    expect(await etcdctl("get", "k")).toBe("exit 0");
  });

  it("elects: the second leads as soon as the first one's lease is over", async () => {
    const first = start("elect", "mayor", "anna");
    await expect.poll(first.said, { timeout: 10_000 }).toContain("anna");
    const second = start("elect", "mayor", "berta");
    await expect
      .poll(async () => JSON.stringify(await etcd.do("state")), { timeout: 10_000 })
      .toContain("berta");
    expect(second.said()).not.toContain("berta");
    // Clients renew in real time, so one lease is ended by its id, and time need not go on.
    running[0]?.kill("SIGKILL");
    const { keys } = (await etcd.do("state")) as { keys: { value: string; lease: string }[] };
    await etcd.do("expire", { lease: keys.find(({ value }) => value === "anna")?.lease });
    await expect.poll(second.said, { timeout: 10_000 }).toContain("berta");
  });

  it("elects while time is advanced by hand: the lease of whoever is gone runs out, the other one's does not", async () => {
    const first = start("elect", "mayor", "anna");
    await expect.poll(first.said, { timeout: 10_000 }).toContain("anna");
    running[0]?.kill("SIGKILL");
    await etcd.do("advance", { for: 30_000 });
    const second = start("elect", "mayor", "berta");
    await expect
      .poll(async () => JSON.stringify(await etcd.do("state")), { timeout: 10_000 })
      .toContain("berta");
    await etcd.do("advance", { for: 29_000 });
    expect(second.said()).not.toContain("berta");
    await etcd.do("advance", { for: 2000 });
    await expect.poll(second.said, { timeout: 10_000 }).toContain("berta");
  });

  it("sees a cluster of three, of which one member lost the leader and the others have another", async () => {
    const cluster = await startEtcd({ time: "manual", members: 3 });
    const at = (member: number, ...given: string[]) =>
      start("--endpoints", cluster.endpoints[member] ?? "", "--command-timeout", "2s", ...given).ended;
    expect(await at(0, "member", "list")).toMatch(/leasehold-1[^]*leasehold-2[^]*leasehold-3/u);
    await cluster.do("strand");
    await cluster.do("advance", { for: 3000 });
    const leaders = await Promise.all(
      [0, 1, 2].map((member) => at(member, "endpoint", "status", "-w", "fields")),
    );
    expect(leaders.map((one) => /"Leader" : (\d+)/u.exec(one)?.[1])).toEqual([
      "0",
      "9372538179322589801",
      "9372538179322589801",
    ]);
    expect(await at(1, "put", "a", "1")).toBe("OK\nexit 0");
    expect(await at(0, "get", "a", "--consistency=s", "--print-value-only")).toBe("exit 0");
    expect(await at(0, "get", "a")).toContain("context deadline exceeded");
    cluster.close();
  });

  it("raises the alarm where the quota is used up, and stores again when it is disarmed", async () => {
    etcd.close();
    etcd = await startEtcd({ time: "manual", quotaBytes: 25_000 });
    for (const key of ["a", "b"]) await etcdctl("put", key, "x".repeat(2000));
    expect(await etcdctl("put", "c", "x".repeat(2000))).toContain("mvcc: database space exceeded");
    expect(await etcdctl("alarm", "list")).toBe("memberID:10276657743932975437 alarm:NOSPACE \nexit 0");
    await etcdctl("compact", "3");
    await etcdctl("defrag");
    expect(await etcdctl("alarm", "disarm")).toContain("alarm:NOSPACE");
    expect(await etcdctl("put", "c", "small")).toBe("OK\nexit 0");
  });

  it("waits for a lock until it is given back", async () => {
    const holder = start("lock", "door");
    await expect.poll(holder.said, { timeout: 10_000 }).toContain("door/");
    const waiting = start("lock", "door", "echo", "inside");
    await expect
      .poll(async () => JSON.stringify(await etcd.do("state")), { timeout: 10_000 })
      .toMatch(/door.*door/u);
    expect(waiting.said()).toBe("");
    running[0]?.kill("SIGTERM");
    expect(await waiting.ended).toContain("inside\n");
  });

  it("finds the one member, its state, and what is left out in plain words", async () => {
    expect(await etcdctl("member", "list")).toMatch(/^8e9e05c52164694d, started, leasehold, /u);
    expect(await etcdctl("endpoint", "status")).toContain("3.4.23");
    expect(await etcdctl("endpoint", "health")).toContain("is healthy");
    expect(await etcdctl("user", "list")).toContain("leasehold serve has no Auth.UserList");
  });
});
