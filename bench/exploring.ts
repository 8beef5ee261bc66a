/**
 * What exploring costs: states a second with empty and with filled tables, beside walking whole worlds through the ordinary
 * simulation, and the bytes that a state takes.
 */
import { resolve } from "node:path";
import { shipped } from "../models/variant.ts";
import { findExecutable } from "../src/cli/base/executable.ts";
import { Exploration } from "../src/search/exploration.ts";
import type { Space } from "../src/search/space.ts";
import { WholeSpace } from "../src/search/whole-steps.ts";
import { walkThrough } from "../src/search/walk.ts";
import { referenceLease } from "./reference/lease.ts";
import { countWithSpin } from "./reference/spin.ts";
import { median, ROUNDS, rounds, say, spreadOf, time, wallTime } from "./measure.ts";

const space: Space = {
  coordinators: 2,
  faults: ["pause"],
  budget: 1,
  ttlSeconds: 60,
  gridMs: 2000,
  variant: shipped,
  writes: false,
};
/** Enough for some hundred thousand states of the reference model, from the project's folder. */
const MISHAPS = { losses: 8, crashes: 4 };
const MODEL = resolve("bench/reference/lease.pml");
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

/** The same small model, walked here and by Spin. */
function besideSpin(): void {
  const graph = referenceLease(MISHAPS);
  const { states } = walkThrough(graph).reached;
  const own = Array.from({ length: ROUNDS }, () => states / wallTime(() => void walkThrough(graph)));
  say(`  the reference model, ${states} states: ${Math.round(median(own))} states/s by the walk`);
  if (!isHere("spin") || !isHere("cc")) {
    say("  Spin is not measured: apt-get install spin gcc libc6-dev");
    return;
  }
  const spun = Array.from({ length: ROUNDS }, () => countWithSpin(MODEL, MISHAPS));
  const ratios = spun.map(({ seconds }, round) => (own[round] ?? Number.NaN) / (states / seconds));
  const counts = [...new Set(spun.map((one) => one.states))].join(" or ");
  const rate = Math.round(states / median(spun.map(({ seconds }) => seconds)));
  say(
    `  Spin counts ${counts}: ${rate} states/s, of which the walk has ${median(ratios).toFixed(2)} (${spreadOf(ratios)})`,
  );
}

function isHere(name: string): boolean {
  return findExecutable([name], process.env["PATH"] ?? "") !== undefined;
}

/** Prints the figures. */
export function exploring(): void {
  const exploration = closed();
  const whole = new WholeSpace(space);
  const { bytes, states } = exploration.reached;
  const all = rounds(() => {
    let few = 0;
    const cold = states / time(() => void closed());
    const warm = states / time(() => again(exploration));
    const seconds = time(() => void (few = wholeWorlds(exploration, whole)));
    return { cold, warm, whole: few / seconds };
  });
  const figure = (what: "cold" | "warm") => {
    const ratios = all.map((round) => round[what] / round.whole);
    const rate = Math.round(median(all.map((round) => round[what])));
    return `${rate} states/s, ${median(ratios).toFixed(1)} times whole worlds (${spreadOf(ratios, 1)})`;
  };
  say(`exploring: two coordinators and a pause, ${states} states, one core`);
  say(`  with empty tables ${figure("cold")}`);
  say(`  with filled tables ${figure("warm")}`);
  say(`  ${(bytes / states).toFixed(1)} bytes a state in the table of states`);
  besideSpin();
}
