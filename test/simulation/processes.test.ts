/** The world holds processes of any kind, several in one world, each with settings of its own. */
import { describe, expect, it } from "vitest";
import type { Observation } from "../../models/observation.ts";
import { shipped } from "../../models/variant.ts";
import { RunJudges } from "../../properties/judging.ts";
import { singleActive } from "../../properties/single-active.ts";
import { uniqueIds } from "../../properties/unique-ids.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinator, coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { harmless } from "../../src/simulation/scheduler.ts";
import { createSetup, type SimulationSetup } from "../../src/simulation/setup.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { decodeWorld, encodeWorld } from "../../src/simulation/world-file.ts";
import { cloneWorld } from "../../src/simulation/world.ts";
import { History } from "../../src/run/history.ts";
import type { TraceEvent } from "../../src/trace/format.ts";
import { headerOf } from "../../src/run/record.ts";
import { lineSchema } from "../../src/trace/schema.ts";
import { TraceWriter } from "../../src/trace/trace-writer.ts";
import { reigns } from "./helpers.ts";
import { LockWorker } from "./lock-worker.ts";

function workers(faults: readonly Fault[], given: Partial<Scenario> = {}): Scenario {
  const one = { role: "work", kind: "lock", startAtMs: 0, clockOffsetMs: 0, clockRate: 1 };
  return scenario({
    coordinators: [],
    processes: [
      { ...one, name: "worker-a" },
      { ...one, name: "worker-b", startAtMs: 100 },
    ],
    horizonMs: 60_000,
    faults,
    ...given,
  });
}

const plain = { makers: { lock: () => new LockWorker() } };
const opaque = { makers: { lock: () => new LockWorker("opaque") } };

function run(setup: SimulationSetup): Observation[] {
  const seen: Observation[] = [];
  new Simulation(setup, harmless, { observe: (one) => void seen.push(one) }).run();
  return seen;
}

/** Who works from when on, and what single-active says of it. */
function judged(given: Scenario): { readonly turns: string[]; readonly verdict: string | undefined } {
  const seen = run(createSetup(given, shipped, plain));
  const judges = new RunJudges([singleActive], given);
  for (const one of seen) judges.observe(one);
  return { turns: reigns(seen), verdict: judges.conclude()[0]?.verdict?.type };
}

describe("a kind of process that is no coordinator", () => {
  it("holds the lock under its lease, and the next one takes it when the lease has run out", () => {
    const { turns, verdict } = judged(workers([{ type: "crash", atMs: 20_000, on: "worker-a" }]));
    expect(turns).toHaveLength(2);
    expect(turns[0]).toMatch(/^0@/u);
    expect(Number(turns[1]?.split("@")[1])).toBeGreaterThan(27_000);
    expect(turns[1]).toMatch(/^1@/u);
    expect(verdict).toBe("holds");
  });

  it.each<[string, Fault, RegExp]>([
    ["a stop", { type: "stop", atMs: 20_000, on: "worker-a" }, /^1@2[0-3]\d{3}$/u],
    [
      "a partition",
      { type: "partition", atMs: 20_000, on: "worker-a", forMs: 30_000, direction: "both" },
      /^1@[23]\d{4}$/u,
    ],
    ["a pause", { type: "pause", atMs: 20_000, on: "worker-a", forMs: 30_000 }, /^1@[23]\d{4}$/u],
    [
      "lost renewals, aimed at by its own word",
      { type: "lose", atMs: 20_000, on: "worker-a", leg: "request", purpose: "renew", count: 9 },
      /^1@[23]\d{4}$/u,
    ],
    [
      "an operator's deletion",
      { type: "deleteKey", atMs: 20_000, key: "active", on: "worker-a" },
      /^1@2\d{4}$/u,
    ],
  ])("suffers %s as any process does", (_, fault, successor) => {
    expect(judged(workers([fault])).turns[1]).toMatch(successor);
  });

  it("is judged by the properties: a clock that runs slow lets two work at once", () => {
    const drift: Fault = { type: "drift", atMs: 20_000, on: "worker-a", rate: 0.5, forMs: 30_000 };
    const cut: Fault = { type: "partition", atMs: 20_001, on: "worker-a", forMs: 30_000, direction: "both" };
    const given = workers([drift, cut]);
    const seen = run(createSetup(given, shipped, plain));
    // Its assumption is broken, so the property does not judge the scenario; the fold says no all the same.
    const judge = singleActive.judge(given);
    expect(seen.map((one) => judge.observe(one)).find((found) => found !== undefined)?.nodes).toEqual([0, 1]);
  });

  it("is recorded in a trace that the schema takes, with its tasks, claims and words", () => {
    const given = workers([{ type: "crash", atMs: 20_000, on: "worker-a", restartAfterMs: 5000 }]);
    const lines: string[] = [];
    const writer = new TraceWriter(createSetup(given, shipped, plain), (text) => lines.push(text));
    writer.begin(headerOf({ scenario: given, variant: shipped }));
    new Simulation(createSetup(given, shipped, plain), harmless, writer).run();
    writer.end(60_000, "horizon", []);
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) expect(lineSchema.parse(JSON.parse(line))).toBeDefined();
    const events = lines.slice(1, -1).map((line) => JSON.parse(line) as TraceEvent);
    expect(events.some(({ cause, node }) => node === "worker-b" && cause.type === "timer")).toBe(true);
    expect(events.some(({ seen = [] }) => seen.some(({ type }) => type === "claim"))).toBe(true);
  });

  it("refuses a kind that nobody has given", () => {
    expect(() => createSetup(workers([]), shipped)).toThrow("no kind of process is called lock");
  });
});

