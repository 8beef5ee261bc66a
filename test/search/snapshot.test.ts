/** An exploration that was broken off, written down and gone on with elsewhere ends as one that was not. */
import { describe, expect, it } from "vitest";
import { chartReached } from "../../src/search/coverage.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { conclude } from "../../src/search/outcome.ts";
import { packedValue, unpackedValue } from "../../src/search/never.ts";
import { searchable } from "../../src/search/graph-promises.ts";
import { STATE_PROMISES } from "../../src/search/promises.ts";
import { Restoration, snapshotOf, UnfitSnapshot } from "../../src/search/snapshot.ts";
import type { Space } from "../../src/search/space.ts";
import { spaceOf } from "./spaces.ts";

const judged = STATE_PROMISES.filter(({ needsWrites }) => needsWrites !== true);

function restored(space: Space, lines: Iterable<string>): Exploration {
  const restoration = new Restoration(space, judged);
  for (const line of lines) restoration.take(line);
  return restoration.finish();
}

function brokenOff(space: Space, states: number): string[] {
  const exploration = new Exploration(space, judged);
  exploration.advance(states);
  return [...snapshotOf(exploration)];
}

/** Numbers, verdict and coverage. */
function endOf(exploration: Exploration, space: Space) {
  while (exploration.advance(1000));
  const { states, pairs } = chartReached(exploration.compiled);
  return {
    reached: exploration.reached,
    outcome: conclude(exploration, space, searchable),
    chart: [...states, ...pairs].toSorted(),
  };
}

it("keeps what never comes apart from every text", () => {
  const values = [Number.POSITIVE_INFINITY, "never", "∞", "∞∞", "", 1];
  const kept = JSON.stringify(values, (_, value: unknown) => packedValue(value));
  expect(JSON.parse(kept, (_, value: unknown) => unpackedValue(value))).toEqual(values);
});

describe("an exploration that goes on from what was written down", () => {
  it.each([
    ["crash", spaceOf({ faults: ["crash"] }), 700],
    ["a restart, whose ends never come", spaceOf({ coordinators: 1, faults: ["restart"] }), 300],
    ["a mutant that breaks a promise", spaceOf({ faults: ["crash"], variant: "deaf-to-deletion" }), 700],
    ["all of etcd's history", spaceOf({ faults: ["crash"], variant: "milvus-2.4" }), 300],
  ])("ends with the same numbers and the same verdict: %s", (_, space, states) => {
    const whole = new Exploration(space, judged);
    expect(endOf(restored(space, brokenOff(space, states)), space)).toEqual(endOf(whole, space));
  });

  it("is written down once more with the same lines", () => {
    const space = spaceOf({ faults: ["crash"] });
    const lines = brokenOff(space, 500);
    expect([...snapshotOf(restored(space, lines))].toSorted()).toEqual(lines.toSorted());
  });
});

describe("what does not fit is refused", () => {
  const space = spaceOf({ faults: ["crash"] });
  const lines = brokenOff(space, 500);

  it.each([
    ["its end is missing", space, lines.slice(0, -1)],
    ["its lines are out of order", space, lines.slice(1)],
    ["a part is missing", space, lines.filter((line) => !line.includes('"etcd"'))],
    ["states are missing", space, lines.filter((line) => !line.includes('"states","rows"'))],
    ["it is of another number of coordinators", spaceOf({ coordinators: 3, faults: ["crash"] }), lines],
    ["the code takes other steps by now", spaceOf({ faults: ["crash"], variant: "shares-ids" }), lines],
  ])("%s", (why, of, given) => {
    expect(() => restored(of, given)).toThrow(new UnfitSnapshot(why));
  });
});
