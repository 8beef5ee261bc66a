/**
 * Promises about the simulation itself: the same input gives the same run, and a copied world goes on like the original.
 * Without them no seed, no trace and no fork would mean anything.
 */
import type { Observation } from "../models/observation.ts";
import type { Variant } from "../models/variant.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { Simulation } from "../src/simulation/simulation.ts";
import { cloneWorld } from "../src/simulation/world.ts";
import { decodeWorld, encodeWorld } from "../src/simulation/world-file.ts";
import type { Case } from "./arbitraries.ts";
import { HOLDS, seconds, type Verdict } from "./property.ts";

/** A property that needs several runs of one case. */
export interface RerunProperty {
  readonly name: string;
  readonly guarantee: string;
  /** What must break it, by the name of the broken part in its test. */
  readonly kills: readonly string[];
  readonly rerun: (given: Case, variant: Variant, parts?: Parts) => Verdict;
}

/** What a test may break to show that these properties can say no. */
export interface Parts {
  readonly copy?: typeof cloneWorld;
  readonly disturb?: (simulation: Simulation, run: number) => void;
}

function observe(given: Case, variant: Variant, disturb?: (simulation: Simulation) => void): string[] {
  const seen: string[] = [];
  const listener = { observe: (observation: Observation) => void seen.push(JSON.stringify(observation)) };
  const simulation = new Simulation(createSetup(given.scenario, variant), decided(given.decisions), listener);
  disturb?.(simulation);
  simulation.run();
  return seen;
}

function difference(left: readonly string[], right: readonly string[], how: string): Verdict {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at] === right[at]) continue;
    const first = JSON.parse(left[at] ?? right[at] ?? "{}") as Observation;
    const story =
      `${how}: observation ${at + 1} differs, at ${seconds(first.at)}.\n` +
      `  once:  ${left[at] ?? "nothing more"}\n  again: ${right[at] ?? "nothing more"}`;
    return { type: "violated", violation: { at: first.at, nodes: [], story } };
  }
  return HOLDS;
}

export const determinism: RerunProperty = {
  name: "determinism",
  guarantee: "The same scenario and decisions give the same run, observation by observation.",
  kills: ["a world that remembers the run before"],
  rerun(given, variant, parts = {}) {
    const once = observe(given, variant, (simulation) => parts.disturb?.(simulation, 1));
    const again = observe(given, variant, (simulation) => parts.disturb?.(simulation, 2));
    return difference(once, again, "two runs of one input part");
  },
};

export const faithfulCopies: RerunProperty = {
  name: "faithful-copies",
  guarantee: "A world that is copied, or written down and read back, goes on exactly like the original.",
  kills: ["a copy that forgets messages under way", "a copy that shares coordinators with its original"],
  rerun(given, variant, { copy } = {}) {
    const setup = createSetup(given.scenario, variant);
    const scheduler = decided(given.decisions);
    const first: string[] = [];
    const note = (into: string[]) => ({
      observe: (observation: Observation) => void into.push(JSON.stringify(observation)),
    });
    const original = new Simulation(setup, scheduler, note(first));
    // Somewhere in the thick of it; the case itself decides where.
    const { horizonMs, faults } = given.scenario;
    original.runUntil((faults[0]?.atMs ?? horizonMs / 3) + 3);
    const before = first.length;
    const copies = [
      (copy ?? cloneWorld)(original.world, setup),
      decodeWorld(encodeWorld(original.world, setup), setup),
    ].map((world) => {
      const seen: string[] = [];
      return { seen, simulation: new Simulation(setup, scheduler, note(seen), world) };
    });
    // Copies run first: whatever they share with the original would spoil it.
    for (const { simulation } of copies) simulation.run();
    original.run();
    const rest = first.slice(before);
    for (const [at, { seen }] of copies.entries()) {
      const verdict = difference(
        rest,
        seen,
        at === 0 ? "a copied world parts from its original" : "a world read back parts from its original",
      );
      if (verdict.type === "violated") return verdict;
    }
    return HOLDS;
  },
};

export const reruns: readonly RerunProperty[] = [determinism, faithfulCopies];
