/** Who leads etcd's members, in a story and in what tells it. */
import { describe, expect, test } from "vitest";
import { shipped } from "../../models/variant.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { tellStory } from "../../src/reading/tell-story.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";

const told = (faults: readonly Fault[], members?: number) => {
  const given = scenario({
    coordinators: coordinators("rootcoord", 2),
    horizonMs: 200_000,
    faults,
    ...(members === undefined ? {} : { etcd: { version: "3.4.23", clockRate: 1, members } }),
  });
  return tellStory(observeRun(given, shipped)).filter(({ text }) => / leads$|elected leader/u.test(text));
};

describe("a story of several members", () => {
  test("says when none leads, and who is elected", () => {
    const [none, elected, ...more] = told(
      [{ type: "memberDown", atMs: 100_000, member: 1, forMs: 60_000 }],
      3,
    );
    expect(none).toMatchObject({ at: 100_000, lane: -1, text: "no member leads" });
    expect(elected?.text).toMatch(/^member [23] is elected leader$/u);
    expect(elected?.at).toBeGreaterThan(100_000);
    expect(elected?.at).toBeLessThan(103_000);
    expect(more).toEqual([]);
  });

  test("says nothing of it where another member is ill, nor of one server", () => {
    expect(told([{ type: "memberFrozen", atMs: 100_000, member: 2, forMs: 30_000 }], 3)).toEqual([]);
    expect(told([{ type: "changeLeader", atMs: 100_000, forMs: 1000 }])).toEqual([]);
  });
});
