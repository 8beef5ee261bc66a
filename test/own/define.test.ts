/** What is said of one's own is checked where it is written. */
import { describe, expect, it } from "vitest";
import { defineVariant } from "../../models/define-variant.ts";
import { delayed } from "../../models/edits.ts";
import { defineProperty, type PropertyDefinition } from "../../properties/define-property.ts";
import { judgeCase } from "../../properties/check.ts";
import { tellViolation } from "../../properties/tell.ts";
import { named, type Finding } from "../../properties/violation.ts";
import { shipped } from "../../models/variant.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { defineFault } from "../../src/simulation/faults/define.ts";
import { coordinatorField, spanField } from "../../src/simulation/faults/fields.ts";

const chart = delayed(() => ({ claimEnds: 1 }));

describe("a variant of one's own", () => {
  it.each<[object, string]>([
    [{ name: "Mine", summary: "x", chart }, 'name: "Mine" is no name'],
    [{ summary: "x", chart }, "name: undefined is no name"],
    [{ name: "mine", chart }, "mine has no summary"],
    [{ name: "mine", summary: " ", chart }, "mine has no summary"],
    [{ name: "mine", summary: "x" }, "mine changes nothing"],
    [{ name: "mine", summary: "x", chart: {} }, "mine: its chart is no function"],
    [{ name: "mine", summary: "x", dialect: { request: {} } }, "mine: its dialect has no entry request"],
    [
      { name: "mine", summary: "x", dialect: { guarded: {} } },
      "mine: its dialect has a guarded that is no function",
    ],
    [
      { name: "mine", summary: "x", dialect: { requests: { grant: () => undefined } } },
      "mine: its dialect has no function requests.readId: begin with { ...shippedDialect.requests }",
    ],
  ])("%o is refused", (definition, why) => {
    expect(() => defineVariant(definition as never)).toThrow(`defineVariant: ${why}`);
  });

  it("is as shipped but for what it changes", () => {
    const mine = defineVariant({ name: "mine", summary: "x", chart });
    expect(mine.dialect).toBe(shipped.dialect);
    expect(mine.createChart).toBe(chart);
  });
});

describe("a kind of fault of one's own", () => {
  const usual = { name: "deploy", fields: {}, words: { begins: () => "x" }, draw: () => ({}) };
  it.each<[object, string]>([
    [{ ...usual, name: "a-b" }, 'name: "a-b" is no name'],
    [{ ...usual, fields: undefined }, "deploy has no fields"],
    [{ ...usual, fields: { at: spanField("x", 1) } }, "no field can be called at"],
    [{ ...usual, words: undefined }, "deploy has no words"],
    [{ ...usual, draw: undefined }, "deploy is never drawn"],
    [{ ...usual, span: "forMs" }, "its span is a field that it does not have: forMs"],
    [{ ...usual, weight: 0 }, "weight is no whole number from 1 on"],
  ])("%o is refused", (definition, why) => {
    expect(() => defineFault(definition as never)).toThrow(new RegExp(`defineFault: .*${why}`, "u"));
  });

  it("strikes the coordinator that it names, and etcd where it names none", () => {
    expect(defineFault(usual)).toMatchObject({ strikes: "etcd", names: "etcd", disturbs: "while it lasts" });
    const fields = { on: coordinatorField() };
    expect(defineFault({ ...usual, fields, draw: ({ on }) => ({ on }) })).toMatchObject({
      strikes: "coordinator",
      names: "on",
    });
  });
});

describe("a promise of one's own", () => {
  const base: PropertyDefinition<Finding> = {
    name: "mine",
    guarantee: "nobody ever claims",
    reads: ["claim"],
    kinds: { claimed: { cause: [], tell: ({ at, nodes: [node] }) => `${node} claims at ${at} ms` } },
    judge: () => (seen) =>
      seen.type === "claim" ? { kind: "claimed", at: seen.at, nodes: [seen.node], facts: {} } : undefined,
  };
  const run = (definition: PropertyDefinition<Finding>) =>
    judgeCase(
      {
        scenario: scenario({ horizonMs: 10_000, coordinators: coordinators("rootcoord", 1) }),
        decisions: [],
      },
      shipped,
      [defineProperty(definition)],
    )[0];

  it.each<[object, string]>([
    [{ name: "x y" }, 'name: "x y" is no name'],
    [{ guarantee: "" }, "mine has no guarantee"],
    [{ reads: [] }, "mine reads nothing"],
    [{ judge: undefined }, "mine has no judge"],
    [{ kinds: {} }, "mine has no kinds"],
  ])("%o is refused", (change, why) => {
    expect(() => defineProperty({ ...base, ...change })).toThrow(`defineProperty: ${why}`);
  });

  it("leaves its sentence with what it finds, for those who know the promise no more", () => {
    const verdict = run(base)?.verdict;
    if (verdict?.type !== "violated") throw new Error("not violated");
    const given = scenario({ coordinators: coordinators("rootcoord", 1) });
    expect(verdict.violation.facts["says"]).toBe(`rootcoord-a claims at ${verdict.violation.at} ms`);
    expect(tellViolation(named(verdict.violation, given))).toBe(verdict.violation.facts["says"]);
  });

  it("is tested by every run, unless its fold says itself when", () => {
    expect(run({ ...base, judge: () => () => undefined })?.judge?.tested).toBe(true);
    expect(run({ ...base, judge: () => (_, tested) => void (tested as unknown) })?.judge?.tested).toBe(false);
    expect(
      run({
        ...base,
        judge: () => (_, tested) => {
          tested();
          return undefined;
        },
      })?.judge?.tested,
    ).toBe(true);
  });

  it("that finds what is none of its kinds is told so", () => {
    expect(() =>
      run({
        ...base,
        judge:
          () =>
          ({ at }) => ({ kind: "other", at, nodes: [], facts: {} }),
      }),
    ).toThrow('code of your own: the property mine found "other", which is none of its kinds');
  });
});
