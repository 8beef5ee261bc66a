/** Who served when: a claim that ended unheard has ended. */
import { expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { pair } from "../simulation/helpers.ts";

it("whoever stood still has not served until it heard, on waking, of a renewal that was too late", () => {
  // Its renewal is on its way, and the answer waits for it.
  const faults = [{ type: "pause", atMs: 40_008.5, on: "rootcoord-a", forMs: 70_000 }] as const;
  const { judgements, servings } = observeRun(pair(faults, { horizonMs: 180_000 }), shipped);
  const [first, second] = servings;
  expect(servings.map(({ node }) => node)).toEqual([0, 1]);
  expect(first?.to).toBeLessThan(80_000);
  expect(second?.from).toBeGreaterThan(100_000);
  expect(judgements.find(({ property }) => property.name === "single-active")?.verdict?.type).toBe("holds");
});
