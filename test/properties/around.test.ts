/** Cases around a scenario, and of some kinds of faults alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases, drawnCases } from "../../properties/arbitraries.ts";
import { shipped } from "../../models/variant.ts";
import { execute } from "../../src/simulation/execute.ts";
import { decided, FATES, type Scheduler } from "../../src/simulation/scheduler.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { contradictory } from "../../src/simulation/effects.ts";
import { lastsMs, type Fault } from "../../src/simulation/fault.ts";
import { coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";

const base: Scenario = scenario({
  title: "mine",
  ttlSeconds: 10,
  horizonMs: 200_000,
  coordinators: coordinators("rootcoord", 3),
  etcd: { version: "3.5.9", clockRate: 1 },
  faults: [
    { type: "crash", atMs: 30_000, on: "rootcoord-a", restartAfterMs: 4000 },
    { type: "stall", atMs: 60_000, forMs: 3000 },
  ],
});
const drawn = (options: Parameters<typeof cases>[0]) =>
  fc.sample(cases(options), { seed: 7, numRuns: 400 }).map(({ scenario: one }) => one);
const typesIn = (all: readonly Scenario[]) =>
  new Set(all.flatMap(({ faults }) => faults.map(({ type }) => type)));

describe("cases around a scenario", () => {
  const around = drawn({ around: base });
  const own = ({ faults }: Scenario) => base.faults.every((fault) => faults.some((one) => same(one, fault)));
  const same = (left: Fault, right: Fault) => JSON.stringify(left) === JSON.stringify(right);

  it("keep who takes part, the timing, the network, etcd and the length of the run", () => {
    for (const one of around) expect({ ...one, faults: base.faults }).toEqual(base);
  });

  it("are the scenario itself now and then, and keep its faults as they are in about half", () => {
    expect(around.some((one) => same(one as never, base as never))).toBe(true);
    const kept = around.filter(own).length;
    expect(kept).toBeGreaterThan(150);
    expect(kept).toBeLessThan(300);
  });

  it("move its faults by at most half a TTL, and make them at most twice as long or half as short", () => {
    const crashes = around.flatMap(({ faults }) =>
      faults.filter(({ type, atMs }) => type === "stall" && Math.abs(atMs - 60_000) <= 5000),
    );
    const moved = crashes.filter(({ atMs }) => atMs !== 60_000);
    expect(moved.length).toBeGreaterThan(80);
    for (const { faults } of around) {
      const [crash] = faults.filter((one) => one.type === "crash" && Math.abs(one.atMs - 30_000) <= 5000);
      expect(crash).toBeDefined();
      if (crash !== undefined && lastsMs(crash) > 0 && faults.length === 2) {
        expect(lastsMs(crash)).toBeGreaterThanOrEqual(2000);
        expect(lastsMs(crash)).toBeLessThanOrEqual(8000);
      }
    }
  });

  it("add at most three drafts of faults, in the order of their times but for aimed ones, and never what a scenario may not say", () => {
    expect(around.some(({ faults }) => faults.length > 4)).toBe(true);
    for (const { faults } of around) expect(contradictory(faults)).toBe(false);
    for (const { scenario: one } of fc.sample(drawnCases({ around: base }), { seed: 7, numRuns: 400 })) {
      const { faults } = one;
      expect(faults.map(({ atMs }) => atMs)).toEqual(
        faults.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
      );
    }
  });

  it("follow another etcd and another network where these are asked for", () => {
    const [one] = drawn({ around: base, etcdVersion: "3.6", network: { delayMs: 50 } });
    expect(one?.etcd.version).toBe("3.6");
    expect(one?.network).toEqual({ ...base.network, delayMs: 50 });
  });
});

describe("cases of some kinds of faults", () => {
  it("have no other, in combinations neither", () => {
    expect(typesIn(drawn({ kinds: ["pause", "partition"] }))).toEqual(new Set(["pause", "partition"]));
    const all = typesIn(drawn({ etcdMembers: 1 }));
    const without = typesIn(drawn({ etcdMembers: 1, kinds: [...all].filter((type) => type !== "drift") }));
    expect(all.has("drift")).toBe(true);
    expect(without).toEqual(new Set([...all].filter((type) => type !== "drift")));
  });

  it("have no message that meets what would be a fault of another kind", () => {
    const metBy = (kinds: readonly string[] | undefined): ReadonlySet<string> => {
      const met = new Set<string>();
      const options = kinds === undefined ? {} : { kinds };
      for (const { decisions, scenario: one } of fc.sample(cases(options), { seed: 7, numRuns: 200 })) {
        const given = decided(decisions);
        const noting: Scheduler = {
          choose(index, question) {
            const answer = given.choose(index, question);
            if (question.type === "fate") met.add(FATES[answer] ?? "");
            return answer;
          },
        };
        execute(createSetup(one, shipped), { scheduler: noting });
      }
      return met;
    };
    expect(metBy(undefined)).toEqual(new Set(FATES));
    expect(metBy(["pause"])).toEqual(new Set(["arrives", "slow"]));
    expect(metBy(["pause", "lose"])).toEqual(new Set(["arrives", "slow", "lost"]));
    expect(metBy(["delay", "duplicate"])).toEqual(new Set(["arrives", "slow", "late", "doubled"]));
  });

  it("have combinations that need none but them", () => {
    const both = drawn({ kinds: ["delay", "partition"] });
    // A slow renewal, and then silence.
    expect(
      both.some(({ faults }) =>
        faults.some(
          (one, at) =>
            one.type === "delay" && one.purpose === "renew" && faults[at + 1]?.type === "partition",
        ),
      ),
    ).toBe(true);
  });

  it("are refused where none is left", () => {
    expect(() => cases({ kinds: ["no such"] })).toThrow("a mix of faults has at least one kind");
  });

  it("have the network and the etcd that are asked for", () => {
    for (const { etcd, network } of drawn({ etcdVersion: "3.4.38", network: { delayMs: 80 } })) {
      expect(etcd.version).toBe("3.4.38");
      expect(network.delayMs).toBe(80);
    }
  });
});
