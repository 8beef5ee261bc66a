import { expect, test } from "vitest";
import { addTallies, emptyTallies, propertyNames, runBatch, type CheckPlan } from "../../properties/check.ts";
import { catalogue } from "../../properties/catalogue.ts";

const plan: CheckPlan = { properties: propertyNames, variant: "shipped", seed: 20261124, cases: {} };

test("the shipped protocol holds, and every witness of every property occurs, within the default budget", () => {
  const tallies = emptyTallies(propertyNames);
  for (let batch = 0; batch < 30; batch++) addTallies(tallies, runBatch(plan, batch, 200));
  for (const { failure, judged, property, seen } of tallies) {
    expect(failure, property).toBeUndefined();
    expect(judged, property).toBeGreaterThan(0);
    const witnesses = catalogue.find(({ name }) => name === property)?.witnesses ?? [];
    expect(Object.fromEntries(witnesses.map((witness, at) => [witness, (seen[at] ?? 0) > 0]))).toEqual(
      Object.fromEntries(witnesses.map((witness) => [witness, true])),
    );
  }
}, 120_000);

test("the same seed gives the same tallies", () => {
  expect(runBatch(plan, 3, 50)).toEqual(runBatch(plan, 3, 50));
});

test("a failure's seed and path lead straight back to it", () => {
  const broken: CheckPlan = { ...plan, variant: "no-fencing", properties: ["fencing"] };
  const [tally] = runBatch(broken, 0, 200);
  const failure = tally?.failure;
  if (failure === undefined) throw new Error("no failure to come back to");
  const [again] = runBatch({ ...broken, seed: failure.seed, path: failure.path }, 0, 1);
  expect(again?.failure?.violation).toEqual(failure.violation);
  expect(again?.failure?.case).toEqual(failure.case);
});
