/**
 * The compiled way through a space against whole worlds and the ordinary simulation: both must find the same states, not just as many.
 */
import { describe, expect, it } from "vitest";
import type { CompiledSpace } from "../../src/search/compiled-space.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { STATE_PROMISES, type StatePromise } from "../../src/search/promises.ts";
import { WholeSpace } from "../../src/search/whole-steps.ts";
import { spaceOf } from "./spaces.ts";

/** Every state by the compiled way, as rows. */
function compiledStates(exploration: Exploration): Set<string> {
  while (exploration.advance(1000));
  const found = new Set<string>();
  exploration.forEach((row) => found.add(row.join()));
  return found;
}

/** Every state by whole worlds, each named by the row that the compiled way has for it. */
function wholeStates(whole: WholeSpace, compiled: CompiledSpace): Set<string> {
  const initial = whole.initial();
  const found = new Set([compiled.rowOf(initial).join()]);
  const open = [initial];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const { to } of whole.steps(state)) {
      const name = compiled.rowOf(to).join();
      if (found.has(name)) continue;
      found.add(name);
      open.push(to);
    }
  }
  return found;
}

describe("the compiled way and whole worlds find the same states", () => {
  it.each([
    ["two in calm", spaceOf({}), 500],
    ["two with one crash", spaceOf({ faults: ["crash"] }), 1500],
    ["two with one message lost", spaceOf({ faults: ["loss"] }), 5000],
    ["one with two pauses", spaceOf({ coordinators: 1, faults: ["pause"], budget: 2 }), 5000],
    ["two that write, with one crash", spaceOf({ faults: ["crash"], writes: true }), 5000],
    ["two of a mutant, with one crash", spaceOf({ faults: ["crash"], variant: "role-without-lease" }), 1500],
    [
      "two with one crash, with all that judges remember",
      spaceOf({ faults: ["crash"] }),
      5000,
      STATE_PROMISES,
    ],
    [
      "one with a pause and a cut, with all that judges remember",
      spaceOf({ coordinators: 1, faults: ["pause", "partition"] }),
      500,
      STATE_PROMISES,
    ],
    ["two with a service that falls ill", spaceOf({ faults: ["sicken"] }), 5000],
    ["one with keys deleted by hand", spaceOf({ coordinators: 1, faults: ["delete-key"], budget: 2 }), 1000],
  ])("%s", (_, space, atLeast, promises: readonly StatePromise[] = []) => {
    const exploration = new Exploration(space, promises);
    const compiled = compiledStates(exploration);
    const whole = wholeStates(new WholeSpace(space, exploration.compiled.ground), exploration.compiled);
    expect(compiled.size).toBeGreaterThan(atLeast);
    expect([...whole].filter((name) => !compiled.has(name))).toEqual([]);
    expect(compiled.size).toBe(whole.size);
  });
});

/** So many states of a space are looked at, and each of so many of them is compared. */
const MOST_STATES = 20_000;
const EVERY = 23;

describe("the compiled way and whole worlds take the same steps", () => {
  it.each([
    ["pauses and restarts", spaceOf({ faults: ["pause", "restart"] })],
    ["cuts and refusals", spaceOf({ faults: ["partition", "refuse"] })],
    ["a leader lost, a stall, an outage", spaceOf({ faults: ["leader", "stall", "outage"] })],
    [
      "late and doubled messages, and a clock that jumps",
      spaceOf({ faults: ["delay", "duplicate", "clock-step"] }),
    ],
    [
      "a compaction, a stop and a lost message, two of them",
      spaceOf({ faults: ["compaction", "stop", "loss"], budget: 2 }),
    ],
    [
      "three coordinators that write, one crash and one loss",
      spaceOf({ coordinators: 3, faults: ["crash", "loss"], budget: 2, writes: true }),
    ],
    ["a protocol that watches from the beginning", spaceOf({ faults: ["loss"], variant: "unknown-is-won" })],
  ])("%s", (_, space) => {
    const exploration = new Exploration(space, STATE_PROMISES);
    while (exploration.reached.states < MOST_STATES && exploration.advance(500));
    const { compiled } = exploration;
    const whole = new WholeSpace(space, compiled.ground);
    let at = 0;
    exploration.forEach((row) => {
      if (at++ % EVERY !== 0) return;
      const here: string[] = [];
      compiled.steps(row.slice(), (next) => here.push(next.join()));
      const there = [...whole.steps(compiled.stateOf(row))].map(({ to }) => compiled.rowOf(to).join());
      expect([...new Set(here)].toSorted()).toEqual([...new Set(there)].toSorted());
    });
    expect(at).toBeGreaterThan(1000);
  });
});
