/** What whoever goes on to serve has loaded, entry by entry: where a page of it is cut short, and where entries were deleted. */
import { describe, expect, test } from "vitest";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { tellViolation } from "../../properties/tell.ts";
import { named } from "../../properties/violation.ts";
import { wholeMetadata } from "../../properties/whole-metadata.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { DEFAULT_SERVICE, type Scenario } from "../../src/simulation/scenario.ts";
import { pair } from "../simulation/helpers.ts";

const STOP_MS = 110_000;
/** So many pages lost, and the next one holds a single key. */
const LOST = 5;
const stop: Fault = { type: "stop", atMs: STOP_MS, on: "rootcoord-a" };
const lost: Fault = {
  type: "lose",
  atMs: STOP_MS,
  on: "rootcoord-b",
  leg: "reply",
  purpose: "reload",
  count: LOST,
};
const scenarioOf = (faults: readonly Fault[], deleteEvery?: number): Scenario => ({
  ...pair(faults, { horizonMs: 300_000 }),
  service: { ...DEFAULT_SERVICE, ...(deleteEvery === undefined ? {} : { deleteEvery }) },
});
const judged = (given: Scenario, variant: Variant | undefined) => {
  const verdict = wholeMetadata.rerun({ scenario: given, decisions: [] }, variant as Variant);
  return verdict.type === "violated" ? tellViolation(named(verdict.violation, given)) : undefined;
};

describe("whoever goes on to serve", () => {
  test.each([
    ["at once", [stop]],
    ["after pages that were lost", [stop, lost]],
  ])("has loaded everything, %s", (_, faults) => {
    expect(judged(scenarioOf(faults), shipped)).toBeUndefined();
    expect(judged(scenarioOf(faults, 3), shipped)).toBeUndefined();
  });

  test("has not, where it asked for keys alone", () => {
    const says = judged(scenarioOf([stop]), variantNamed("loads-keys-alone"));
    expect(says).toContain('collection-0 as "", where "4:0:');
  });

  test("has not, where its pages leave out what begins alike", () => {
    const skips = variantNamed("skips-what-begins-alike");
    // collection-1 is a page of its own; collection-10 was deleted.
    expect(judged(scenarioOf([stop, lost], 6), skips)).toContain("collection-100 missing");
    expect(judged(scenarioOf([stop, lost]), skips)).toBeUndefined();
  });

  const grown = (atMs: number): Fault => ({ type: "hoard", atMs, on: "rootcoord-a", entries: 1100 });
  const slow: Fault = {
    type: "delay",
    atMs: STOP_MS,
    on: "rootcoord-b",
    leg: "reply",
    purpose: "reload",
    count: 1,
    byMs: 2000,
  };
  const between: readonly Fault[] = [grown(STOP_MS - 1000), stop, slow, grown(STOP_MS + 1000)];
  const forgotten: readonly Fault[] = [...between, { type: "compact", atMs: STOP_MS + 1001, keep: 0 }];

  test.each([
    ["are written", between, "loads-as-it-stands"],
    ["are written and their old revision is compacted away", forgotten, "goes-on-loading"],
  ])("has loaded what stood at one revision, though metadata %s between two pages", (_, faults, broken) => {
    expect(judged(scenarioOf(faults), shipped)).toBeUndefined();
    expect(judged(scenarioOf(faults), variantNamed(broken))).toMatch(/hoard-\d+ as "x/u);
  });

  test("has not, where it goes on though no page came", () => {
    expect(judged(scenarioOf([stop, lost]), variantNamed("serves-after-failed-reload"))).toContain("missing");
  });
});
