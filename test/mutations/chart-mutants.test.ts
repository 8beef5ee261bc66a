/** Whatever is left out of the chart, a promise is broken: not only its picture in docs/protocol.md. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { variantWith } from "../../models/edits.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import type { Case } from "../../properties/case.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { judgeCase } from "../../properties/check.ts";
import { livesInOrder } from "../../properties/in-order.ts";
import { noLeftovers } from "../../properties/leftovers.ts";
import { seldomCases } from "./chart-cases.ts";
import { chartEdits } from "./chart-edits.ts";
import { unseenChartEdits } from "./chart-unseen.ts";

const SEED = 1;
const RUNS = 40;

const given: readonly Case[] = [...seldomCases, ...fc.sample(cases(), { seed: SEED, numRuns: RUNS })];

/** The promise that the case breaks; undefined: none. */
function brokenBy(one: Case, variant: Variant): string | undefined {
  for (const property of [livesInOrder, noLeftovers])
    if (property.rerun(one, variant).type === "violated") return property.name;
  return judgeCase(one, variant, catalogue).find(({ verdict }) => verdict?.type === "violated")?.property
    .name;
}

test("the shipped chart breaks none", () => {
  expect(given.flatMap((one) => brokenBy(one, shipped) ?? [])).toEqual([]);
});

test("every edit of the chart that can be seen breaks a promise", () => {
  const unbroken = chartEdits().filter(({ createChart, name }) => {
    const variant = variantWith("edited", name, { chart: createChart });
    // Most break the order, which is quickly judged.
    const early = seldomCases.some((one) => livesInOrder.rerun(one, variant).type === "violated");
    return !early && !given.some((one) => brokenBy(one, variant) !== undefined);
  });
  expect(unbroken.map(({ name }) => name)).toEqual([...unseenChartEdits.keys()]);
}, 600_000);

test("there are edits of every kind, and no two of one name", () => {
  const names = chartEdits().map(({ name }) => name);
  expect(names.length).toBeGreaterThan(150);
  expect(new Set(names).size).toBe(names.length);
});
