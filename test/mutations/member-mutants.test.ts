/** Whether the check notices mistakes that show only in schedules made for them. */
import { beforeAll, expect, test } from "vitest";
import { memberMutants } from "./member-edits.ts";
import { worldMutants } from "./world-edits.ts";
import { mutatedCheck, type MutatedCheck } from "./mutated.ts";
import { judgeOf, sightsOf, tallied } from "./sights.ts";

const RUNS = 2000;
/** Of one kind of fault alone it strikes a hundred times in so many. */
const RUNS_FOR_EFFECTS = 400;

let sound: MutatedCheck;
beforeAll(async () => {
  sound = await mutatedCheck(undefined);
});

test.each([...memberMutants, ...worldMutants])(
  "$name is noticed, and nothing of the kind without it",
  async ({ cases, noticed, ...mutant }) => {
    const broken = await mutatedCheck(mutant);
    const judges = [judgeOf(noticed)];
    const isViolated = noticed.how === "violated";
    const expected = isViolated ? 1 : 0;
    let runs = 0;
    const tallies = tallied(
      broken,
      judges,
      isViolated ? RUNS : RUNS_FOR_EFFECTS,
      (so) => {
        runs += 100;
        return sightsOf(broken, so, noticed) === expected;
      },
      cases,
    );
    expect(sightsOf(broken, tallies, noticed)).toBe(expected);
    const usual = tallied(sound, judges, runs, () => false, cases);
    expect(sightsOf(sound, usual, noticed)).toBe(1 - expected);
  },
);
