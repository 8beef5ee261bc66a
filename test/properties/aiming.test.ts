/** Aims are resolved while a case is run; the case that comes of it is that run again. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../models/observation.ts";
import { shipped } from "../../models/variant.ts";
import { rankFor, SELDOM_FIRST, type StateAim } from "../../properties/aimed.ts";
import { runDrawn, type DrawnCase } from "../../properties/aiming.ts";
import { drawnCases } from "../../properties/arbitraries.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { execute } from "../../src/simulation/execute.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { chartsOf, createSetup, processAt } from "../../src/simulation/setup.ts";

const RUNS = 2000;

function heard(drawn: DrawnCase): { readonly seen: readonly Observation[]; readonly given: DrawnCase } {
  const seen: Observation[] = [];
  const given = runDrawn(drawn, shipped, () => ({ observe: (one) => void seen.push(one), broken: false }));
  return { seen, given };
}

const three = scenario({ ttlSeconds: 10, horizonMs: 100_000, coordinators: coordinators("rootcoord", 3) });
const aim: StateAim = {
  fromMs: 20_000,
  untilMs: 60_000,
  common: 0,
  afterMs: 2,
  goal: "member.lease.held.renewing",
  strike: (atMs, on) => ({ type: "crash", atMs, on }),
};

describe("a case with aims", () => {
  it("comes to be a case whose run is the same to the byte", () => {
    let aimed = 0;
    let struck = 0;
    let jittered = 0;
    for (const options of [{}, { etcdMembers: 3 }, { around: three }]) {
      for (const drawn of fc.sample(drawnCases(options), { seed: 17, numRuns: RUNS / 2 })) {
        const { given, seen } = heard(drawn);
        const { seen: again } = heard({ scenario: given.scenario, decisions: given.decisions });
        expect(JSON.stringify(again)).toBe(JSON.stringify(seen));
        aimed += drawn.aims?.length ?? 0;
        struck += given.scenario.faults.length - drawn.scenario.faults.length;
        jittered += given.decisions.length - drawn.decisions.length;
      }
    }
    // Most aims find somebody.
    expect(aimed).toBeGreaterThan(100);
    expect(struck).toBeGreaterThan(0.7 * aimed);
    expect(jittered).toBeGreaterThan(20);
  }, 120_000);

  it("tells whoever has heard enough of what was kept nothing of the rest", () => {
    const enough = { told: 0, later: 0, broken: false };
    runDrawn({ scenario: three, decisions: [], aims: [aim] }, shipped, () => ({
      observe() {
        if (enough.broken) enough.later++;
        else enough.broken = ++enough.told === 3;
      },
      get broken() {
        return enough.broken;
      },
    }));
    expect(enough).toEqual({ told: 3, later: 0, broken: true });
  });

  it("is struck in the state that was its goal, as long after it was entered", () => {
    const { given, seen } = heard({ scenario: three, decisions: [], aims: [aim] });
    const [fault] = given.scenario.faults;
    const asked = seen.findLast(
      (one) => one.type === "request" && one.purpose === "renew" && one.at < (fault?.atMs ?? 0),
    );
    expect(fault).toMatchObject({ type: "crash" });
    expect(fault?.atMs).toBe(Math.floor(asked?.at ?? 0) + aim.afterMs);
    expect(seen.some(({ at, type }) => type === "ended" && at === fault?.atMs)).toBe(true);
  });

  it("is not struck where whoever comes to the state leaves it before", () => {
    const late = { ...aim, common: -1, untilMs: 30_000, afterMs: 5 };
    // A round trip takes 4 ms, and half of its time an aim waits for its goal alone.
    const { given } = heard({ scenario: three, decisions: [], aims: [{ ...late, untilMs: 40_000 }] });
    expect(given.scenario.faults.filter(({ atMs }) => atMs < 30_000)).toEqual([]);
  });

  it("aims the next one once the first has struck", () => {
    const first: StateAim = {
      ...aim,
      strike: (atMs, on) => ({ type: "pause", atMs, on, forMs: 1000 }),
      next: (fromMs) => ({ ...aim, fromMs, untilMs: fromMs + 40_000 }),
    };
    const { given } = heard({ scenario: three, decisions: [], aims: [first] });
    expect(given.scenario.faults.map(({ type }) => type)).toEqual(["pause", "crash"]);
  });
});

it("an aim becomes less choosy as it waits", () => {
  const { afterMs, common, fromMs, strike, untilMs } = aim;
  const anywhere: StateAim = { fromMs, untilMs, common, afterMs, strike };
  const ranks = (now: number) => SELDOM_FIRST.filter((path) => rankFor(anywhere, path, now) !== undefined);
  const [early, later, late] = [21_000, 35_000, 50_000].map(ranks);
  expect(early?.length).toBeLessThan(later?.length ?? 0);
  expect(later?.length).toBeLessThan(late?.length ?? 0);
  expect(late).toEqual(SELDOM_FIRST);
  expect(rankFor(aim, "member.role.waiting", 30_000)).toBeUndefined();
  expect(rankFor(aim, "a mutant's own", 45_000)).toBe(0);
});

it("the states that are ranked are those of the chart in which one can stay", () => {
  const met = new Set<string>();
  for (const { decisions, scenario: given } of fc.sample(drawnCases(), { seed: 1, numRuns: RUNS / 2 })) {
    const setup = createSetup(given, shipped);
    execute(setup, {
      scheduler: decided(decisions),
      listeners: [
        {
          observe: () => undefined,
          stepped(node, _world, _type, _elapsedMs, { next }) {
            for (const path of processAt(setup, node).kind.chart?.facts(next).paths ?? []) met.add(path);
          },
        },
      ],
    });
  }
  expect(chartsOf(shipped).length).toBeGreaterThan(0);
  // Nobody stays in these: there the coordinator ends, or goes on at once.
  for (const path of ["leaseKept", "exited", "stopped"]) met.delete(path);
  expect([...met].filter((path) => !SELDOM_FIRST.includes(path))).toEqual([]);
});
