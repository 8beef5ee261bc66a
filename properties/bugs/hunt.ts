/**
 * The hunt for one mutant by one property, among the schedules that `leasehold check` would generate.
 */
import fc from "fast-check";
import { mutants } from "../../models/mutants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { cases } from "../arbitraries.ts";
import type { Case } from "../case.ts";
import { catalogue } from "../catalogue.ts";
import { judgeCase, seedOfBatch } from "../check.ts";
import { reruns } from "../reruns.ts";
import { shrinkCase } from "../shrink/shrink.ts";

/** The default budget of `leasehold check`. */
export const BUDGET = 6000;
const BATCH_RUNS = 100;

/** A mutant and a property that names it in its `kills`. */
export interface HuntTarget {
  readonly mutant: string;
  readonly property: string;
}

/** Every pair that must be killed, in the order of the mutants. */
export const huntTargets: readonly HuntTarget[] = mutants.flatMap(({ name }) =>
  [...catalogue, ...reruns]
    .filter(({ kills }) => kills.includes(name))
    .map((property) => ({ mutant: name, property: property.name })),
);

export interface Catch {
  /** Schedules up to and including the one that fails; if none does, all that were run. */
  readonly runs: number;
  /** As generated; undefined: the mutant escapes. */
  readonly case: Case | undefined;
}

/** Runs schedules until one of them breaks the property. */
export function hunt({ mutant, property }: HuntTarget, seed: number, budget = BUDGET): Catch {
  const variant = hunted(mutant);
  const properties = catalogue.filter(({ name }) => name === property);
  const rerun = reruns.find(({ name }) => name === property);
  const breaks = (one: Case): boolean =>
    (rerun?.rerun(one, variant) ?? judgeCase(one, variant, properties)[0]?.verdict)?.type === "violated";
  for (let runs = 0; runs < budget; runs += BATCH_RUNS) {
    const numRuns = Math.min(BATCH_RUNS, budget - runs);
    const given = fc.sample(cases(), { seed: seedOfBatch(seed, runs / BATCH_RUNS), numRuns });
    const found = given.findIndex(breaks);
    if (found >= 0) return { runs: runs + found + 1, case: given[found] };
  }
  return { runs: budget, case: undefined };
}

/** How long the story of a failing case is once it is shrunk. */
export function shrunkSize({ mutant, property }: HuntTarget, found: Case): number {
  return storySize(shrinkCase(found, hunted(mutant), property)?.case ?? found);
}

/** The faults and single decisions that a case takes. */
export function storySize({ decisions, scenario }: Case): number {
  return scenario.faults.length + decisions.length;
}

function hunted(name: string): Variant {
  const variant = variantNamed(name);
  if (variant === undefined || variant === shipped) throw new RangeError(`no mutant named ${name}`);
  return variant;
}
