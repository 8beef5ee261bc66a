import { describe, expect, test } from "vitest";
import { shipped } from "../../models/variant.ts";
import { releases } from "../../models/milvus/ways.ts";
import { retry, stands, variantOfBug, type KeptBug } from "../../properties/bugs/kept.ts";
import { storySize } from "../../properties/bugs/hunt.ts";
import { hazards, keptBugs, milvusBugs } from "../../properties/bugs/known-bugs.ts";
import { hazardsNotExpressed, milvusNotExpressed } from "../../properties/bugs/not-expressed.ts";
import { probes, quietStandby } from "../../properties/bugs/probes.ts";
import { bounded } from "../../properties/bounded-requests.ts";
import { judgeCase } from "../../properties/check.ts";
import { tellViolation } from "../../properties/tell.ts";
import { named } from "../../properties/violation.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { tellStory } from "../../src/reading/tell-story.ts";

/** Lines of a terminal that people call a screen. */
const SCREEN = 40;

const tooMuch = ({ violates }: KeptBug) => violates === bounded || violates === quietStandby;

const range = (letter: string, last: number) =>
  Array.from({ length: last }, (_, at) => letter + String(at + 1).padStart(letter === "F" ? 2 : 1, "0"));
const idsOf = (list: readonly { readonly id: string }[], letter: string) =>
  list.map(({ id }) => id).filter((id) => new RegExp(`^${letter}\\d+$`, "u").test(id));

describe.each(keptBugs.map((bug): [string, KeptBug] => [`${bug.id}: ${bug.title}`, bug]))("%s", (_, bug) => {
  test(`is caught on ${bug.variant} by ${bug.violates.name}, and absent from the shipped chart`, () => {
    const tried = retry(bug);
    if (tried.violation === undefined) throw new Error("not caught");
    expect(tellViolation(named(tried.violation, bug.case.scenario))).toMatch(/^\S.*\.$/u);
    expect(tried.broken).toEqual([]);
    if (bug.variant !== shipped.name) expect(tried.shipped).toEqual({ type: "holds" });
    expect(stands(bug, tried)).toBe(true);
  });

  test("is a small scenario, told on a screen", () => {
    expect(storySize(bug.case)).toBeLessThanOrEqual(3);
    const until = retry(bug).violation?.at ?? 0;
    const story = tellStory(observeRun({ ...bug.case.scenario, horizonMs: until }, variantOfBug(bug)));
    const told = story.filter(({ routine, tone }) => routine === undefined && tone !== "quiet");
    // Who does too much repeats itself: of that once is enough.
    const lines = new Set(
      told.map(({ at, lane, text }) => (tooMuch(bug) ? `${lane} ${text}` : `${at} ${lane} ${text}`)),
    );
    expect(lines.size).toBeLessThanOrEqual(SCREEN);
  });
});

