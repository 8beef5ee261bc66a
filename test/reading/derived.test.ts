import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases } from "../../properties/arbitraries.ts";
import type { Case } from "../../properties/case.ts";
import { clocksOf, ownInstant } from "../../src/reading/clocks.ts";
import { changesOf, keysAfter } from "../../src/reading/keys.ts";
import { claimAfter } from "../../src/reading/claims.ts";
import { standingAt } from "../../src/reading/lanes.ts";
import { Reading } from "../../src/reading/reading.ts";
import { leaseLeftMs, leasesOf } from "../../src/reading/leases.ts";
import { lastFrom } from "../../src/reading/sorted.ts";
import { messagesOf } from "../../src/reading/messages.ts";
import { gatherRun } from "../../src/reading/run.ts";
import {
  CALM_NETWORK,
  coordinator,
  coordinators,
  DEFAULT_SERVICE,
  scenario,
} from "../../src/simulation/scenario.ts";
import { builtIns } from "../../src/scenario-file/built-in.ts";
import { truthOf } from "./truth.ts";

/** Sums in floating point. */
const close = (left: number | undefined, right: number | undefined): boolean =>
  left === right || (left !== undefined && right !== undefined && Math.abs(left - right) < 0.01);

/** One that is over is none, however long: whoever wakes and finds it so says that it ended then. */
const left = (ms: number): number => Math.max(0, ms);

/** Where what is concluded from the trace is not how the world stood, after the last event of each instant. */
function disagreements(given: Case): { compared: number; found: string[] } {
  const { lines, moments } = truthOf(given);
  const run = gatherRun(lines);
  const clocks = clocksOf(run);
  const changes = changesOf(run.events);
  const { claims, lanes } = new Reading(run);
  const leases = leasesOf(run, messagesOf(run));
  const found: string[] = [];
  let compared = 0;
  for (const { at, n } of run.events) {
    const moment = moments.get(n);
    if (moment === undefined) continue;
    const differ = (what: string, derived: unknown, real: unknown): void => {
      found.push(`after event ${n}: ${what} is ${JSON.stringify(real)}, not ${JSON.stringify(derived)}`);
    };
    // Who serves is known between two events of one instant too.
    moment.coordinators.forEach(({ claimLeftMs, name }, place) => {
      const until = claimAfter(claims[place] ?? [], n)?.until ?? 0;
      if (!close(left(until - at), left(claimLeftMs ?? 0))) differ(`${name}'s claim`, until, claimLeftMs);
      const lane = lanes[place];
      const standing = lane === undefined ? undefined : standingAt(lane, { at, n });
      if ((claimLeftMs !== undefined && claimLeftMs > 0) !== (standing === "active"))
        differ(`${name}'s standing`, standing, claimLeftMs);
    });
    if (run.events[n]?.at === at) continue;
    compared++;
    const text = (keys: readonly { key: string; modRevision: number; lease: string }[]): string =>
      keys.map(({ key, lease, modRevision }) => `${key} ${modRevision} ${lease}`).join();
    const keys = text(keysAfter(changes, n));
    if (keys !== text(moment.keys)) differ("the store", keys, text(moment.keys));
    for (const { claimLeftMs, lease, leaseLeftMs: left, name, own } of moment.coordinators) {
      const shown = ownInstant(clocks.get(name) ?? [], at);
      if (!close(shown, own)) differ(`${name}'s clock`, shown, own);
      const serves = claimLeftMs !== undefined && claimLeftMs > 0;
      const band = lastFrom(lanes.find((lane) => lane.name === name)?.bands ?? [], at);
      if (serves !== (band?.standing === "active")) differ(`${name}'s standing`, band?.standing, serves);
      const life = leases.find(({ id }) => id === lease);
      const remains = life === undefined ? undefined : leaseLeftMs(life, at);
      if (!close(remains, left)) differ(`${name}'s lease`, remains, left);
    }
  }
  return { compared, found };
}

