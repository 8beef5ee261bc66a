/**
 * Whether schedules that are drawn otherwise find mutants sooner: by swarm (each few have a random part of the kinds of faults) or guided
 * (those that came to a new pair of a state and an event are struck once more).
 */
import fc from "fast-check";
import type { Variant } from "../models/variant.ts";
import { variantNamed } from "../models/variants.ts";
import { cases } from "../properties/arbitraries.ts";
import { huntTargets, type HuntTarget } from "../properties/bugs/hunt.ts";
import type { Case } from "../properties/case.ts";
import { catalogue } from "../properties/catalogue.ts";
import { judgeCase, seedOfBatch } from "../properties/check.ts";
import { reruns } from "../properties/reruns.ts";
import { contradicted } from "../src/simulation/effects.ts";
import { kindsFor } from "../src/simulation/fault.ts";
import { chartsOf } from "../src/simulation/setup.ts";
import { median, say } from "./measure.ts";

const SEEDS = 10;
const MOST_RUNS = 250;
const CHUNK = 25;
/** What the first schedules come to is common. */
const COMMON = 20;
const MOST_KEPT = 40;
const WAYS = ["as drawn", "swarm", "guided"] as const;
type Way = (typeof WAYS)[number];

/** From 0 up to 1, the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Schedules without end; `kept`: those that came to something new, to which more is added. */
function* drawn(way: Way, seed: number, kept: readonly Case[]): Generator<Case> {
  const roll = dice(seed * 7919 + 13);
  const all = kindsFor(1).map(({ name }) => name);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(roll() * items.length)] as Item;
  for (let chunk = 0; ; chunk++) {
    const half = all.filter(() => roll() < 0.5);
    const options = way === "swarm" ? { kinds: half.length > 0 ? half : [pick(all)] } : {};
    for (const one of fc.sample(cases(options), { seed: seedOfBatch(seed, chunk), numRuns: CHUNK }))
      yield way === "guided" && kept.length > 0 && roll() < 0.5 ? struckOnceMore(pick(kept), one, pick) : one;
  }
}

/** `base` with one of the faults of `other` that can strike there; else `other`. */
function struckOnceMore(base: Case, other: Case, pick: <Item>(items: readonly Item[]) => Item): Case {
  const { scenario } = base;
  const names = new Set(scenario.coordinators.map(({ name }) => name));
  const fitting = other.scenario.faults.filter(
    (fault) =>
      (!("on" in fault) || names.has(String(fault.on))) &&
      !("member" in fault) &&
      fault.atMs < scenario.horizonMs &&
      contradicted(fault, scenario.faults, scenario.etcd.clockRate) === undefined,
  );
  if (fitting.length === 0) return other;
  return { ...base, scenario: { ...scenario, faults: [...scenario.faults, pick(fitting)] } };
}

/** Schedules up to the one that breaks the property, {@link MOST_RUNS} at most. */
function runsUntilFound({ mutant, property }: HuntTarget, way: Way, seed: number): number {
  // An object of its own, so that its tables hold what these runs have met and nothing else.
  const variant: Variant = { ...(variantNamed(mutant) as Variant) };
  const judged = catalogue.filter(({ name }) => name === property);
  const rerun = reruns.find(({ name }) => name === property);
  const kept: Case[] = [];
  let met = 0;
  let runs = 0;
  for (const one of drawn(way, seed, kept)) {
    if (++runs > MOST_RUNS) break;
    const verdict = rerun?.rerun(one, variant) ?? judgeCase(one, variant, judged)[0]?.verdict;
    if (verdict?.type === "violated") return runs;
    const now = chartsOf(variant).reduce((sum, chart) => sum + chart.met().length, 0);
    if (now > met && runs > COMMON) kept.push(one);
    if (kept.length > MOST_KEPT) kept.shift();
    met = now;
  }
  return MOST_RUNS;
}

/** Only by its name: some minutes. */
export function guides(): void {
  say(`guides: median schedules until a mutant is found, over ${SEEDS} seeds, at most ${MOST_RUNS}`);
  say(`  mutant, property: ${WAYS.join(", ")}`);
  for (const target of huntTargets) {
    const medians = WAYS.map((way) =>
      median(Array.from({ length: SEEDS }, (_, at) => runsUntilFound(target, way, at + 1))),
    );
    say(`  ${target.mutant}, ${target.property}: ${medians.join(", ")}`);
  }
}
