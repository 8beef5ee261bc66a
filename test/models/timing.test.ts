import { describe, expect, test } from "vitest";
import {
  cleanTakeoverBoundMs,
  crashTakeoverBoundMs,
  recoveryBoundMs,
  shortestTtlSeconds,
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

  test.each([
    [2, 165, 166],
    [10, 832, 833],
    [60, 4999, 5000],
  ])("of a TTL of %i s fits a round trip of %i ms, and none of %i ms", (ttlSeconds, fits, tooLong) => {
    expect(timingFaults(timingFor(ttlSeconds), fits)).toEqual([]);
    expect(timingFaults(timingFor(ttlSeconds), tooLong)).toHaveLength(1);
  });

  test.each([
    [0, 2],
    [149, 2],
    [165, 2],
    [166, 3],
    [804, 10],
    [4999, 60],
    [5000, undefined],
  ])("of a round trip of %i ms needs a TTL of at least %s s", (roundTripMs, ttlSeconds) => {
    expect(shortestTtlSeconds(roundTripMs)).toBe(ttlSeconds);
  });

  test("says which TTL a network needs", () => {
    expect(timingFaults(timingFor(2), 804)).toEqual([
      "a round trip of 804 ms is no shorter than the 166 ms that a request is given: it takes a TTL of at least 10 s",
    ]);
    expect(timingFaults(timingFor(60), 6000)).toEqual([
      "a round trip of 6000 ms is no shorter than the 5000 ms that a request is given: no TTL fits this network",
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