describe("keys, clocks, leases and who serves, read off a trace,", () => {
  it.each(builtIns)("are those of the world in the scenario $name", ({ scenario }) => {
    const { compared, found } = disagreements({ scenario, decisions: [] });
    expect(compared).toBeGreaterThan(20);
    expect(found).toEqual([]);
  });

  it("are those of the world where etcd goes down and later has a leader that lost touch", () => {
    const coordinators = [coordinator("a", "rootcoord"), coordinator("b", "rootcoord", { startAtMs: 50 })];
    const faults = [
      { type: "restart", atMs: 0, forMs: 1 },
      { type: "strand", atMs: 1260, on: "a", forMs: 24_720 },
    ] as const;
    const given = scenario({
      coordinators,
      faults,
      etcd: { version: "3.5", clockRate: 1 },
      horizonMs: 60_000,
    });
    expect(disagreements({ scenario: given, decisions: [] }).found).toEqual([]);
  });

  it("are those of the world where a stall ends and finds the leader gone", () => {
    const given = scenario({
      coordinators: coordinators("rootcoord", 2),
      faults: [
        { type: "stall", atMs: 60, forMs: 24_960 },
        { type: "memberDown", atMs: 60, member: "leader", forMs: 24_960 },
      ],
      etcd: { version: "3.4.23", clockRate: 1, members: 3 },
      horizonMs: 60_000,
    });
    // Both end at one instant, the stall first.
    const decisions = [{ index: 24, answer: 1 }];
    expect(disagreements({ scenario: given, decisions }).found).toEqual([]);
  });

  it("are those of the world where a restore brings back a lease that was given back", () => {
    const given = scenario({
      coordinators: coordinators("rootcoord", 2).map((one, at) =>
        at === 0 ? { ...one, ttlSeconds: 30 } : one,
      ),
      service: { ...DEFAULT_SERVICE, failsFirst: 1 },
      faults: [{ type: "goBack", atMs: 120, by: 2, forMs: 1 }],
      horizonMs: 120_000,
    });
    expect(disagreements({ scenario: given, decisions: [] }).found).toEqual([]);
  });

  it("are those of the world where a lease ends beside one of which nobody heard", () => {
    const given = scenario({
      coordinators: coordinators("rootcoord", 2),
      network: { ...CALM_NETWORK, delayMs: 15 },
      etcd: { version: "3.4.23", clockRate: 1, members: 3 },
      faults: [
        { type: "memberFrozen", atMs: 46, member: "leader", forMs: 5040 },
        { type: "partition", atMs: 1374, on: "rootcoord-b", forMs: 75_132, direction: "both" },
      ],
      horizonMs: 120_000,
    });
    const decisions = [{ index: 25, answer: 2 }];
    expect(disagreements({ scenario: given, decisions }).found).toEqual([]);
  });

  it("are those of the world where a lease is given back beside one that is over, and not yet looked at", () => {
    const rates = [1.015, 0.958, 1.024];
    const given = scenario({
      coordinators: coordinators("rootcoord", 3).map((one, at) => ({
        ...one,
        startAtMs: 0,
        clockRate: rates[at] ?? 1,
      })),
      service: { ...DEFAULT_SERVICE, writeEveryMs: 24_000 },
      etcd: { version: "3.4.23", clockRate: 0.981 },
      faults: [
        { type: "suspend", atMs: 2400, forMs: 29_760 },
        { type: "crash", atMs: 55_920, on: "rootcoord-a" },
        { type: "suspend", atMs: 300_480, forMs: 40_320, clocksGoOn: true },
      ],
      horizonMs: 360_000,
    });
    expect(disagreements({ scenario: given, decisions: [] }).found).toEqual([]);
  });

  it("are those of the world in generated runs", () => {
    fc.assert(
      fc.property(cases(), (given) => {
        expect(disagreements(given).found).toEqual([]);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it("are those of the world where machines sleep, etcd's clock is wrong, and its store goes back", () => {
    const kinds = ["suspend", "driftEtcd", "stepEtcd", "goBack", "takeId", "probe", "crash"];
    fc.assert(
      fc.property(cases({ kinds }), (given) => {
        expect(disagreements(given).found).toEqual([]);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it("are those of the world in generated runs on several members of etcd", () => {
    fc.assert(
      fc.property(cases({ etcdMembers: 3 }), (given) => {
        expect(disagreements(given).found).toEqual([]);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
