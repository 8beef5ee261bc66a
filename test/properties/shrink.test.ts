import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import type { Case } from "../../properties/case.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { judgeCase, runBatch } from "../../properties/check.ts";
import type { Property } from "../../properties/property.ts";
import { coordinator, scenario } from "../../src/simulation/scenario.ts";
import { edits } from "../../properties/shrink/edits.ts";
import { rounder, smaller } from "../../properties/shrink/rounding.ts";
import { shrinkCase, spareIn } from "../../properties/shrink/shrink.ts";
import { haveOneCause } from "../../properties/tell.ts";
import type { Violation } from "../../properties/violation.ts";

const pool = fc.sample(cases(), { seed: 7, numRuns: 1500 });

function broken(given: Case, variant: Variant, property: Property): Violation | undefined {
  const verdict = judgeCase(given, variant, [property])[0]?.verdict;
  return verdict?.type === "violated" ? verdict.violation : undefined;
}

const enemies = catalogue.flatMap((property) =>
  property.kills.map((name) => ({ property, name, variant: variantNamed(name) ?? shipped })),
);
// A few mutants take rarer cases than this pool has; the mutants' own test waits for those.
const failing = enemies.flatMap(({ name, property, variant }) => {
  const given = pool.find((one) => broken(one, variant, property) !== undefined);
  return given === undefined ? [] : [{ name, property, variant, given }];
});

/** Where seven rob each other all the time, each run is so long that the work usually allowed ends before nothing is left to spare. */
const AMPLE = 4_000_000;

const sizeOf = ({ decisions, scenario }: Case) => decisions.length + scenario.faults.length;

it.each([
  ["lost", "reply", "renew", { type: "lose", leg: "reply", purpose: "renew", count: 1 }],
  ["late", "request", "watch", { type: "delay", leg: "request", purpose: "watch", count: 1, byMs: 400 }],
  ["doubled", "request", "write", { type: "duplicate", purpose: "write", count: 1 }],
  ["doubled", "reply", "write", undefined],
  ["doubled", "request", "watch", undefined],
])("a %s %s of %s is told as a fault, where it did anything", (means, leg, purpose, told) => {
  const name = "a";
  const given = scenario({ coordinators: [coordinator(name, "rootcoord")] });
  const decision = {
    question: "fate",
    index: 3,
    answer: 1,
    atMs: 7,
    node: name,
    leg,
    purpose,
    means,
  } as const;
  const draft = { scenario: given, decisions: [decision], brokenAt: given.horizonMs };
  const faults = edits.flatMap((edit) => [...edit(draft)].flatMap((simpler) => simpler.scenario.faults));
  expect(faults).toEqual(told === undefined ? [] : [{ atMs: 7, on: name, ...told }]);
});

describe("a shrunk case", () => {
  it("is looked at for nearly every mutant", () => {
    expect(failing.length).toBeGreaterThan(enemies.length - 4);
  });

  it.each(failing)(
    "of $name breaks $property.name for the same reason, and has nothing to spare",
    (enemy) => {
      const { given, property, variant } = enemy;
      const shrunk = shrinkCase(given, variant, property.name, { mostWork: AMPLE });
      if (shrunk === undefined) throw new Error("does not fail");
      expect(shrunk.minimal).toBe(true);
      expect(sizeOf(shrunk.case)).toBeLessThanOrEqual(Math.min(sizeOf(given), 10));
      const before = broken(given, variant, property);
      const after = broken(shrunk.case, variant, property);
      if (before === undefined || after === undefined) throw new Error("does not fail");
      expect(after).toEqual(shrunk.violation);
      expect(haveOneCause(after, before)).toBe(true);
      expect(spareIn(shrunk.case, variant, property.name)).toEqual([]);
    },
  );

  it("had something to spare before: what finds spare parts can find them", () => {
    const spare = failing.map(
      ({ given, property, variant }) => spareIn(given, variant, property.name).length,
    );
    expect(Math.max(...spare)).toBeGreaterThan(3);
  });

  it("is the same when shrunk again", () => {
    const { given, property, variant } = failing[0] as (typeof failing)[number];
    const once = shrinkCase(given, variant, property.name);
    const again = shrinkCase(given, variant, property.name);
    expect(again).toEqual(once);
    expect(shrinkCase(once?.case as Case, variant, property.name)?.kept).toBe(0);
  });

  it("says when the allowed work was used up before it was minimal", () => {
    const { given, property, variant } = failing[0] as (typeof failing)[number];
    expect(shrinkCase(given, variant, property.name, { mostWork: 1 })).toMatchObject({
      minimal: false,
      kept: 0,
    });
  });

  it("stays on the network and with the members that were asked for", () => {
    const asked = { network: { delayMs: 300 }, etcdMembers: 3 };
    const plan = { properties: ["fencing"], variant: "no-fencing", seed: 1, cases: asked };
    const [tally] = runBatch(plan, 0, 400);
    expect(tally?.failure?.case.scenario).toMatchObject({ network: { delayMs: 300 }, etcd: { members: 3 } });
  });

  it("cannot be had of a case that breaks nothing", () => {
    const [property] = catalogue as [Property];
    expect(shrinkCase(pool[0] as Case, shipped, property.name)).toBeUndefined();
  });
});

describe("the reason of a violation", () => {
  const late = {
    property: "bounded-takeover",
    kind: "not-taken-over",
    facts: { role: "rootcoord", cause: "crash", sinceMs: 61_000, boundMs: 90_972, able: ["rootcoord-a"] },
  };
  const like = (change: object, facts: object = {}) =>
    haveOneCause({ ...late, ...change, facts: { ...late.facts, ...facts } }, late);

  it("is the same whoever it is about, however many, whenever and for how long", () => {
    expect(like({}, { sinceMs: 1, boundMs: 1500, able: ["rootcoord-a", "rootcoord-b"] })).toBe(true);
  });

  it("differs with the role, and with what a kind names its cause", () => {
    expect(like({}, { role: "datacoord" })).toBe(false);
    expect(like({}, { cause: "stop" })).toBe(false);
  });

  it("differs with the kind and with the property", () => {
    expect(like({ kind: "never-served" })).toBe(false);
    expect(like({ property: "single-active" })).toBe(false);
  });
});

describe("simpler times", () => {
  const ms = fc.integer({ min: 1, max: 600_000 });
  const grain = (one: number) =>
    [60_000, 10_000, 5000, 1000, 500, 100, 10].find((size) => one % size === 0) ?? 1;

  it("are never the same, never below the least, and rounder or smaller", () => {
    fc.assert(
      fc.property(ms, (given) => {
        for (const one of rounder(given, 1)) {
          expect(one).toBeGreaterThanOrEqual(1);
          expect(one).not.toBe(given);
          expect(grain(one)).toBeGreaterThan(grain(given));
        }
        for (const one of smaller(given, 1)) {
          expect(one).toBeGreaterThanOrEqual(1);
          expect(one).toBeLessThan(given);
        }
      }),
    );
  });

  it("lead to whole minutes first", () => {
    expect(rounder(61_234, 0)[0]).toBe(60_000);
    expect(smaller(120_000, 1)[0]).toBe(60_000);
  });
});
