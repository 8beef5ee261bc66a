/** Faults that are in effect together: what holds is derived from all of them, and the end of one ends no other. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { cases } from "../../properties/arbitraries.ts";
import type { Observation } from "../../models/observation.ts";
import { shipped } from "../../models/variant.ts";
import { clocksOf, ownInstant } from "../../src/reading/clocks.ts";
import { changesOf } from "../../src/reading/keys.ts";
import { lanesOf } from "../../src/reading/lanes.ts";
import { seenIn } from "../../src/reading/seen.ts";
import { messagesOf } from "../../src/reading/messages.ts";
import { gatherRun } from "../../src/reading/run.ts";
import { turnsOf } from "../../src/reading/turns.ts";
import { contradict, contradictory, outageEnd } from "../../src/simulation/effects.ts";
import { FAULT_KINDS, type Fault } from "../../src/simulation/fault.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { harmless } from "../../src/simulation/scheduler.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { cloneWorld } from "../../src/simulation/world.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { localNow } from "../../src/time/node-clock.ts";
import type { TraceLine } from "../../src/trace/format.ts";
import { recordCase } from "../../src/run/record.ts";
import { milestones, observe, pair, reigns } from "./helpers.ts";
import { HANDOVER_MS, SERVES_AT, servesAfterCrash } from "../helpers/instants.ts";
import { tellStory } from "../../src/reading/tell-story.ts";

const on = "rootcoord-a";
const SECOND = 1000;

function running(...faults: Fault[]): Simulation {
  return new Simulation(createSetup(pair(faults), shipped), harmless, { observe: () => undefined });
}

/** How rootcoord-a stands at each instant, s. */
function standing(faults: readonly Fault[], ...instants: number[]) {
  const simulation = running(...faults);
  return instants.map((at) => {
    simulation.runUntil(at * SECOND);
    const [node] = simulation.world.nodes;
    if (node === undefined) throw new Error("no node");
    const { clock, cutFromEtcd, cutToEtcd, status } = node;
    return { status, cut: [cutToEtcd, cutFromEtcd], own: localNow(clock, at * SECOND) / SECOND };
  });
}

/** What happened besides the faults themselves. */
function effects(...faults: Fault[]): Observation[] {
  return observe(pair(faults)).filter(({ type }) => type !== "fault");
}

/** What the story and the exports tell of faults in the lane of rootcoord-a. */
function told(...faults: Fault[]) {
  const scenario = pair(faults);
  const story = tellStory(observeRun(scenario, shipped))
    .filter(({ lane, text }) => lane === 0 && /✗|wakes|still|connected|clock/u.test(text))
    .map(({ at, text }) => `${at / SECOND} ${text}`)
    .filter((text) => !text.includes("claim ends"));
  const lines: TraceLine[] = [];
  recordCase({ scenario, variant: shipped }, (_, line) => lines.push(line));
  const run = gatherRun(lines);
  const lanes = lanesOf(seenIn(run));
  const turns = turnsOf(run, lanes, messagesOf(run), changesOf(run.events))
    .filter(({ node, type }) => type === "fault" && node === on)
    .map(({ at, text }) => `${at / SECOND} ${text}`);
  return { story, turns, pauses: lanes[0]?.pauses, clock: clocksOf(run).get(on) ?? [] };
}

function partition(at: number, length: number, direction: "both" | "toEtcd" | "fromEtcd" = "both"): Fault {
  return { type: "partition", atMs: at * SECOND, on, forMs: length * SECOND, direction };
}
function pause(at: number, length: number, clockStops = false): Fault {
  const given = { type: "pause", atMs: at * SECOND, on, forMs: length * SECOND } as const;
  return clockStops ? { ...given, clockStops } : given;
}
function drift(at: number, length: number, rate: number): Fault {
  return { type: "drift", atMs: at * SECOND, on, rate, forMs: length * SECOND };
}

