/**
 * What exploring costs: states a second with empty and with filled tables, beside walking whole worlds through the ordinary
 * simulation, and the bytes that a state takes.
 */
import { shipped } from "../models/variant.ts";
import { Exploration } from "../src/search/exploration.ts";
import type { Space } from "../src/search/space.ts";
import { WholeSpace } from "../src/search/whole-steps.ts";
import { median, ROUNDS, say, spreadOf, time } from "./measure.ts";

const space: Space = {
  coordinators: 2,
  faults: ["pause"],
  budget: 1,
  ttlSeconds: 60,
  gridMs: 2000,
  variant: shipped,
  writes: false,
};
/** Whole worlds are slow: one state in so many. */
const EVERY = 300;

function closed(): Exploration {
  const exploration = new Exploration(space, []);
  while (exploration.advance(10_000));
  return exploration;
}

/** Every step once more, all of them remembered. */
function again(exploration: Exploration): void {
  const { compiled } = exploration;
  exploration.forEach((row) => compiled.steps(row.slice(), (next) => void exploration.find(next)));
}

function wholeWorlds(exploration: Exploration, whole: WholeSpace): number {
  let states = 0;
  let at = 0;
  exploration.forEach((row) => {
    if (at++ % EVERY !== 0) return;
    for (const { to } of whole.steps(exploration.compiled.stateOf(row))) exploration.compiled.rowOf(to);
    states += 1;
  });
  return states;
}

/** Prints the figures. */
export function exploring(): void {
  const exploration = closed();
  const whole = new WholeSpace(space);
  const { bytes, states } = exploration.reached;
  const rounds = Array.from({ length: ROUNDS }, () => {
    let few = 0;
    const cold = states / time(() => void closed());
    const warm = states / time(() => again(exploration));
    const seconds = time(() => void (few = wholeWorlds(exploration, whole)));
    return { cold, warm, whole: few / seconds };
  });
  const figure = (what: "cold" | "warm") => {
    const ratios = rounds.map((round) => round[what] / round.whole);
    const rate = Math.round(median(rounds.map((round) => round[what])));
    return `${rate} states/s, ${median(ratios).toFixed(1)} times whole worlds (${spreadOf(ratios, 1)})`;
  };
  say(`exploring: two coordinators and a pause, ${states} states, one core`);
  say(`  with empty tables ${figure("cold")}`);
  say(`  with filled tables ${figure("warm")}`);
  say(`  ${(bytes / states).toFixed(1)} bytes a state in the table of states`);
}