describe("the bench", () => {
  test("keeps at least fifteen bugs of Milvus and says of every other one why not", () => {
    expect(milvusBugs.length).toBeGreaterThanOrEqual(15);
    const all = [...milvusBugs, ...milvusNotExpressed];
    expect(new Set(idsOf(all, "F"))).toEqual(new Set(range("F", 32)));
    expect(new Set(idsOf(all, "D"))).toEqual(new Set(range("D", 13)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test("keeps the hazards of etcd that one server can show and says of every other one why not", () => {
    expect(idsOf([...hazards, ...hazardsNotExpressed], "H").sort()).toEqual(range("H", 18).sort());
  });

  test("can fail: on the shipped chart no bug of Milvus is caught", () => {
    const caught = milvusBugs.filter(
      (bug) => retry({ ...bug, variant: shipped.name }).violation !== undefined,
    );
    expect(caught).toEqual([]);
  });

  test("uses every probe", () => {
    expect(probes.filter((probe) => !keptBugs.some(({ violates }) => violates === probe))).toEqual([]);
  });
});

describe.each(releases)("$name", ({ name, ttlSeconds }) => {
  const [first] = milvusBugs.filter(({ variant }) => variant === name);

  test("elects one, which serves and hands over after a clean stop, when nothing else goes wrong", () => {
    if (first === undefined) throw new Error("a release that no bug needs");
    const { scenario } = first.case;
    const [one] = scenario.coordinators;
    if (one === undefined) throw new Error("nobody takes part");
    const calm = {
      ...scenario,
      ttlSeconds,
      horizonMs: 10 * ttlSeconds * 1000,
      faults: [{ type: "stop", atMs: 3 * ttlSeconds * 1000, on: `${one.role}-a` }] as const,
      coordinators: ["a", "b"].map((letter, at) => ({
        ...one,
        activeStandby: true,
        name: `${one.role}-${letter}`,
        startAtMs: 1000 * at,
      })),
    };
    const active: string[] = [];
    judgeCase({ scenario: calm, decisions: [] }, variantOfBug(first), [], (observation) => {
      if (observation.type === "milestone" && observation.milestone === "active")
        active.push(calm.coordinators[observation.node]?.name ?? "");
    });
    expect(active).toEqual([`${one.role}-a`, `${one.role}-b`]);
    expect(createSetup(calm, variantOfBug(first)).processes).toHaveLength(2);
  });
});

describe("history repeats itself", () => {
  const falls = (id: string, variant: string): boolean => {
    const bug = milvusBugs.find((one) => one.id === id);
    if (bug === undefined) throw new Error(`no bug ${id}`);
    return retry({ ...bug, variant }).violation !== undefined;
  };

  test.each([
    ["F22", "milvus-2.2-dev", "milvus-2.2", "metadata are read again on activation"],
    ["F06", "milvus-2.2-dev", "milvus-2.2", "the own key is watched"],
    ["F09", "milvus-2.2", "milvus-2.4", "a lost keepalive is tried again"],
    ["F11", "milvus-2.3", "milvus-2.4", "the second keepalive lasts"],
    ["F20", "milvus-2.3", "milvus-2.4", "registering blocks no more"],
    ["F01", "milvus-2.6.0", "milvus-2.6", "a lost lease ends a standby"],
    ["F02", "milvus-2.6.0", "milvus-2.6", "a lost lease ends a standby"],
    ["D4", "milvus-2.6.0", "milvus-2.6", "a lost lease ends an activation"],
  ])("%s is in %s and mended in %s: %s", (id, before, after) => {
    expect([falls(id, before), falls(id, after)]).toEqual([true, false]);
  });

  test.each([
    ["F06", "milvus-2.6.0", "milvus-2.6", "the own key is watched no more"],
    ["F05", "milvus-2.6", "milvus-3.0", "the active one holds the old keys"],
  ])("%s is not in %s and comes with %s: %s", (id, before, after) => {
    expect([falls(id, before), falls(id, after)]).toEqual([false, true]);
  });

  /** From the first claim of the second coordinator to the end of the first one's. */
  function overlapMs(id: string): number {
    const bug = milvusBugs.find((one) => one.id === id);
    if (bug === undefined) throw new Error(`no bug ${id}`);
    let begins = 0;
    let ends = 0;
    judgeCase(bug.case, variantOfBug(bug), [], (observation) => {
      if (observation.type === "claim" && observation.node === 1) begins ||= observation.at;
      if (observation.type === "claimEnded" && observation.node === 0) ends ||= observation.at;
    });
    return ends - begins;
  }

  test("cut off, two serve for 31 s in 2.4 and for a TTL of 30 s in 2.6", () => {
    expect(overlapMs("W1")).toBeGreaterThan(31_000);
    expect(overlapMs("W1")).toBeLessThan(32_000);
    expect(overlapMs("W2")).toBeGreaterThan(30_000);
    expect(overlapMs("W2")).toBeLessThan(31_000);
  });
});
