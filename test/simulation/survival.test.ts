/** What an active coordinator sits out, by its timing: just so much costs it nothing, a little more its role. */
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { survivalOf, timingFor } from "../../models/timing.ts";
import { execute } from "../../src/simulation/execute.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { CALM_NETWORK, coordinators, scenario } from "../../src/simulation/scenario.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { LEASE_ASKED_AT } from "../helpers/instants.ts";

const ROUND_MS = 2 * CALM_NETWORK.delayMs;

/** Whether the one coordinator served without a gap from its first claim to the end. */
function servesThrough(ttlSeconds: number, fault: Fault): boolean {
  const given = scenario({
    ttlSeconds,
    horizonMs: 10_000 * ttlSeconds,
    coordinators: coordinators("rootcoord", 1),
    faults: [fault],
  });
  let ends = 0;
  execute(createSetup(given, shipped), {
    listeners: [{ observe: ({ type }) => void (ends += type === "claimEnded" ? 1 : 0) }],
  });
  return ends === 0;
}

describe.each([2, 5, 10, 60])("at a TTL of %i s", (ttlSeconds) => {
  const timing = timingFor(ttlSeconds);
  const { lostRenewals, outageMs } = survivalOf(timing, ROUND_MS);
  /** Just before the third renewal leaves: the longest time since one was granted. */
  const atMs = LEASE_ASKED_AT + 3 * timing.renewEveryMs - 1;
  const losing = (count: number): Fault => ({
    type: "lose",
    atMs,
    on: "rootcoord-a",
    leg: "reply",
    purpose: "renew",
    count,
  });
  const cutOff = (forMs: number): Fault => ({
    type: "partition",
    atMs,
    on: "rootcoord-a",
    forMs,
    direction: "both",
  });

  it(`outlives ${lostRenewals} lost renewals in a row, and not one more`, () => {
    expect(lostRenewals).toBeGreaterThanOrEqual(1);
    expect(servesThrough(ttlSeconds, losing(lostRenewals))).toBe(true);
    expect(servesThrough(ttlSeconds, losing(lostRenewals + 1))).toBe(false);
  });

  it(`outlives ${outageMs} ms without etcd, whenever they begin, and not an attempt more`, () => {
    expect(outageMs).toBeGreaterThan(0);
    for (let early = 0; early < timing.renewEveryMs; early += timing.renewEveryMs / 7)
      expect(servesThrough(ttlSeconds, { ...cutOff(outageMs), atMs: Math.round(atMs + early) })).toBe(true);
    expect(
      servesThrough(
        ttlSeconds,
        cutOff(outageMs + timing.requestTimeoutMs + timing.renewRetryMs + ROUND_MS + 2),
      ),
    ).toBe(false);
  });
});
