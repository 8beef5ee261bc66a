/** A scenario's own `clockRateTolerance`: claims are shorter by it, promises about clocks are judged by it, and no other run is. */
import { describe, expect, it } from "vitest";
import { steadyClocks, trueClocks } from "../../properties/assumptions.ts";
import { timingFaults, timingFor, MOST_CLOCK_RATE_TOLERANCE } from "../../models/timing.ts";
import { shipped } from "../../models/variant.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { coordinators, scenario, timingOf, type Scenario } from "../../src/simulation/scenario.ts";
import { ttlText } from "../../src/words/ttl.ts";
import { observe } from "./helpers.ts";

/** The active one's clock runs 5 % too slow, and it is cut off. */
const slow = (clockRateTolerance?: number): Scenario =>
  scenario({
    horizonMs: 180_000,
    coordinators: coordinators("rootcoord", 2),
    ...(clockRateTolerance === undefined ? {} : { clockRateTolerance }),
    faults: [
      { type: "drift", atMs: 30_000, on: "rootcoord-a", rate: 0.95, forMs: 140_000 },
      { type: "partition", atMs: 61_000, on: "rootcoord-a", forMs: 100_000, direction: "both" },
    ],
  });

/** When the first one's claim ended, and when the other began to serve, true ms. */
function handOver(given: Scenario): { readonly ends: number; readonly begins: number } {
  const seen = observe(given);
  const ended = seen.find((one) => one.type === "claimEnded");
  const begins = seen.find((one) => one.type === "milestone" && one.milestone === "active" && one.node === 1);
  if (ended === undefined || begins === undefined) throw new Error("nobody took over");
  return { ends: ended.at, begins: begins.at };
}

const verdictOf = (given: Scenario, name: string): unknown =>
  observeRun(given, shipped).judgements.find(({ property }) => property.name === name);

describe("a scenario's own margin", () => {
  it("makes claims shorter, in this run and in none beside it", () => {
    expect(timingOf(slow(), 0).claimMs).toBe(58_800);
    expect(timingOf(slow(0.06), 0).claimMs).toBe(56_400);
    const [usual, wide, none] = [handOver(slow()), handOver(slow(0.06)), handOver(slow(0))];
    expect(usual.ends).toBeGreaterThan(usual.begins);
    expect(wide.ends).toBeLessThan(wide.begins);
    // 6 % of a minute, on a clock that runs 5 % too slow.
    expect(none.ends - wide.ends).toBeCloseTo(3600 / 0.95, 0);
    expect(handOver(slow())).toEqual(usual);
  });

  it("is what promises about clocks assume", () => {
    expect([0, 0.02, 0.05, 0.06].map((own) => steadyClocks.holds(slow(own)))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(trueClocks.holds(slow(0.06))).toBe(true);
    expect(trueClocks.holds(slow())).toBe(false);
    expect(verdictOf(slow(), "single-active")).toMatchObject({ judge: undefined });
    expect(verdictOf(slow(0.06), "single-active")).toMatchObject({ verdict: { type: "holds" } });
  });

  it("leaves time for renewals under every TTL, up to the most there may be", () => {
    for (const ttlSeconds of [2, 3, 4, 5, 7, 10, 60, 600, 86_400]) {
      const timing = timingFor(ttlSeconds, MOST_CLOCK_RATE_TOLERANCE);
      const { claimMs, renewEveryMs, renewRetryMs, requestTimeoutMs } = timing;
      expect(timingFaults(timing)).toEqual([]);
      expect(renewEveryMs + 3 * (requestTimeoutMs + renewRetryMs)).toBeLessThan(claimMs);
    }
  });

  it("is told beside the TTL", () => {
    expect(ttlText(slow())).toBe("TTL 60 s");
    expect(ttlText(slow(0.145))).toBe("TTL 60 s, margin 14.5 %");
  });
});
