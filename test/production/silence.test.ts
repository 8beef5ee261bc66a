/** Nothing fails in silence: what a request to etcd fails of, how long a phase lasts, and a role that nobody can win. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { openProxy, type Proxy } from "../helpers/tcp-proxy.ts";
import { startCoordinator, until, type CoordinatorProcess } from "./coordinator.ts";

describeWith("etcd", "a coordinator in trouble", (executable) => {
  let etcd: RealEtcd;
  let client: EtcdClient;
  let proxy: Proxy;
  let root = "";
  let tests = 0;
  const running: CoordinatorProcess[] = [];
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    client = new EtcdClient({ endpoints: [etcd.endpoint] });
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
    await etcd.stop();
  });

  function start(...flags: string[]): CoordinatorProcess {
    const given = ["rootcoord", "--port", "0", "--root-path", root, "--ttl", "2s"];
    const one = startCoordinator("the coordinator", [...given, "--etcd", proxy.endpoint, ...flags]);
    running.push(one);
    return one;
  }
  const put = async (key: string, value: string) => {
    expect((await client.submit({ type: "put", key: `${root}/meta/${key}`, value }, 5000)).type).toBe("ok");
  };
  const times = (one: CoordinatorProcess, pattern: RegExp) => one.log().match(pattern)?.length ?? 0;
  const metric = async (one: CoordinatorProcess, name: string, ...labels: readonly string[]) => {
    const page = await (await fetch(`${await one.url()}/metrics`)).text();
    const found = page
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
    return found.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  };
  /** Why requests of a kind failed, one for each line about it. */
  const reasons = (one: CoordinatorProcess, kind: string) =>
    one
      .log()
      .split("\n")
      .filter((line) => line.includes("a request to etcd failed") && line.includes(`request=${kind}`))
      .map((line) => /reason="?(.*?)"?\] \[member=/u.exec(line)?.[1]);
  const failures = (one: CoordinatorProcess, kind: string) =>
    metric(one, "leasehold_etcd_requests_total", `kind="${kind}"`, 'result="unknown"');

  it("warns where a round trip outlasts what a request is given at this TTL, and says which TTL would do", async () => {
    proxy.delay(120);
    const one = start();
    const line = await one.says("TTL and network do not fit");
    expect(line).toMatch(
      /a round trip of 2\d\d ms is no shorter than the 166 ms that a request is given: it takes a TTL of at least \d s/u,
    );
  });

  it("gives the role up where its self-check finds the catalogue no longer its own to write, and stays away", async () => {
    const one = start("--active-standby", "--after-loss", "stand-by", "--self-check", "2s");
    await one.says("serving the catalogue");
    await put("rootcoord-meta/sequence", "by hand");
    expect((await one.ask("/collections", "POST", { name: "films" }))?.code).toBe(500);
    await one.says("the self-check failed");
    await one.says("unhealthy");
    await until(
      () => one.ask("/healthz"),
      (answer) => answer?.body["state"] === "away",
      "it does not stay away",
    );
    expect((await one.ask("/healthz"))?.code).toBe(200);
  });

  it("says once why renewals fail, however often, and that they no longer do", async () => {
    const one = start("--active-standby", "--after-loss", "stand-by");
    await until(
      async () => (await one.ask("/readyz"))?.code,
      (code) => code === 200,
      "it does not serve",
    );
    proxy.cut();
    await until(
      () => failures(one, "renew"),
      (count) => count >= 3,
      "no renewal failed",
    );
    const why = reasons(one, "renew");
    expect(why.length).toBeGreaterThan(0);
    expect(new Set(why).size).toBe(why.length);
    expect(one.log()).toContain(`[member=${proxy.endpoint}]`);
    // Registering anew fails too, in another phase.
    await one.says("request=readId");
    await until(
      () => failures(one, "readId"),
      (count) => count >= 3,
      "no read failed",
    );
    expect(new Set(reasons(one, "readId")).size).toBe(reasons(one, "readId").length);
    proxy.resume();
    await one.says("etcd answers this request again");
    expect(times(one, /etcd answers this request again.*request=readId.*failures=\d/gu)).toBe(1);
  });

  it("says that the counter of server ids was overwritten, and counts the answers that mean nothing", async () => {
    const one = start("--active-standby", "--after-loss", "stand-by");
    await until(
      async () => (await one.ask("/readyz"))?.code,
      (code) => code === 200,
      "it does not serve",
    );
    await put("session/id", "seven");
    await put("session/rootcoord", "mine");
    await one.says("the server id counter is no number");
    await until(
      () => metric(one, "leasehold_etcd_requests_total", 'kind="readId"', 'result="unusable"'),
      (count) => count >= 3,
      "it did not ask again",
    );
    expect(times(one, /the server id counter is no number/gu)).toBe(1);
  });

  it("warns as a standby of a key on the role that never expires, once", async () => {
    const one = start("--active-standby");
    await until(
      async () => (await one.ask("/readyz"))?.code,
      (code) => code === 200,
      "it does not serve",
    );
    const two = start("--active-standby");
    await two.says("start to watch ACTIVE key");
    await put("session/rootcoord", "by hand");
    await two.says("the ACTIVE key has no lease");
    // It asks again from time to time and finds the same.
    const campaigns = () => metric(two, "leasehold_etcd_requests_total", 'kind="campaign"', 'result="ok"');
    const before = await campaigns();
    await until(campaigns, (count) => count >= before + 1, "it did not ask again");
    expect(times(two, /the ACTIVE key has no lease.*remedy="etcdctl del/gu)).toBe(1);
  });

  it("tells metrics what it is, whom it asks, how long it is in its phase, and what it loaded", async () => {
    await put(
      "rootcoord-meta/collection/films",
      JSON.stringify({ name: "films", description: "", fields: [], token: 1, serverId: 1 }),
    );
    const one = start("--active-standby");
    await until(
      async () => (await one.ask("/readyz"))?.code,
      (code) => code === 200,
      "it does not serve",
    );
    expect(await metric(one, "leasehold_build_info")).toBe(1);
    expect(await metric(one, "leasehold_etcd_member", proxy.endpoint)).toBe(1);
    expect(await metric(one, "leasehold_phase_seconds")).toBeGreaterThan(0);
    expect(await metric(one, "leasehold_phase_overdue")).toBe(0);
    expect(await metric(one, "leasehold_reload_size", 'unit="keys"')).toBe(1);
    expect(await metric(one, "leasehold_reload_size", 'unit="bytes"')).toBeGreaterThan(50);
    expect(await metric(one, "leasehold_reload_duration_seconds_count")).toBe(1);
    expect(await metric(one, "leasehold_etcd_request_duration_seconds_count", 'kind="grant"')).toBe(1);
  });
});
