/**
 * Whether the check notices mistakes in what it stands on: in the driver and the timing, in the world whose faults may do
 * nothing, in the judges.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Tally } from "../../properties/check.ts";
import { sourceMutants, type Noticed } from "./edits.ts";
import { mutatedCheck, type MutatedCheck } from "./mutated.ts";
import { judgeOf, sightsOf, tallied } from "./sights.ts";

/** Witnesses and effects that the check sees within so many schedules, and a mutant's never. */
const RUNS = 1000;
/** So many take the faults that are drawn seldom to a hundred strikes. */
const RUNS_FOR_RARE = 7000;
const RARE = new Set([
  "changeLeader",
  "muteWatch",
  "compact",
  "partition fromEtcd",
  "stepClock",
  "hammer",
  "deleteKey",
  "drift",
  "partition toEtcd",
  "duplicate",
  "handOver",
  "stall",
  "refuse",
  "fillUp",
  "order",
  "jitter",
]);

function runsFor(noticed: Noticed): number {
  return noticed.how === "no effect" && RARE.has(noticed.strike) ? RUNS_FOR_RARE : RUNS;
}

let sound: MutatedCheck;
let usual: Tally[];
beforeAll(async () => {
  sound = await mutatedCheck(undefined);
  usual = tallied(sound, sound.check.propertyNames(), RUNS, () => false);
});

describe("the check as it is", () => {
  test("holds, and sees every witness and effect that a mutant must lack", () => {
    for (const { name, noticed } of sourceMutants) {
      const sights = sightsOf(sound, usual, noticed);
      if (noticed.how === "violated") expect(sights, name).toBe(0);
      else expect(sights, name).toBeGreaterThan(0);
    }
  });
});

describe("a mistake in the sources", () => {
  test.each(sourceMutants)("$name is noticed", async ({ noticed, runs = runsFor(noticed), ...mutant }) => {
    const broken = await mutatedCheck(mutant);
    const found = (tallies: readonly Tally[]) => sightsOf(broken, tallies, noticed);
    const tallies = tallied(
      broken,
      [judgeOf(noticed)],
      runs,
      (so) => noticed.how === "violated" && found(so) > 0,
    );
    expect(found(tallies)).toBe(noticed.how === "violated" ? 1 : 0);
  });
});
