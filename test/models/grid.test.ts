/** Appointments on a grid: after what is on a line of it comes the next line, whatever floats make of the difference. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextOnGrid } from "../../models/etcd/types.ts";
import { shipped } from "../../models/variant.ts";
import { coordinator, scenario } from "../../src/simulation/scenario.ts";
import { execute } from "../../src/simulation/execute.ts";
import { createSetup } from "../../src/simulation/setup.ts";

test("the next line is never the one at hand", () => {
  const anywhere = fc.nat(1_000_000).map((ms) => ms * 1.005);
  fc.assert(
    fc.property(anywhere, fc.nat(100_000), fc.constantFrom(100, 500), (origin, line, interval) => {
      const at = origin + line * interval;
      const next = nextOnGrid(at, origin, interval);
      expect(next).toBeGreaterThan(at);
      expect(next - at).toBeLessThanOrEqual(1.001 * interval);
    }),
    { numRuns: 3000 },
  );
});

test("a scan that leaves some expired leases for the next one is followed by it", () => {
  // By this clock the 125th scan is a float short of 125 intervals after the first.
  const given = scenario({
    title: "more leases than one scan revokes",
    horizonMs: 200_000,
    etcd: { version: "3.4.38", clockRate: 1.005 },
    coordinators: [coordinator("rootcoord-a", "rootcoord")],
    faults: [
      { type: "crash", atMs: 60_000, on: "rootcoord-a" },
      { type: "crowd", atMs: 60_000, leases: 1000, forMs: 60_000 },
      { type: "restart", atMs: 60_000, forMs: 184 },
    ],
  });
  const { world } = execute(createSetup(given, shipped));
  expect(world.etcd.lessor.leases).toBe(null);
});
