/** An etcd of several members in the world: a coordinator that asks one goes on at another, and a fault of one is not one of all. */
import { describe, expect, it, test } from "vitest";
import type { Observation } from "../../models/observation.ts";
import { shipped } from "../../models/variant.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { judgeCase } from "../../properties/check.ts";
import { execute } from "../../src/simulation/execute.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { harmless } from "../../src/simulation/scheduler.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { coordinator, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { decodeWorld, encodeWorld } from "../../src/simulation/world-file.ts";
import { milestones, pair, reigns } from "./helpers.ts";

const SECOND = 1000;

/** The pair of {@link pair}, at members 1 and 2 of three; rootcoord-a serves from the first second on. */
function three(...faults: Fault[]): Scenario {
  const given = pair(faults);
  return { ...given, etcd: { ...given.etcd, members: 3 } };
}

function observed(given: Scenario): Observation[] {
  const seen: Observation[] = [];
  execute(createSetup(given, shipped), { listeners: [{ observe: (one) => seen.push({ ...one }) }] });
  return seen;
}

/** To which member the requests of a coordinator went, one after another, each once. */
function askedBy(node: number, seen: readonly Observation[]): number[] {
  const members = seen.flatMap((one) =>
    one.type === "request" && one.node === node ? [one.member ?? 0] : [],
  );
  return members.filter((member, at) => member !== members[at - 1]);
}

const at = (seconds: number) => ({ atMs: seconds * SECOND });
const lasting = (seconds: number) => ({ forMs: seconds * SECOND });

describe("whoever asks a member", () => {
  test("stays with it while it answers", () => {
    const seen = observed(three());
    expect([askedBy(0, seen), askedBy(1, seen)]).toEqual([[1], [2]]);
  });

  test("begins with the one that its setup names", () => {
    const given = scenario({
      etcd: { version: "3.5", clockRate: 1, members: 3 },
      coordinators: [coordinator("rootcoord-a", "rootcoord", { member: 3 })],
    });
    expect(askedBy(0, observed(given))).toEqual([3]);
  });

  test.each<[string, Fault, number[]]>([
    // What it asks the second is passed on to the dead leader, and lost, before anybody has noticed.
    ["is down", { type: "memberDown", ...at(100), member: 1, ...lasting(90) }, [1, 2, 3]],
    ["is cut off from the others", { type: "memberCut", ...at(100), member: 1, ...lasting(90) }, [1, 2]],
    ["stands still", { type: "memberFrozen", ...at(100), member: 1, ...lasting(90) }, [1, 2]],
    ["lags", { type: "memberLags", ...at(100), member: 1, ...lasting(90) }, [1, 2]],
    [
      "it does not reach",
      { type: "memberApart", ...at(100), on: "rootcoord-a", member: 1, ...lasting(90) },
      [1, 2],
    ],
  ])("goes on at the next one when that %s, and serves on", (_, fault, members) => {
    const seen = observed(three(fault));
    expect(askedBy(0, seen)).toEqual(members);
    expect(reigns(seen)).toHaveLength(1);
    expect(milestones(seen, 0)).not.toContain("lost: claim ended");
  });

  test("asks each of the others before it comes to one again", () => {
    const apart = [1, 2].map((member): Fault => ({
      type: "memberApart",
      ...at(100),
      on: "rootcoord-a",
      member,
      ...lasting(30),
    }));
    expect(askedBy(0, observed(three(...apart))).slice(0, 3)).toEqual([1, 2, 3]);
  });
});

describe("whoever watches at a member that is cut off", () => {
  const crash = { type: "crash", ...at(104.5), on: "rootcoord-a" } as const;

  test("is told of what it missed, at another, within seconds (H9)", () => {
    const usual = Number(reigns(observed(three(crash)))[1]?.split("@")[1]);
    const seen = observed(three({ type: "memberCut", ...at(100), member: 2, ...lasting(300) }, crash));
    const taken = Number(reigns(seen)[1]?.split("@")[1]);
    expect(askedBy(1, seen).slice(0, 2)).toEqual([2, 3]);
    // The election gave the dead one's lease no more time: member 1 led.
    expect(taken - usual).toBeLessThan(SECOND);
  });

  test("goes on at another from where it was, and not from now", () => {
    const seen = observed(three(crash));
    const gone = seen.find((one) => one.type === "change" && one.event.type === "DELETE" && one.at > 104_500);
    if (gone === undefined) throw new Error("no lease ran out");
    // Told nothing when the key goes, it learns of it from the next member, within the time without a leader.
    const cut: Fault = { type: "memberCut", atMs: gone.at - SECOND, member: 2, ...lasting(100) };
    const taken = Number(reigns(observed(three(cut, crash)))[1]?.split("@")[1]);
    expect(taken - gone.at).toBeGreaterThan(SECOND);
    expect(taken - gone.at).toBeLessThan(5 * SECOND);
  });
});

describe("a leader that falls silent", () => {
  /** Followers pass renewals on to it until they notice, and those hang for longer than their time (H7). */
  test("costs nobody its membership, though a renewal that was passed on to it hangs", () => {
    for (let tenths = 0; tenths < 200; tenths += 7) {
      const frozen: Fault = {
        type: "memberFrozen",
        ...at(100 + tenths / 10),
        member: "leader",
        ...lasting(60),
      };
      const given = three(frozen);
      const seen = observed({
        ...given,
        coordinators: given.coordinators.map((one) => ({ ...one, member: 2 })),
      });
      expect(reigns(seen), `at ${tenths / 10}`).toHaveLength(1);
    }
  });
});

describe("an etcd without a majority", () => {
  const lost = [2, 3].map((member): Fault => ({ type: "memberDown", ...at(100), member, ...lasting(100) }));

  it("serves nobody, as promised of an outage, and somebody serves when there is one again", () => {
    const given = three(...lost);
    const seen = observed(given);
    expect(milestones(seen, 0)).toContain("lost: claim ended");
    expect(reigns(seen).length).toBeGreaterThan(1);
    const judged = judgeCase({ scenario: given, decisions: [] }, shipped, catalogue);
    expect(
      judged.flatMap(({ property, verdict }) => (verdict?.type === "violated" ? [property.name] : [])),
    ).toEqual([]);
  });

  it("is not struck twice by two faults of one member, and their ends end neither", () => {
    const both: Fault[] = [
      { type: "memberCut", ...at(100), member: 1, ...lasting(20) },
      { type: "memberDown", ...at(110), member: 1, ...lasting(60) },
    ];
    const simulation = new Simulation(createSetup(three(...both), shipped), harmless, {
      observe: () => undefined,
    });
    const standing = [99, 105, 115, 125, 175].map((seconds) => {
      simulation.runUntil(seconds * SECOND);
      const { cut, down } = simulation.world.etcd.cluster?.members[0]?.status ?? {};
      return [cut, down];
    });
    expect(standing).toEqual([
      [false, false],
      [true, false],
      [true, true],
      [false, true],
      [false, false],
    ]);
  });
});

test("a world of several members goes on alike when it was written down and read back", () => {
  const given = three(
    { type: "memberFrozen", ...at(60), member: "leader", ...lasting(70) },
    { type: "memberLags", ...at(70), member: 3, ...lasting(90) },
  );
  const setup = createSetup(given, shipped);
  const seenOf = (text?: string) => {
    const seen: Observation[] = [];
    const listener = { observe: (one: Observation) => seen.push({ ...one }) };
    const world = text === undefined ? undefined : decodeWorld(text, setup);
    const simulation = new Simulation(setup, harmless, listener, world);
    return { seen, simulation };
  };
  const first = seenOf();
  first.simulation.runUntil(100 * SECOND);
  const text = encodeWorld(first.simulation.world, setup);
  const before = first.seen.length;
  const second = seenOf(text);
  first.simulation.run();
  second.simulation.run();
  expect(second.seen).toEqual(first.seen.slice(before));
  expect(second.seen.length).toBeGreaterThan(20);
});

test("a fault of a member is none of an etcd that is one server", () => {
  expect(() => observed(pair([{ type: "memberDown", ...at(1), member: 1, ...lasting(1) }]))).toThrow(
    "memberDown befalls an etcd of several members alone",
  );
});
