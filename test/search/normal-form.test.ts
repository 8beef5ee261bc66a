/**
 * The normal form of a world forgets much: how many revisions and leases there were, history that nobody asks for, what is dead. A world
 * that forgot nothing walks beside it at random; whatever it does, the normal form must be able to do, and be the same afterwards.
 */
import { describe, expect, it } from "vitest";
import { harmless, type Scheduler } from "../../src/simulation/scheduler.ts";
import { happen, Simulation } from "../../src/simulation/simulation.ts";
import type { Listener } from "../../src/simulation/run.ts";
import type { Item } from "../../src/simulation/world.ts";
import { mayLookBack } from "../../src/search/exploration.ts";
import { keyOf } from "../../src/search/intern.ts";
import { Remembering } from "../../src/search/memory.ts";
import { foldsOf, STATE_PROMISES } from "../../src/search/promises.ts";
import type { Space } from "../../src/search/space.ts";
import { Tape } from "../../src/search/tape.ts";
import { WholeSpace } from "../../src/search/whole-steps.ts";
import { takeApart, type WorldParts } from "../../src/search/world-parts.ts";
import { spaceOf } from "./spaces.ts";

const STEPS = 1200;
/** One fault in so many steps. */
const SELDOM = 25;

/** Numbers from 0 to `below` - 1, always the same ones. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function textOf({ etcd, memory, nodes }: WorldParts): string {
  return keyOf({ nodes, etcd, memory });
}

/** How many steps were compared. */
function walkBeside(space: Space, seed: number): number {
  const roll = dice(seed);
  const whole = new WholeSpace(space, {
    wholeHistory: mayLookBack(space),
    folds: foldsOf(STATE_PROMISES, space),
  });
  const { ground, strikes } = whole;
  let taken: Item | undefined;
  const scheduler: Scheduler = {
    choose(index, question) {
      // What each question may be answered is the tape's business; which answer it gets is thrown.
      const fates = question.type === "fate" && roll(SELDOM) > 0 ? 0 : roll(question.options);
      const tape = new Tape(space, 1, [fates]);
      return fates === 0 ? 0 : tape.choose(index, question);
    },
  };
  const judges = new Remembering(ground.folds);
  const apart = () => takeApart(raw.world, ground, judges.by(raw.world.now));
  const listener: Listener = {
    observe: (seen) => judges.observe(seen),
    happens: (item: Item) => void (taken = item),
  };
  const raw = new Simulation(ground.setup, scheduler, listener);
  let compared = 0;
  for (let step = 0; step < STEPS; step++) {
    const before = apart();
    // No further than to the step that was taken.
    const canDo = (after: string) => {
      for (const { to } of whole.steps({ parts: before, left: 3 }))
        if (textOf(to.parts) === after) return true;
      return false;
    };
    const index = strikes.length > 0 && roll(SELDOM) === 0 ? roll(strikes.length) : -1;
    if (index >= 0) {
      happen(raw, { type: "fault", index, phase: "begins" });
      // A fault that finds nobody is no step of the space.
      if (canDo(textOf(apart()))) compared += 1;
      continue;
    }
    if (!raw.next() || taken === undefined) break;
    // All is at rest: what comes next is what waits in the scenario for the search to say so.
    if (taken.type === "fault" && taken.phase === "begins") break;
    if (!before.alive.has(taken) && taken.type !== "fault" && taken.type !== "etcd") continue;
    const can = canDo(textOf(apart()));
    // An appointment of etcd's that was moved is none.
    if (taken.type === "etcd" && !can) continue;
    expect(can, `step ${step}, ${taken.type}`).toBe(true);
    compared += 1;
  }
  return compared;
}

describe("the normal form can do what the world does that it is of", () => {
  it.each([
    ["in calm", spaceOf({})],
    ["with crashes, restarts and stops", spaceOf({ coordinators: 3, faults: ["restart", "loss"] })],
    ["with pauses and lost messages", spaceOf({ faults: ["pause", "loss", "duplicate"] })],
    ["with cuts, refusals and late messages", spaceOf({ faults: ["partition", "refuse", "delay"] })],
    ["with outages", spaceOf({ faults: ["leader", "stall", "outage", "restart"] })],
    [
      "with keys deleted and history compacted",
      spaceOf({ coordinators: 3, faults: ["delete-key", "compaction", "pause"] }),
    ],
    ["with writes", spaceOf({ coordinators: 3, faults: ["restart", "pause", "loss"], writes: true })],
    ["with clocks that jump", spaceOf({ faults: ["clock-step", "pause"] })],
    ["of a mutant", spaceOf({ faults: ["restart", "delete-key"], variant: "deletes-rival" })],
    [
      "with compactions while renewals and watches are late",
      spaceOf({ coordinators: 3, faults: ["compaction", "delay", "restart"] }),
    ],
    ["of Milvus' older ways", spaceOf({ faults: ["restart", "loss", "compaction"], variant: "milvus-2.2" })],
    ["of Milvus' own ways", spaceOf({ faults: ["restart", "loss"], variant: "milvus-2.4" })],
  ])("%s", (_, space) => {
    let compared = 0;
    for (let seed = 1; seed <= 2 || compared <= STEPS; seed++) compared += walkBeside(space, seed);
    expect(compared).toBeGreaterThan(STEPS);
  });
});

describe("a world put together from its parts", () => {
  it("has the same parts again", () => {
    const whole = new WholeSpace(spaceOf({ faults: ["restart"] }));
    const simulation = new Simulation(whole.ground.setup, harmless, { observe() {} });
    for (let step = 0; step < 200; step++) {
      simulation.next();
      const parts = takeApart(simulation.world, whole.ground, []);
      const { to } = [...whole.steps({ parts, left: 0 })][0] ?? {};
      expect(to).toBeDefined();
    }
  });
});
