import { describe, expect, test } from "vitest";
import {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  recoveryBoundMs,
  timingFaults,
  timingFor,
  type Environment,
} from "../../models/timing.ts";

const around: Environment = {
  oneWayMs: 2,
  leaseScanMs: 500,
  streamTimeoutMs: 10_000,
  watchCatchUpMs: 100,
  electionTimeoutMs: 1000,
  activationMs: 50,
  clockRateError: 0,
};

describe("timing", () => {
  test.each([2, 3, 10, 20, 30, 60, 300, 3600])("of a TTL of %i s obeys its inequalities", (ttlSeconds) => {
    expect(timingFaults(timingFor(ttlSeconds))).toEqual([]);
  });

  test.each([0, 1, -5, 1.5, Number.NaN])("refuses a TTL of %d s", (ttlSeconds) => {
    expect(() => timingFor(ttlSeconds)).toThrow(RangeError);
  });

  test("names each broken inequality", () => {
    const timing = { ...timingFor(60), claimMs: 59_900 };
    expect(timingFaults(timing)).toEqual(["claimMs 59900 outlives the lease on a clock 0.02 too slow"]);
    expect(timingFaults({ ...timingFor(60), renewEveryMs: 55_000 })).toEqual([
      "one lost renewal already costs the claim: 66000 ms of 58800",
    ]);
  });

  test("bounds a takeover after a crash by the lease's life, the scan and the hand-over", () => {
    expect(crashTakeoverBoundMs(timingFor(60), around)).toBe(2 + 60_000 + 500 + 100 + 5 * 2 + 50);
  });

  test("orders the bounds: clean stop below crash below recovery", () => {
    const timing = timingFor(60);
    expect(cleanTakeoverBoundMs(around)).toBeLessThan(crashTakeoverBoundMs(timing, around));
    expect(crashTakeoverBoundMs(timing, around)).toBeLessThan(recoveryBoundMs(timing, around));
  });

  test("counts a slow etcd clock into the lease's life", () => {
    const slow = crashTakeoverBoundMs(timingFor(60), { ...around, clockRateError: 0.02 });
    expect(slow - crashTakeoverBoundMs(timingFor(60), around)).toBeCloseTo(1200 + 1, 0);
  });
});
