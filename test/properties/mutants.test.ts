import { describe, expect, test } from "vitest";
import { maskedMutants } from "../../models/masked-mutants.ts";
import { mutants } from "../../models/mutants.ts";
import { variants } from "../../models/variants.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { reruns } from "../../properties/reruns.ts";
import { propertyNames, runBatch } from "../../properties/check.ts";
import { BUDGET, hunt, huntTargets } from "../../properties/bugs/hunt.ts";

const SEED = 20261124;
/** Mutants that can be seen are killed within tens of runs, most of them; a masked one is given some more. */
const MASKED_RUNS = 400;

describe("the mutants", () => {
  test("number at least 28, and no two variants share a name", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(28);
    expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length);
  });

  test("are each named by some property, and properties name none that is not there", () => {
    const killed = new Set(catalogue.flatMap(({ kills }) => kills));
    const names = mutants.map(({ name }) => name);
    // Properties that need reruns also name what their own tests break.
    for (const name of reruns.flatMap(({ kills }) => kills)) if (names.includes(name)) killed.add(name);
    expect([...killed].sort()).toEqual(names.toSorted());
  });

  test.each(huntTargets)("$mutant is killed by $property within the default budget", (quarry) => {
    const { case: found, runs } = hunt(quarry, SEED);
    if (found === undefined) throw new Error(`${quarry.mutant} escapes ${quarry.property}`);
    expect(runs).toBeLessThanOrEqual(BUDGET);
  });
});

describe("a masked mutant", () => {
  test.each(maskedMutants)("is not seen by any property: $variant.name", ({ variant }) => {
    const properties = propertyNames();
    const tallies = runBatch({ properties, variant: variant.name, seed: SEED, cases: {} }, 0, MASKED_RUNS);
    expect(tallies.filter(({ failure }) => failure !== undefined)).toEqual([]);
  });
});
