/** Appointments by a clock of one's own: never missed by a float. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { execute } from "../../src/simulation/execute.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { createNodeClock, localNow, setRate, trueInstantOf } from "../../src/time/node-clock.ts";

const numbers = { noNaN: true, noDefaultInfinity: true };

describe("a node's own clock", () => {
  it("shows at least the appointed time at the instant it names, and not a moment later than floats allow", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2, ...numbers }),
        fc.double({ min: -1e9, max: 1e9, ...numbers }),
        fc.double({ min: 0, max: 1e9, ...numbers }),
        (rate, offsetMs, spanMs) => {
          const clock = createNodeClock(offsetMs, rate);
          const localMs = offsetMs + spanMs;
          const trueMs = trueInstantOf(clock, localMs);
          expect(localNow(clock, trueMs)).toBeGreaterThanOrEqual(localMs);
          expect(localNow(clock, trueMs) - localMs).toBeLessThan(1e-3);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("never comes to an appointment where it stands still, or where there is none", () => {
    expect(trueInstantOf(createNodeClock(0, 0), 1)).toBe(Number.POSITIVE_INFINITY);
    expect(trueInstantOf(createNodeClock(0, 1.01), Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it("has come to one that was past when the clock stopped", () => {
    const clock = createNodeClock(0, 1);
    setRate(clock, 70_000, 0);
    expect(trueInstantOf(clock, 58_800)).toBe(70_000);
    expect(trueInstantOf(clock, 70_000)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("an etcd whose clock is a little off", () => {
  const rates = [0.98, 0.981, 0.99, 0.999, 1.001, 1.01, 1.02];
  const instants = [
    1000, 5000, 10_000, 20_000, 33_333, 61_000, 70_000.5, 100_000, 123_456, 150_000, 180_000, 200_000,
  ];

  it.each(rates.flatMap((rate) => instants.map((atMs) => [rate, atMs] as const)))(
    "of rate %d is itself again after a stall at %d ms",
    (clockRate, atMs) => {
      const given = scenario({
        horizonMs: 400_000,
        coordinators: coordinators("rootcoord", 2),
        etcd: { version: "3.4.23", clockRate },
        faults: [{ type: "stall", atMs, forMs: 1500 }],
      });
      let served = 0;
      const { world } = execute(createSetup(given, shipped), {
        listeners: [
          { observe: (seen) => void (served += seen.type === "claim" && seen.at > 300_000 ? 1 : 0) },
        ],
      });
      expect(world.etcd.mode).toBe("serving");
      expect(served).toBeGreaterThan(2);
    },
  );
});
