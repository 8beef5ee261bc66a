/** Vacancies, who fills them and how long that may take: one fold for the property and for whoever shows takeovers. */
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { boundedTakeover } from "../../properties/bounded-takeover.ts";
import { Disturbances } from "../../properties/disturbances.ts";
import { Takeovers, type Filling } from "../../properties/takeovers.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinator, coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import type { Takeover } from "../../src/reading/takeovers.ts";
import { leaseGoneAfter, servesAfterCrash } from "../helpers/instants.ts";
import { observe, pair } from "../simulation/helpers.ts";

function fillings(given: Scenario): Filling[] {
  const fold = new Takeovers(given);
  return observe(given).flatMap((one) => fold.observe(one) ?? []);
}

function shown(given: Scenario): readonly Takeover[] {
  return observeRun(given, shipped).takeovers;
}

const stop: Fault = { type: "stop", atMs: 100_000, on: "rootcoord-a" };
const lostRevoke: Fault = {
  type: "lose",
  atMs: 99_000,
  on: "rootcoord-a",
  leg: "request",
  purpose: "revoke",
  count: 3,
};

describe("a takeover", () => {
  it("after a crash is bounded by the lease of who served before", () => {
    const [first, second] = fillings(pair([{ type: "crash", atMs: 100_000, on: "rootcoord-a" }]));
    expect(first).toMatchObject({ cause: "start", former: -1, node: 0 });
    expect(second).toMatchObject({
      cause: "crash",
      former: 0,
      node: 1,
      since: 100_000,
      at: servesAfterCrash(100_000),
      disturbed: false,
    });
    expect(leaseGoneAfter(100_000) - 100_000).toBeLessThan(second?.boundMs ?? 0);
  });

  it.each([
    ["that it has yet to find out of reach", 95_000, "loss"],
    ["that it has left for another", 50_000, "stop"],
  ] as const)("after a stop of one whose revoke goes to a member %s", (_, atMs, cause) => {
    const apart: Fault = { type: "memberApart", atMs, on: "rootcoord-a", member: "leader", forMs: 60_000 };
    const given = pair([apart, stop]);
    const judged = { ...given, etcd: { ...given.etcd, members: 3 } };
    expect(fillings(judged).at(-1)).toMatchObject({ cause, former: 0, node: 1 });
    const judge = boundedTakeover.judge(judged);
    expect(
      observe(judged)
        .map((one) => judge.observe(one))
        .filter(Boolean),
    ).toEqual([]);
  });

  it("after a stop whose revoke is lost has the bound of a lease that must run out, not that of a clean stop", () => {
    const [clean] = shown(pair([stop]));
    const [lost] = shown(pair([lostRevoke, stop]));
    expect(clean).toMatchObject({ cause: "stopped", tookMs: 62, boundMs: 2562 });
    expect(lost?.cause).toBe("stopped");
    expect(lost?.tookMs).toBe(servesAfterCrash(100_000) - 100_000);
    expect(lost?.boundMs).toBeGreaterThan(lost?.tookMs ?? 0);
    // And the promise holds, as the summary says.
    const judge = boundedTakeover.judge(pair([lostRevoke, stop]));
    expect(
      observe(pair([lostRevoke, stop]))
        .map((one) => judge.observe(one))
        .filter(Boolean),
    ).toEqual([]);
    expect(judge.conclude().type).toBe("holds");
  });

  it("of a claim that ran out while its holder was paused begins when it ran out", () => {
    const given = pair([{ type: "pause", atMs: 85_000, on: "rootcoord-a", forMs: 80_000 }]);
    const taken = fillings(given).find(({ node }) => node === 1);
    expect(taken?.cause).toBe("loss");
    expect(taken?.since).toBe(80_008 + 58_800);
    expect(shown(given)[0]).toMatchObject({ tookMs: (taken?.at ?? 0) - (taken?.since ?? 0) });
  });

  it("counts with the TTL of who served before, where each has its own", () => {
    const given = scenario({
      horizonMs: 300_000,
      coordinators: [
        coordinator("a", "rootcoord", { ttlSeconds: 10 }),
        coordinator("b", "rootcoord", { startAtMs: 50 }),
        coordinator("c", "rootcoord", { startAtMs: 100 }),
      ],
      faults: [
        { type: "crash", atMs: 100_000, on: "a" },
        { type: "crash", atMs: 200_000, on: "b" },
      ],
    });
    const [, short, long] = fillings(given);
    expect([short?.former, short?.node, long?.former, long?.node]).toEqual([0, 1, 1, 2]);
    expect(short?.boundMs).toBe(13_062);
    expect(long?.boundMs).toBe(63_062);
    expect((short?.at ?? 0) - (short?.since ?? 0)).toBeLessThan(13_062);
  });
});

describe("the property about takeovers", () => {
  it.each([
    [13_062, "holds"],
    [13_063, "not-taken-over"],
  ])("knows a TTL of one's own: with nobody serving for %i ms it says %s", (silentMs, verdict) => {
    const given = scenario({
      horizonMs: 400_000,
      coordinators: coordinators("rootcoord", 2).map((one) => ({ ...one, ttlSeconds: 10 })),
    });
    const judge = boundedTakeover.judge(given);
    const claim = { type: "claim", role: "rootcoord", token: 4, until: 900_000 } as const;
    const found = [
      { type: "started", at: 0, node: 0, role: "rootcoord" } as const,
      { type: "started", at: 0, node: 1, role: "rootcoord" } as const,
      { ...claim, at: 10, node: 0 },
      { type: "claimEnded", at: 300_000, node: 0, role: "rootcoord" } as const,
      { type: "ended", at: 300_000, node: 0, cause: "crash" } as const,
      { ...claim, at: 300_000 + silentMs, node: 1, token: 9 },
    ].flatMap((one) => judge.observe(one) ?? []);
    expect(found.map(({ kind }) => kind)).toEqual(verdict === "holds" ? [] : [verdict]);
  });
});

describe("what disturbs a process of another kind", () => {
  it("is no disturbance of etcd", () => {
    const worker = { name: "w", role: "work", kind: "lock", startAtMs: 0, clockOffsetMs: 0, clockRate: 1 };
    const disturbances = new Disturbances(
      scenario({ coordinators: coordinators("rootcoord", 1), processes: [worker] }),
    );
    disturbances.note({ type: "fault", at: 5000, node: 1, index: 0, kind: "pause", phase: "begins" });
    expect([disturbances.touchedAt(1), disturbances.touchedAt(-1)]).toEqual([Number.POSITIVE_INFINITY, 0]);
    disturbances.note({ type: "fault", at: 6000, node: -1, index: 1, kind: "stall", phase: "begins" });
    expect(disturbances.touchedAt(-1)).toBe(Number.POSITIVE_INFINITY);
  });
});
