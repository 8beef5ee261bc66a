/** What clients did at a served etcd, as a trace: it is whole, it replays, and it can be looked at anywhere. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KvRequest } from "../../models/etcd-api.ts";
import { shipped } from "../../models/variant.ts";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { readRun, type Reading } from "../../src/reading/reading.ts";
import { ServedRerun } from "../../src/run/served.ts";
import { ServedHistory } from "../../src/run/served-history.ts";
import { forkPoint } from "../../src/run/fork.ts";
import { startEtcd, type ServedEtcd, type ServeOptions } from "../../src/serve/serve.ts";
import type { TraceEvent, TraceLine } from "../../src/trace/format.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";

describe("the recording of a served etcd", () => {
  let folder: string;
  let file: string;
  let etcd: ServedEtcd;
  const clients: EtcdClient[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-serve-"));
    file = join(folder, "run.jsonl");
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
    etcd.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(options: Partial<ServeOptions> = {}): Promise<void> {
    etcd = await startEtcd({ time: "manual", record: file, ...options });
  }
  function connect(member = 0): EtcdClient {
    const client = new EtcdClient({ endpoints: [etcd.endpoints[member] ?? ""] });
    clients.push(client);
    return client;
  }
  const put = (key: string, value: string, lease = "0"): KvRequest => ({ type: "put", key, value, lease });

  /** Everything that is written in it; throws what a reader of files would say. */
  function linesOf(path = file): TraceLine[] {
    const reader = new TraceReader(readFileSync(path, "utf8").trimEnd().split("\n").values());
    const lines: TraceLine[] = [];
    for (let reading = reader.next(); reading.type !== "over"; reading = reader.next()) {
      if (reading.type === "trouble") throw new Error(JSON.stringify(reading.trouble));
      lines.push(reading.line);
    }
    return lines;
  }
  const read = (): Reading => readRun(linesOf());
  function rerun(events: readonly TraceEvent[]): ServedRerun {
    const made = new ServedRerun();
    for (const event of events) made.event(event);
    return made;
  }
  async function watch(client: EtcdClient, key: string): Promise<string[]> {
    const told: string[] = [];
    await new Promise<void>((resolve) => {
      client.watch(
        { key },
        {
          onMessage({ created, events }) {
            told.push(...events.map(({ type }) => type));
            if (created) resolve();
          },
          onBroken: () => told.push("broken"),
        },
      );
    });
    return told;
  }

  it("shows what arrived in real time, too, and clients as running, for they compete for nothing", async () => {
    await serve({ time: 1 });
    const one = connect();
    for (const value of ["1", "2", "3"]) await one.submit(put("a", value), 5000);
    etcd.close();
    const { lanes, messages } = read();
    expect(messages.map(({ fate, leg, what }) => `${what} ${leg} ${fate}`)).toEqual(
      Array.from({ length: 3 }, () => ["put request arrived", "put reply arrived"]).flat(),
    );
    expect(lanes[0]?.bands.map(({ standing }) => standing)).toEqual(["down", "running"]);
  });

  it("has a lane for each connection, its requests with their answers, and etcd's changes", async () => {
    await serve();
    const [one, two] = [connect(), connect()];
    const granted = await one.submit({ type: "leaseGrant", ttlSeconds: 10 }, 5000);
    const lease = granted.type === "ok" && granted.response.type === "leaseGrant" ? granted.response.id : "";
    await watch(two, "a");
    await one.submit(put("a", "1", lease), 5000);
    await etcd.do("advance", { for: 10_500 });
    etcd.close();
    const { changes, leases, messages, run } = read();
    expect(run.processes).toEqual(["node-1", "node-2"]);
    expect(changes.map(({ event }) => event.type)).toEqual(["PUT", "DELETE"]);
    expect(leases).toMatchObject([{ id: lease, owner: "node-1", end: "expired", ttlMs: 10_000 }]);
    expect(messages.map(({ fate, leg, what }) => `${leg} ${what} ${fate}`)).toEqual([
      "request grant arrived",
      "reply grant arrived",
      "request watch arrived",
      "watch watch arrived",
      "request put arrived",
      "watch watch arrived",
      "reply put arrived",
      "watch watch arrived",
    ]);
    expect(rerun(run.events)).toMatchObject({ divergence: undefined, compared: 5 });
  });

  it("is run again whatever befell messages, etcd and its time", async () => {
    await serve();
    const client = connect();
    await etcd.do("mark", { name: "empty" });
    await etcd.do("lose", { what: "answer", kind: "put" });
    expect(await client.submit(put("a", "lost"), 100)).toMatchObject({ code: "DeadlineExceeded" });
    await etcd.do("refuse", { says: "auth-expired", kind: "put" });
    expect(await client.submit(put("a", "no"), 1000)).toMatchObject({ code: "Unauthenticated" });
    await etcd.do("double", { kind: "put" });
    expect(await client.submit(put("a", "twice"), 1000)).toMatchObject({
      response: { header: { revision: 3 } },
    });
    await etcd.do("change-leader", { for: 1000 });
    const late = client.submit({ type: "range", key: "a" }, 5000);
    await expect.poll(async () => JSON.stringify(await etcd.do("clients"))).toContain("node");
    await etcd.do("settle");
    expect(await late).toMatchObject({ response: { kvs: [{ value: "twice", version: 3 }] } });
    await etcd.do("rewind", { name: "empty" });
    expect(await client.submit({ type: "range", key: "a" }, 1000)).toMatchObject({ response: { count: 0 } });
    await etcd.do("fill-up");
    expect(await client.submit(put("b", "x"), 1000)).toMatchObject({ code: "ResourceExhausted" });
    etcd.close();
    const { run } = read();
    const { compared, divergence } = rerun(run.events);
    expect(divergence).toBeUndefined();
    expect(compared).toBe(4);
    expect(run.events.map(({ delivery }) => delivery)).toContain("refused");
  });

  it("of several members is run again too, with a leader cut off", async () => {
    await serve({ members: 3 });
    const [first, second] = [connect(0), connect(1)];
    expect(await first.submit(put("a", "1"), 5000)).toMatchObject({ type: "ok" });
    const told = await watch(second, "a");
    await etcd.do("strand");
    await etcd.do("advance", { for: 3000 });
    expect(await second.submit(put("a", "2"), 5000)).toMatchObject({ type: "ok" });
    expect(await first.submit(put("a", "3"), 5000)).toMatchObject({ message: "etcdserver: no leader" });
    expect(told).toEqual(["PUT"]);
    etcd.close();
    const { run } = read();
    expect(run.header.scenario.etcd.members).toBe(3);
    expect(rerun(run.events)).toMatchObject({ divergence: undefined, etcd: { store: { revision: 3 } } });
  });

  it("gives a lane to another client when its own is gone", async () => {
    await serve();
    for (const value of ["1", "2", "3"]) {
      const client = connect();
      await client.submit(put("a", value), 5000);
      client.close();
      await expect.poll(() => etcd.do("clients")).toEqual({ clients: [] });
    }
    etcd.close();
    const { observations, run } = read();
    expect(run.processes).toEqual(["node-1"]);
    expect(observations.filter(({ type }) => type === "started")).toHaveLength(3);
    expect(rerun(run.events).compared).toBe(3);
  });

  it("is readable up to now while it is written, and whole by the control", async () => {
    await serve();
    await connect().submit(put("größe", "1"), 5000);
    const events = linesOf().length;
    expect(events).toBeGreaterThan(4);
    const text = (await etcd.do("trace")) as string;
    const copy = join(folder, "copy.jsonl");
    writeFileSync(copy, text);
    expect(linesOf(copy)).toHaveLength(events);
    etcd.close();
    const last = readFileSync(file, "utf8").trimEnd().split("\n").at(-1);
    expect(JSON.parse(last ?? "")).toMatchObject({
      type: "end",
      digest: expect.stringMatching(/^[0-9a-f]{16}$/u),
    });
  });

  it("tells where etcd says something else now", async () => {
    await serve();
    const client = connect();
    await client.submit(put("a", "1"), 5000);
    await client.submit({ type: "range", key: "a" }, 5000);
    etcd.close();
    const { events } = read().run;
    const other = events.map((event): TraceEvent => {
      const { cause } = event;
      if (cause.type !== "request" || cause.request.type !== "put") return event;
      return { ...event, cause: { ...cause, request: { ...cause.request, value: "2" } } };
    });
    expect(rerun(other).divergence).toMatchObject({
      path: "cause.reply.response.kvs.0.value",
      recorded: "1",
      replayed: "2",
    });
  });

  it("is a history that can be looked at anywhere and not be forked", async () => {
    await serve();
    const client = connect();
    await client.submit(put("a", "1"), 5000);
    await etcd.do("advance", { for: 2000 });
    await client.submit(put("a", "2"), 5000);
    etcd.close();
    const history = new ServedHistory(read().run, shipped);
    const value = (n: number, at: number) => history.moment(n, at).keys.map((one) => one.value);
    expect(value(0, 0)).toEqual([]);
    expect(value(history.eventAt(1000), 1000)).toEqual(["1"]);
    expect(value(history.events, 2000)).toEqual(["2"]);
    expect(history.frame(2).told?.cause).toBe("process begins");
    expect(history.moment(2, 0).coordinators).toMatchObject([{ name: "node-1", status: "up" }]);
    expect(forkPoint(history, 2, 0)).toMatch(/^it was recorded/u);
  });

  it("is replayed, told, stood still and exported by the command", async () => {
    await serve();
    await connect().submit(put("a", "1"), 5000);
    etcd.close();
    const replayed = await leasehold(["replay", file]);
    expect(replayed.out).toContain("SAME: asked again, etcd says the same, 1 answer compared");
    expect((await leasehold(["replay", file, "--print"])).out).toContain("put from node-1: put a");
    expect((await leasehold(["replay", file, "--at", "0s"])).out).toContain("etcd  serving, revision 2");
    expect((await leasehold(["replay", file, "--export", "mermaid"])).out).toContain(
      "participant c1 as node-1",
    );
    expect((await refusalOf(["replay", file, "--save-test", join(folder, "t.test.ts")])).message).toContain(
      "its clients are not here to be run",
    );
  });
});
