/** The example of docs/packages.md: a variant of one's own, judged by the promises, on the package as it is published. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { delayed, shipped, variantWith } from "leasehold/models";
import { catalogue, cases, judgeCase } from "leasehold/properties";
import type { Variant } from "leasehold/models";

const eager = variantWith("eager", "believes in its lease for half a minute too long", {
  chart: delayed(({ ttlMs }) => ({ claimEnds: ttlMs + 30_000 })),
});
const broken = (variant: Variant) =>
  fc.check(
    fc.property(cases({ coordinators: 2 }), (given) =>
      judgeCase(given, variant, catalogue).every(({ verdict }) => verdict?.type !== "violated"),
    ),
    { numRuns: 500, seed: 5 },
  ).failed;

it("a variant of one's own is found broken, and the shipped one is not", () => {
  expect([broken(eager), broken(shipped)]).toEqual([true, false]);
});
