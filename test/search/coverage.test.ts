/** What explorations reach of the shipped chart, and the list of what none does. */
import { describe, expect, it } from "vitest";
import { chartOfSpace, chartReached, lacking } from "../../src/search/coverage.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { NEVER_REACHED } from "../../src/search/never-reached.ts";
import { spaceOf } from "./spaces.ts";

/** Together they reach what can be reached, in not so many states of each. */
const SPACES = [
  spaceOf({ faults: ["refuse"] }),
  spaceOf({ faults: ["loss"] }),
  spaceOf({ faults: ["pause"] }),
  spaceOf({ faults: ["partition"] }),
  spaceOf({ faults: ["stop", "refuse"], budget: 2 }),
  spaceOf({ faults: ["stop", "loss"], budget: 2 }),
  spaceOf({ faults: ["crash", "mute-watch"], budget: 2 }),
  spaceOf({ faults: ["delete-key", "mute-watch"], budget: 2, writes: true }),
  spaceOf({ faults: ["sicken", "loss"], budget: 2 }),
];
const MOST_STATES = 60_000;

describe("of the shipped chart", () => {
  it("every pair of a state and an event is reached, but those that are listed with a reason", () => {
    const all = chartOfSpace(spaceOf({}));
    const listed = NEVER_REACHED.flatMap(({ pairs }) => pairs);
    const reached: ReadonlySet<string>[] = [];
    for (const space of SPACES) {
      const exploration = new Exploration(space, []);
      let now: ReadonlySet<string> = new Set();
      // No further than it has something to add.
      const lacks = () => {
        now = chartReached(exploration.compiled).pairs;
        return lacking(all.pairs, [...reached, now]).length > listed.length;
      };
      while (lacks() && exploration.reached.states < MOST_STATES && exploration.advance(5000));
      reached.push(now);
      if (lacking(all.pairs, reached).length === listed.length) break;
    }
    expect(lacking(all.pairs, reached).toSorted()).toEqual(listed.toSorted());
  });

  it("as many states and pairs are there as people can count in its picture", () => {
    const { pairs, states, ways } = chartOfSpace(spaceOf({}));
    expect(states).toContain("member.lease.held.resting");
    expect(pairs).toContain("member.lease.held.resting: after renewDue");
    expect(ways.get("losing.stayingAway")).toEqual(["after setbackPause"]);
    expect(states).not.toContain("stopped");
  });
});
