/**
 * Runs that forget nothing beside the states of a protocol of one's own: whatever they do, the states must be able to do. Where they are
 * not, the protocol remembers something beside its ledger and its chart, or goes by something that states forget.
 */
import { alike } from "./alike.ts";
import { compileChart } from "../../models/compile-chart.ts";
import type { Listener } from "../simulation/run.ts";
import type { Question, Scheduler } from "../simulation/scheduler.ts";
import { happen, Simulation } from "../simulation/simulation.ts";
import type { Item } from "../simulation/world.ts";
import { CoordinatorKind } from "../simulation/coordinator-process.ts";
import { processAt } from "../simulation/setup.ts";
import type { CompiledSpace } from "./compiled-space.ts";
import { EXPLORED_SETTINGS } from "./coverage.ts";
import { NOT_AGAIN } from "./forgetful.ts";
import { Remembering } from "./memory.ts";
import { NotExplorable } from "./not-explorable.ts";
import { fatesOf, JITTERS, strikesOf } from "./space.ts";
import { mayStrike, type WholeState } from "./whole-steps.ts";
import { takeApart } from "./world-parts.ts";

const RUNS = 8;
const STEPS = 250;
/** One fault in so many steps. */
const SELDOM = 25;

const BESIDE =
  "a run that forgets nothing goes on otherwise than its states: either it goes by something that is neither in its ledger nor in its chart (a variable, a clock, dice), or by how far apart revisions or ids are, where states keep their order alone";

/** Throws {@link NotExplorable} where the protocol does what its states cannot do. */
export function runBeside(compiled: CompiledSpace): void {
  chartAgain(compiled);
  for (let seed = 1; seed <= RUNS; seed++) besideOne(compiled, seed, STEPS);
}

/** Goes beside one run; gives how many steps were compared. */
export function besideOne(compiled: CompiledSpace, seed: number, steps: number): number {
  const { ground, space } = compiled;
  const roll = dice(seed);
  const strikes = strikesOf(space);
  let { budget: left } = space;
  let taken: Item | undefined;
  const scheduler: Scheduler = {
    choose(_, question) {
      const answer = answerTo(
        question,
        left > 0 ? fatesOf(space, question.which, question.purpose) : [],
        roll,
      );
      if (question.type === "fate" && answer > 0) left -= 1;
      return answer;
    },
  };
  const judges = new Remembering(ground.folds);
  const listener: Listener = {
    observe: (seen) => judges.observe(seen),
    happens: (item: Item) => void (taken = item),
  };
  const run = new Simulation(ground.setup, scheduler, listener);
  const apart = () => takeApart(run.world, ground, judges.by(run.world.now));
  let compared = 0;
  for (let step = 0; step < steps; step++) {
    const parts = apart();
    const before = compiled.rowOf({ parts, left });
    const index = left > 0 && strikes.length > 0 && roll(SELDOM) === 0 ? roll(strikes.length) : -1;
    const strike = strikes[index];
    if (strike !== undefined && mayStrike(strike, index, run.world, ground)) {
      left -= 1;
      happen(run, { type: "fault", index, phase: "begins" });
      taken = undefined;
    } else {
      if (!run.next() || taken === undefined) break;
      // All is at rest: what comes next is what waits in the scenario for the search to say so.
      if (isBeginning(taken)) break;
      if (!parts.alive.has(taken) && taken.type !== "fault" && taken.type !== "etcd") continue;
    }
    const { etcd, memory, nodes } = apart();
    const after: WholeState = { parts: { etcd, memory, nodes }, left };
    const row = compiled.rowOf(after).join();
    let can = false;
    compiled.steps(before, (next) => {
      can ||= next.join() === row || alike(compiled.stateOf(next), after);
    });
    // An appointment of etcd's that was moved is no step.
    if (!can && taken?.type === "etcd") continue;
    if (!can) throw new NotExplorable(BESIDE);
    compared += 1;
  }
  return compared;
}

function isBeginning(item: Item): boolean {
  return item.type === "fault" && item.phase === "begins";
}

function answerTo(
  { options, type }: Question,
  fates: readonly number[],
  roll: (below: number) => number,
): number {
  switch (type) {
    case "order":
      return roll(options);
    case "jitter":
      return JITTERS[roll(JITTERS.length)] ?? 0;
    case "fate":
      return fates.length > 0 && roll(SELDOM) === 0 ? (fates[roll(fates.length)] ?? 0) : 0;
  }
}

/** Numbers from 0 to `below` - 1, always the same ones. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Steps of the chart that are taken again. */
const MOST_PAIRS = 5000;

/** A chart's steps are remembered by all runs, so that one made anew tells whether it takes them again. */
function chartAgain({ ground, space }: CompiledSpace): void {
  const { kind } = processAt(ground.setup, 0);
  if (!(kind instanceof CoordinatorKind)) return;
  const { chart, timing } = kind.config;
  const anew = compileChart(space.variant.createChart(timing, EXPLORED_SETTINGS));
  let count = 0;
  for (const { elapsedMs, state, step, type } of chart.pairs()) {
    if (count++ === MOST_PAIRS) return;
    const again = anew.step(anew.decode(chart.encode(state)), type, elapsedMs);
    const same =
      anew.encode(again.next) === chart.encode(step.next) &&
      JSON.stringify(again.effects) === JSON.stringify(step.effects);
    if (!same) throw new NotExplorable(NOT_AGAIN);
  }
}