describe("state that is plain data", () => {
  it("is copied, written down and read back, and goes on alike", () => {
    const setup = createSetup(workers([{ type: "crash", atMs: 20_000, on: "worker-a" }]), shipped, plain);
    const original = new Simulation(setup, harmless, { observe: () => undefined });
    original.runUntil(15_000);
    const text = encodeWorld(original.world, setup);
    const worlds = [cloneWorld(original.world, setup), decodeWorld(text, setup)];
    original.runUntil(60_000);
    for (const world of worlds) {
      expect(encodeWorld(world, setup)).toBe(text);
      new Simulation(setup, harmless, { observe: () => undefined }, world).runUntil(60_000);
      expect(encodeWorld(world, setup)).toBe(encodeWorld(original.world, setup));
    }
  });
});

describe("state that is opaque", () => {
  const given = workers([{ type: "crash", atMs: 20_000, on: "worker-a", restartAfterMs: 5000 }], {
    coordinators: coordinators("rootcoord", 2),
    horizonMs: 120_000,
  });

  it("says that it can be neither copied nor written down", () => {
    const setup = createSetup(given, shipped, opaque);
    const { world } = new Simulation(setup, harmless, { observe: () => undefined });
    expect(() => cloneWorld(world, setup)).not.toThrow(); // nobody has begun yet
    const running = new Simulation(setup, harmless, { observe: () => undefined }, world);
    running.runUntil(1000);
    expect(() => cloneWorld(running.world, setup)).toThrow("the state of worker-a is opaque");
    expect(() => encodeWorld(running.world, setup)).toThrow("the state of worker-a is opaque");
  });

  it("is stepped by running it again, and shows at each event what a run of plain data shows", () => {
    const header = headerOf({ scenario: given, variant: shipped });
    const again = new History(header, shipped, opaque.makers);
    const copied = new History(header, shipped, plain.makers);
    expect(again.events).toBe(copied.events);
    expect(again.events).toBeGreaterThan(300);
    for (const n of [again.events, 1, 200, 199, 128, 129, again.events - 1]) {
      expect(again.frame(n).event).toEqual(copied.frame(n).event);
      const at = again.instantOf(n);
      expect(again.moment(n, at)).toEqual(copied.moment(n, at));
    }
  });
});

describe("several kinds, roles and settings in one world", () => {
  it("elects each role on its own beside workers with their lock", () => {
    const given = workers([], {
      coordinators: [...coordinators("rootcoord", 2), ...coordinators("datacoord", 2)],
    });
    const seen = run(createSetup(given, shipped, plain));
    const roles = new Map<string, Set<number>>();
    for (const one of seen) {
      if (one.type === "claim") roles.set(one.role, (roles.get(one.role) ?? new Set()).add(one.node));
    }
    expect(Object.fromEntries([...roles].map(([role, nodes]) => [role, [...nodes]]))).toEqual({
      rootcoord: [0],
      datacoord: [2],
      work: [4],
    });
    const ids = uniqueIds.judge(given);
    expect(seen.map((one) => ids.observe(one)).filter((found) => found !== undefined)).toEqual([]);
  });

  it("rolls a TTL out: the old one's lease still runs for a minute, the new one's for ten seconds", () => {
    const given = scenario({
      horizonMs: 300_000,
      coordinators: [
        coordinator("old-a", "rootcoord"),
        coordinator("old-b", "rootcoord", { startAtMs: 50 }),
        coordinator("new-a", "rootcoord", { startAtMs: 100_000, ttlSeconds: 10 }),
        coordinator("new-b", "rootcoord", { startAtMs: 100_050, ttlSeconds: 10 }),
      ],
      faults: [
        { type: "stop", atMs: 99_000, on: "old-b" },
        { type: "crash", atMs: 120_000, on: "old-a" },
        { type: "crash", atMs: 220_000, on: "new-a" },
      ],
    });
    const turns = reigns(run(createSetup(given, shipped))).map((turn) => turn.split("@"));
    expect(turns.map(([node]) => node)).toEqual(["0", "2", "3"]);
    const [, afterOld, afterNew] = turns.map(([, at]) => Number(at));
    expect(afterOld).toBeGreaterThan(120_000 + 40_000);
    expect(afterNew).toBeLessThan(220_000 + 12_000);
  });

  it("gives one coordinator another protocol, and one another way to etcd", () => {
    const given = scenario({
      horizonMs: 60_000,
      coordinators: [
        coordinator("far", "rootcoord", { network: { delayMs: 100 } }),
        coordinator("near", "rootcoord", { variant: "campaigns-unguarded" }),
      ],
    });
    const seen = run(createSetup(given, shipped));
    // The near one is there first, whatever the order of starting; the far one's first request takes 100 ms each way.
    expect(reigns(seen)[0]).toMatch(/^1@/u);
    const setup = createSetup(given, shipped);
    expect(setup.processes.map(({ network }) => network.delayMs)).toEqual([100, 2]);
    expect(() =>
      createSetup(
        scenario({ coordinators: [coordinator("a", "rootcoord", { variant: "nobody" })] }),
        shipped,
      ),
    ).toThrow("no variant is called nobody");
  });
});
