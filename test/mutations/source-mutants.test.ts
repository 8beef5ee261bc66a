/**
 * Whether the check notices mistakes in what it stands on: in the driver and the timing, in the world whose faults may do
 * nothing, in the judges.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Tally } from "../../properties/check.ts";
import { kindNamed } from "../../src/simulation/fault.ts";
import type { CaseOptions } from "../../properties/case.ts";
import { driverMutants } from "./driver-edits.ts";
import { sourceMutants as others, type Noticed } from "./edits.ts";
import { mutatedCheck, type MutatedCheck } from "./mutated.ts";
import { judgeOf, sightsOf, tallied } from "./sights.ts";

/** Witnesses and effects that the check sees within so many schedules, and a mutant's never. */
const RUNS = 1000;
/** So many take what is drawn seldom to the strikes after which it is said that one has no effect. */
const RUNS_IN_VAIN = 7000;

/** A kind that is drawn alone soon has so many strikes; how many a default check has stands in docs/what-is-checked.md. */
function casesFor(noticed: Noticed): CaseOptions {
  if (noticed.how !== "no effect") return {};
  // A partition is counted by its direction.
  const [kind = ""] = noticed.strike.split(" ");
  return kindNamed(kind) === undefined ? {} : { kinds: [kind] };
}

const sourceMutants = [...driverMutants, ...others];

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
  test.each(sourceMutants)("$name is noticed", async ({ noticed, runs, ...mutant }) => {
    const { how } = noticed;
    const broken = await mutatedCheck(mutant);
    const found = (tallies: readonly Tally[]) => sightsOf(broken, tallies, noticed);
    const most = runs ?? (how === "no effect" ? RUNS_IN_VAIN : RUNS);
    const expected = how === "violated" ? 1 : 0;
    // Whether a witness is missing can be said at the end alone.
    const enough = (tallies: readonly Tally[]) => how !== "witness" && found(tallies) === expected;
    expect(found(tallied(broken, [judgeOf(noticed)], most, enough, casesFor(noticed)))).toBe(expected);
  });
});
