/**
 * Runs that forget nothing beside the states of spaces drawn at random. `LEASEHOLD_SPACES=1000` draws so many, and `LEASEHOLD_SEED`
 * others.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { variants } from "../../models/variants.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { STATE_PROMISES } from "../../src/search/promises.ts";
import { besideOne } from "../../src/search/run-beside.ts";
import { FAULT_CLASSES, type Space } from "../../src/search/space.ts";
import { spaceOf } from "./spaces.ts";

const SPACES = Number(process.env["LEASEHOLD_SPACES"] ?? 12);
const RUNS = 3;
const STEPS = 300;

/** It goes by how old a key is, which states do not know: docs/exploring.md. */
const NOT_EXPLORABLE = "robs-by-its-own-ttl";

const spans = fc.constantFrom(
  { ttlSeconds: 60, gridMs: 2000 },
  { ttlSeconds: 60, gridMs: 1000 },
  { ttlSeconds: 30, gridMs: 1000 },
  { ttlSeconds: 9, gridMs: 300 },
  { ttlSeconds: 6, gridMs: 200 },
);

const spaces = fc
  .record({
    coordinators: fc.integer({ min: 1, max: 3 }),
    faults: fc.subarray(
      FAULT_CLASSES.map(({ name }) => name),
      { maxLength: 3 },
    ),
    budget: fc.integer({ min: 1, max: 4 }),
    spans,
    variant: fc.constantFrom(...variants.map(({ name }) => name).filter((name) => name !== NOT_EXPLORABLE)),
    writes: fc.boolean(),
  })
  .map(({ spans: drawn, ...space }) => ({ ...space, ...drawn }));

/** How many steps were compared. */
function compared(space: Space, seed: number): number {
  const promises = STATE_PROMISES.filter(({ needsWrites }) => space.writes || needsWrites !== true);
  const exploration = new Exploration(space, promises);
  const beside = () => {
    let steps = 0;
    for (let run = 0; run < RUNS; run++) steps += besideOne(exploration.compiled, seed + run, STEPS);
    return steps;
  };
  try {
    return beside();
  } catch (error) {
    // What the search does, too, when it first meets somebody who looks back.
    if (!exploration.compiled.asksForMore) throw error;
    exploration.keepWholeHistory();
    return beside();
  }
}

describe("a run that forgets nothing goes on like its states", () => {
  it("in any space", () => {
    let steps = 0;
    fc.assert(
      fc.property(spaces, fc.nat(1_000_000), (drawn, seed) => {
        steps += compared(spaceOf(drawn), seed);
      }),
      { numRuns: SPACES },
    );
    expect(steps).toBeGreaterThan(SPACES * STEPS);
  });
});
