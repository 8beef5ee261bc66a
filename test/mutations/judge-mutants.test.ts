/** Whether a judge with a mistake would be noticed: the mutant of the protocol that it must kill then lives. */
import { beforeAll, expect, test } from "vitest";
import { judgeMutants, type JudgeMutant } from "./judge-edits.ts";
import { mutatedCheck, type MutatedCheck } from "./mutated.ts";

const SEED = 1;
const RUNS = 100;

function kills({ check }: MutatedCheck, { property, runs = RUNS, variant }: JudgeMutant): boolean {
  const plan = { properties: [property], variant, seed: SEED, cases: {} };
  return check.runBatch(plan, 0, runs).some(({ failure }) => failure !== undefined);
}

let sound: MutatedCheck;
beforeAll(async () => {
  sound = await mutatedCheck(undefined);
});

test.each(judgeMutants)("$name: $property does not see $variant any more", async (mutant) => {
  expect(kills(sound, mutant)).toBe(true);
  expect(kills(await mutatedCheck(mutant), mutant)).toBe(false);
});

test("mistakes are of six judges at least, each in another way", () => {
  expect(new Set(judgeMutants.map(({ property }) => property)).size).toBeGreaterThanOrEqual(6);
  expect(new Set(judgeMutants.map(({ name }) => name)).size).toBe(judgeMutants.length);
});
