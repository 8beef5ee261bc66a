/** How somebody stands, as a lane shows it. */
import { describe, expect, test } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";

/** How B stands, one after another, while A is stopped. */
function standingsOf(name: string, variant: string): readonly string[] {
  const given = scenario({
    coordinators: coordinators("rootcoord", 3),
    faults: [{ type: "stop", atMs: 75_000, on: "rootcoord-a" }],
    horizonMs: 100_000,
  });
  const chosen = variantNamed(variant);
  if (chosen === undefined) throw new RangeError(variant);
  const lane = observeRun(given, chosen).lanes.find((one) => one.name === name);
  return lane?.bands.map(({ standing }) => standing) ?? [];
}

describe("a standby", () => {
  test.each(["shipped", "polling", "polling-seldom"])(
    "stays one while it tries for the role: %s",
    (variant) => {
      const all = ["rootcoord-b", "rootcoord-c"].map((name) => standingsOf(name, variant).join());
      expect(all.toSorted()).toEqual(["down,joining,standby", "down,joining,standby,activating,active"]);
    },
  );
});
