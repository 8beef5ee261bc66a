import { expect, test } from "vitest";
import { addTallies, emptyTallies, propertyNames, runBatch, type CheckPlan } from "../../properties/check.ts";
import type { CaseOptions } from "../../properties/case.ts";
import { outOfReach } from "../../properties/witness.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { ANSWERS, inVain, mostInVain, STRIKES } from "../../properties/strike-counts.ts";
import { docBlock, docTable } from "./doc-table.ts";
import { DEFAULT_RUNS } from "../../src/cli/check/plan.ts";
import { MOST_OUTSIDE } from "../../src/cli/check/verdict.ts";

/** What a default check sees less often, another seed may miss. */
const OFTEN = 20;

const plan: CheckPlan = { properties: propertyNames(), variant: "shipped", seed: 20261124, cases: {} };

test("the shipped protocol holds, and every witness of every property occurs, within the default budget", () => {
  const tallies = emptyTallies(propertyNames());
  for (let batch = 0; batch < DEFAULT_RUNS / 200; batch++) addTallies(tallies, runBatch(plan, batch, 200));
  const struckIn = (name: string) =>
    tallies.find(({ property }) => property === name)?.struck.effective ?? [];
  // Whatever is drawn has its effect; those of a restored store are counted beside a promise that bears it.
  const drawn = STRIKES.map((name, at) => ({
    name,
    effective: Math.max(struckIn("fencing")[at] ?? 0, struckIn("recovery")[at] ?? 0),
  }));
  const seldom = drawn.filter(({ effective }) => effective < OFTEN);
  expect(seldom).toEqual([]);
  for (const { failure, judged, outside, property, seen, struck } of tallies) {
    expect(outside / DEFAULT_RUNS, property).toBeLessThan(MOST_OUTSIDE);
    expect(failure, property).toBeUndefined();
    expect(judged, property).toBeGreaterThan(0);
    const witnesses = catalogue.find(({ name }) => name === property)?.witnesses ?? [];
    expect(Object.fromEntries(witnesses.map(({ says }, at) => [says, (seen[at] ?? 0) >= OFTEN]))).toEqual(
      Object.fromEntries(witnesses.map(({ says }) => [says, true])),
    );
    expect(inVain(struck, DEFAULT_RUNS), property).toEqual([]);
  }
  const rows = tallies.flatMap(({ property, seen }) =>
    (catalogue.find(({ name }) => name === property)?.witnesses ?? []).map(({ says }, at) => [
      `\`${property}\``,
      says,
      String(seen[at] ?? 0),
    ]),
  );
  const sightings = docBlock("sightings", docTable(["promise", "witness", "runs"], rows));
  expect(sightings.is).toBe(sightings.should);
  const begunIn = (name: string) => tallies.find(({ property }) => property === name)?.struck.begun ?? [];
  const strikes = drawn.map(({ effective, name }, at) => {
    const begun = Math.max(begunIn("fencing")[at] ?? 0, begunIn("recovery")[at] ?? 0);
    // Where it had no effect, that would be said.
    if (!ANSWERS.some((one) => one === name)) expect(begun, name).toBeGreaterThanOrEqual(mostInVain(name));
    return [`\`${name}\``, String(begun), String(effective)];
  });
  const effects = docBlock(
    "effects",
    docTable(["fault or answer", "begun", "runs with its effect"], strikes),
  );
  expect(effects.is).toBe(effects.should);
}, 600_000);

// Both ways: what is out of reach never occurs, and what is within reach does.
test.each<CaseOptions>([{ faults: false }, { coordinators: 1 }, { faults: false, coordinators: 1 }])(
  "a check with %o sees exactly the witnesses that are within its reach",
  (options) => {
    const tallies = emptyTallies(propertyNames());
    const runs = options.faults === false ? 20 : 200;
    for (let batch = 0; batch < 5; batch++)
      addTallies(tallies, runBatch({ ...plan, cases: options }, batch, runs));
    for (const { property, seen } of tallies) {
      const witnesses = catalogue.find(({ name }) => name === property)?.witnesses ?? [];
      expect(witnesses.map(({ says }, at) => [says, (seen[at] ?? 0) > 0])).toEqual(
        witnesses.map((witness) => [witness.says, outOfReach(witness, options) === undefined]),
      );
    }
  },
  60_000,
);

test("the same seed gives the same tallies", () => {
  expect(runBatch(plan, 3, 50)).toEqual(runBatch(plan, 3, 50));
});

test("a failure's seed and path lead straight back to it", () => {
  const broken: CheckPlan = { ...plan, variant: "no-fencing", properties: ["fencing"] };
  const [tally] = runBatch(broken, 0, 1000);
  const failure = tally?.failure;
  if (failure === undefined) throw new Error("no failure to come back to");
  const [again] = runBatch({ ...broken, seed: failure.seed, path: failure.path }, 0, 1);
  expect(again?.failure?.violation).toEqual(failure.violation);
  expect(again?.failure?.case).toEqual(failure.case);
});