describe("partitions of one coordinator", () => {
  test("a short one within a long one changes nothing, when it begins and when it ends", () => {
    const long = partition(85, 120);
    for (const inner of [partition(87, 5), partition(95, 5), partition(150, 5), partition(200, 5, "toEtcd")])
      expect(effects(long, inner)).toEqual(effects(long));
    expect(reigns(observe(pair([long, partition(95, 5)])))).toEqual([
      `0@${SERVES_AT}`,
      `1@${servesAfterCrash(100_000)}`,
    ]);
  });

  test("cut whatever any of them cuts, and the later end connects again", () => {
    const faults = [partition(100, 30, "toEtcd"), partition(110, 40, "fromEtcd")];
    expect(standing(faults, 105, 120, 135, 151).map(({ cut }) => cut)).toEqual([
      [true, false],
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  test("hold back what a watch has to tell until the last has ended", () => {
    const toB = (at: number, length: number): Fault => ({
      ...(partition(at, length, "fromEtcd") as Fault & { type: "partition" }),
      on: "rootcoord-b",
    });
    const stop: Fault = { type: "stop", atMs: 100 * SECOND, on };
    expect(reigns(observe(pair([toB(99, 5), toB(100, 7), stop])))).toEqual([
      `0@${SERVES_AT}`,
      `1@${107 * SECOND + HANDOVER_MS}`,
    ]);
  });

  test("are told: which end connects, and which does not", () => {
    const { story, turns } = told(partition(61, 20), partition(65, 5, "toEtcd"));
    expect(story).toEqual([
      "61 ✗ cut off from etcd",
      "65 ✗ nothing it sends reaches etcd",
      "70 partition over; still: cut off from etcd",
      "81 connected again",
    ]);
    expect(turns).toEqual([
      "61 cut off from etcd (20 s)",
      "65 nothing it sends reaches etcd (5 s)",
      "70 partition over; still: cut off from etcd",
      "81 connected again",
    ]);
  });
});

describe("pauses of one coordinator", () => {
  test("let it stand still until the last has ended", () => {
    const faults = [pause(100, 60), pause(120, 10), pause(150, 30)];
    const at = standing(faults, 125, 135, 165, 181).map(({ status }) => status);
    expect(at).toEqual(["paused", "paused", "paused", "up"]);
    expect(effects(pause(85, 80), pause(90, 5))).toEqual(effects(pause(85, 80)));
  });

  test("one that its process did not survive wakes not the successor that another holds", () => {
    const crash: Fault = { type: "crash", atMs: 90 * SECOND, on, restartAfterMs: 5 * SECOND };
    const faults = [pause(80, 40), crash, pause(100, 50)];
    const at = standing(faults, 85, 92, 97, 130, 151).map(({ status }) => status);
    expect(at).toEqual(["paused", "down", "up", "paused", "up"]);
  });

  test("are told and drawn as one standstill", () => {
    const { pauses, story, turns } = told(pause(61, 20), pause(65, 5));
    expect(story).toEqual([
      "61 ✗ stands still",
      "65 ✗ stands still",
      "70 pause over; still: stands still",
      "81 wakes up",
    ]);
    expect(turns.slice(2)).toEqual(["70 pause over; still: stands still", "81 wakes up"]);
    expect(pauses).toEqual([{ from: 61_000, to: 81_000 }]);
  });
});

describe("the clock of one coordinator", () => {
  it.each<[string, Fault[], Record<number, number>]>([
    [
      "of two drifts the one that began last holds, then the other again",
      [drift(100, 100, 0.5), drift(120, 20, 2)],
      { 100: 100, 120: 110, 140: 150, 200: 180, 210: 190 },
    ],
    [
      "a drift that ends within another that began later leaves it alone",
      [drift(100, 40, 0.5), drift(120, 80, 2)],
      { 120: 110, 140: 150, 200: 270, 210: 280 },
    ],
    [
      "a suspended machine's clock stands within a drift, which goes on afterwards",
      [drift(100, 100, 0.5), pause(120, 30, true)],
      { 120: 110, 150: 110, 200: 135, 210: 145 },
    ],
    [
      "a drift that begins and ends meanwhile moves no clock that stands",
      [pause(100, 60, true), drift(120, 20, 2)],
      { 120: 100, 140: 100, 160: 100, 170: 110 },
    ],
    [
      "a clock that stands can jump",
      [pause(100, 60, true), { type: "stepClock", atMs: 120 * SECOND, on, byMs: 7 * SECOND }],
      { 119: 100, 121: 107, 160: 107, 170: 117 },
    ],
    [
      "of two that stop it, the last end lets it run",
      [pause(100, 60, true), pause(120, 10, true)],
      { 130: 100, 150: 100, 170: 110 },
    ],
  ])("%s", (_, faults, shows) => {
    const instants = Object.keys(shows).map(Number);
    const own = standing(faults, ...instants).map((one) => one.own);
    expect(own).toEqual(Object.values(shows));
    // What is read off a trace is the same.
    const { clock } = told(...faults);
    expect(instants.map((at) => Math.round(ownInstant(clock, at * SECOND)) / SECOND)).toEqual(own);
  });

  test("is told: which end lets it run, and which does not", () => {
    const { story } = told(drift(61, 20, 0.5), pause(65, 30, true));
    expect(story).toEqual([
      "61 ✗ its clock runs 50 % too slow",
      "65 ✗ stands still, its clock too",
      "81 drift over; still: stands still, its clock too",
      "95 wakes up",
    ]);
  });
});

describe("a process that several faults end", () => {
  const crash = (at: number, restart?: number): Fault => ({
    type: "crash",
    atMs: at * SECOND,
    on,
    ...(restart === undefined ? {} : { restartAfterMs: restart * SECOND }),
  });
  const stop = (at: number, restart: number): Fault => ({
    type: "stop",
    atMs: at * SECOND,
    on,
    restartAfterMs: restart * SECOND,
  });

  test("stays down until the last of their pauses is over", () => {
    const states = (...faults: Fault[]) => standing(faults, 130, 161).map(({ status }) => status);
    expect(states(crash(100, 60), stop(110, 5))).toEqual(["down", "up"]);
    expect(states(crash(100, 60), crash(110, 5))).toEqual(["down", "up"]);
    expect(states(stop(100, 5), crash(103, 57))).toEqual(["down", "up"]);
    const { story, turns } = told(crash(100, 60), crash(110, 5));
    expect(story).toEqual(["100 ✗ KILLED", "110 ✗ killed, but it is down already"]);
    expect(turns).toEqual(["100 KILLED", "110 killed, but it is down already", "160 restarted"]);
  });

  test("and for ever is started by whoever ends it anew", () => {
    expect(standing([crash(100), stop(110, 5)], 112, 116).map(({ status }) => status)).toEqual([
      "down",
      "up",
    ]);
  });
});

describe("blows at one message", () => {
  const aimed = { on, leg: "request", purpose: "write", count: 1 } as const;
  const lose: Fault = { type: "lose", atMs: 81 * SECOND, ...aimed };
  const delay: Fault = { type: "delay", atMs: 82 * SECOND, ...aimed, byMs: 500 };
  const fates = (...faults: Fault[]) =>
    observe(pair(faults)).flatMap((one) => (one.type === "message" ? [`${one.fate} ${one.at}`] : []));

  test("fall one on each, the first that began first", () => {
    expect(fates(lose, delay)).toEqual(["lost 100074", "late 120074"]);
  });

  test("are not used up on what a partition keeps", () => {
    expect(fates(lose, partition(99, 5))).toEqual(["lost 120074"]);
  });
});

describe("what others ask of etcd during an outage", () => {
  const deleteKey: Fault = { type: "deleteKey", atMs: 100 * SECOND, on, key: "active" };
  /** When the active key is gone. */
  const deleted = (outage: Fault): number | undefined =>
    observe(pair([outage, deleteKey])).flatMap((one) =>
      one.type === "change" && one.event.type === "DELETE" ? [one.at / SECOND] : [],
    )[0];

  test("waits for a leader or for a stuck disk, and is refused while etcd is down", () => {
    expect(deleted({ type: "stall", atMs: 99 * SECOND, forMs: 4 * SECOND })).toBe(103);
    expect(deleted({ type: "changeLeader", atMs: 99 * SECOND, forMs: 4 * SECOND })).toBe(103);
    expect(deleted({ type: "restart", atMs: 99 * SECOND, forMs: 4 * SECOND })).toBeUndefined();
  });

  test("is carried out by the others while one leader is stranded", () => {
    expect(deleted({ type: "strand", atMs: 90 * SECOND, on, forMs: 30 * SECOND })).toBe(100);
  });
});

describe("outages of etcd", () => {
  const draw = {
    on,
    size: 1,
    spice: 1,
    ttlMs: 60_000,
    members: 1,
    within: (longestMs: number) => Math.round(longestMs),
  };
  const outages = FAULT_KINDS.filter(({ outage }) => outage !== undefined);
  const at = (kind: (typeof outages)[number], atMs: number): Fault =>
    ({ type: kind.name, atMs, ...kind.draw({ ...draw, atMs }) }) as Fault;
  const pairs = outages.flatMap((first) =>
    outages.map((second) => [first.name, second.name, first, second] as const),
  );

  it("are six", () => {
    const names = ["changeLeader", "stall", "strand", "restart", "suspend", "goBack"];
    expect(outages.map(({ name }) => name)).toEqual(names);
  });

  it.each(pairs)("%s and %s contradict each other where they overlap or touch", (_, __, first, second) => {
    const one = at(first, 10_000);
    const end = outageEnd(one) ?? 0;
    for (const [atMs, expected] of [
      [10_000, true],
      [(10_000 + end) / 2, true],
      [end, true],
      [end + 1, false],
    ] as const) {
      expect(contradict(one, at(second, atMs))).toBe(expected);
      expect(contradict(at(second, atMs), one)).toBe(expected);
    }
  });

  it.each(pairs)(
    "%s and, a millisecond after its end, %s: each strikes an etcd that serves",
    (_, __, first, second) => {
      const one = at(first, 100_000);
      const two = at(second, (outageEnd(one) ?? 0) + 1);
      const simulation = running(one, two);
      simulation.runUntil(two.atMs - 0.5);
      expect(simulation.world.etcd.mode).toBe("serving");
      simulation.runUntil(two.atMs);
      expect(simulation.world.etcd.mode === "serving").toBe(false);
      simulation.runUntil((outageEnd(two) ?? 0) + 1);
      expect(simulation.world.etcd.mode).toBe("serving");
      expect(simulation.world.etcd.stale).toBeNull();
    },
  );

  it("contradict nothing but each other", () => {
    for (const kind of FAULT_KINDS)
      for (const other of FAULT_KINDS)
        expect(contradict(at(kind, 10_000), at(other, 10_000))).toBe(
          outages.includes(kind) && outages.includes(other),
        );
  });

  it("that contradict each other are never generated", () => {
    fc.assert(
      fc.property(cases(), ({ scenario }) => !contradictory(scenario.faults)),
      { numRuns: 2000 },
    );
  });
});

test("what is in effect belongs to a world, and its copy goes on alike", () => {
  const faults = [partition(85, 120), pause(90, 60), drift(95, 30, 0.5)];
  const simulation = running(...faults);
  simulation.runUntil(100 * SECOND);
  expect(simulation.world.inEffect).toEqual([0, 1, 2].map((index) => ({ index, life: 1 })));
  const copy = new Simulation(
    simulation.setup,
    harmless,
    { observe: () => undefined },
    cloneWorld(simulation.world, simulation.setup),
  );
  simulation.runUntil(200 * SECOND);
  expect(copy.world.inEffect).toHaveLength(3);
  copy.runUntil(200 * SECOND);
  expect(JSON.stringify(copy.world)).toBe(JSON.stringify(simulation.world));
  expect(milestones(observe(pair(faults)), 0)).toContain("lost: claim ended");
});

test("whoever stood still beyond its claim serves no more, also where its clock stops as it wakes", () => {
  const faults: Fault[] = [
    { type: "pause", atMs: 10_000, on: "rootcoord-a", forMs: 60_000 },
    { type: "suspend", atMs: 70_000, forMs: 60_000 },
  ];
  const again = observe(pair(faults)).filter(
    (one) => one.type === "claim" && one.node === 0 && one.at === 70_000,
  );
  expect(again).toMatchObject([{ until: 70_000 }]);
});
