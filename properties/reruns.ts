/**
 * Promises about the simulation itself: the same input gives the same run, and a copied world goes on like the original.
 * Without them no seed, no trace and no fork would mean anything.
 */
import type { Observation } from "../models/observation.ts";
import type { Variant } from "../models/variant.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { execute } from "../src/simulation/execute.ts";
import { Simulation } from "../src/simulation/simulation.ts";
import { cloneWorld, type World } from "../src/simulation/world.ts";
import { decodeWorld, encodeWorld } from "../src/simulation/world-file.ts";
import type { Case } from "./case.ts";
import type { RerunProperty } from "./rerun-property.ts";
import { livesInOrder } from "./in-order.ts";
import { noLeftovers } from "./leftovers.ts";
import { HOLDS } from "./property.ts";
import { wholeMetadata } from "./whole-metadata.ts";
import { copyKinds, determinismKinds, type CopyParts, type Parting, type RunsPart } from "./rerun-kinds.ts";

function observe(given: Case, variant: Variant, begins: (world: World) => void): string[] {
  const seen: string[] = [];
  const observe = (observation: Observation) => void seen.push(JSON.stringify(observation));
  const scheduler = decided(given.decisions);
  execute(createSetup(given.scenario, variant), { scheduler, listeners: [{ begins, observe }] });
  return seen;
}

/** The first observation that differs, and when it was made; undefined: none does. */
function partingOf(
  left: readonly string[],
  right: readonly string[],
): { readonly at: number; readonly facts: Parting } | undefined {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at] === right[at]) continue;
    const [once, again] = [left[at], right[at]].map((text) =>
      text === undefined ? undefined : (JSON.parse(text) as Observation),
    );
    const facts = {
      observation: at + 1,
      ...(once === undefined ? {} : { once }),
      ...(again === undefined ? {} : { again }),
    };
    return { at: (once ?? again)?.at ?? 0, facts };
  }
  return undefined;
}

export const determinism: RerunProperty<"determinism", RunsPart> = {
  name: "determinism",
  guarantee: "The same scenario and decisions give the same run, observation by observation.",
  every: 100,
  kills: ["a world that remembers the run before"],
  kinds: determinismKinds,
  rerun(given, variant, parts = {}) {
    const once = observe(given, variant, (world) => parts.disturb?.(world, 1));
    const again = observe(given, variant, (world) => parts.disturb?.(world, 2));
    const found = partingOf(once, again);
    if (found === undefined) return HOLDS;
    return {
      type: "violated",
      violation: { property: "determinism", kind: "runs-part", nodes: [], ...found },
    };
  },
};

export const faithfulCopies: RerunProperty<"faithful-copies", CopyParts> = {
  name: "faithful-copies",
  guarantee: "A world that is copied, or written down and read back, goes on exactly like the original.",
  every: 100,
  kills: ["a copy that forgets messages under way", "a copy that shares coordinators with its original"],
  kinds: copyKinds,
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
    const written = encodeWorld(original.world, setup);
    const at = original.world.now;
    const copies = [(copy ?? cloneWorld)(original.world, setup), decodeWorld(written, setup)].map((world) => {
      const seen: string[] = [];
      return { seen, simulation: new Simulation(setup, scheduler, note(seen), world) };
    });
    // Copies run first: whatever they share with the original would spoil it.
    for (const { simulation } of copies) simulation.run();
    const isShared = encodeWorld(original.world, setup) !== written;
    original.run();
    const rest = first.slice(before);
    for (const [place, { seen }] of copies.entries()) {
      const found = partingOf(rest, seen);
      if (found === undefined) continue;
      const kind = place === 0 ? "copy-parts" : "reading-parts";
      return { type: "violated", violation: { property: "faithful-copies", kind, nodes: [], ...found } };
    }
    if (!isShared) return HOLDS;
    const shared = { kind: "copy-shares", at, nodes: [], facts: {} } as const;
    return { type: "violated", violation: { property: "faithful-copies", ...shared } };
  },
};

/** The properties that need several runs of one case. */
export const reruns: readonly RerunProperty[] = [
  determinism,
  faithfulCopies,
  noLeftovers,
  livesInOrder,
  wholeMetadata,
];
