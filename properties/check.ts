/**
 * The property check: runs generated cases under all judges, in numbered batches that any worker can run, and keeps for
 * each property what was seen, the worst margin and the first failure, shrunk.
 *
 * Batch `b` of seed `s` is the same wherever and whenever it runs, so results do not depend on the number of workers.
 */
import fc from "fast-check";
import type { Observation } from "../models/observation.ts";
import { variantNamed } from "../models/mutants.ts";
import type { Variant } from "../models/variant.ts";
import { createLaboratory } from "../src/simulation/laboratory.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { Simulation } from "../src/simulation/simulation.ts";
import { cases, type Case, type CaseOptions } from "./arbitraries.ts";
import { catalogue } from "./catalogue.ts";
import { Panel, type Judgement } from "./judging.ts";
import type { Margin, Property, Violation } from "./property.ts";
import { reruns } from "./reruns.ts";

/** What to check. Plain data, so that it can be sent to a worker. */
export interface CheckPlan {
  /** Names out of {@link propertyNames}. */
  readonly properties: readonly string[];
  readonly variant: string;
  readonly seed: number;
  readonly cases: CaseOptions;
  /** fast-check's path to one case of batch 0: run that one alone. */
  readonly path?: string;
}

/** A failing case after shrinking. */
export interface Failure {
  readonly property: string;
  readonly violation: Violation;
  readonly case: Case;
  /** `--seed` and `--path` that lead straight to this case. */
  readonly seed: number;
  readonly path: string;
  /** How many shrinking steps led from the case first found to this one. */
  readonly shrinks: number;
}

/** What became of one property in some batches. Add two by {@link addTallies}. */
export interface Tally {
  readonly property: string;
  /** Runs that were judged to an end. */
  judged: number;
  /** Runs whose scenario lies outside the property's assumptions. */
  outside: number;
  inconclusive: number;
  seen: number[];
  worst: Margin | undefined;
  failure: Failure | undefined;
}

/** Reruns cost several runs each: in a full check they look at one case in so many. */
const RERUN_EVERY = 100;

export const propertyNames: readonly string[] = [...catalogue, ...reruns].map(({ name }) => name);

export function emptyTallies(names: readonly string[]): Tally[] {
  return names.map((property) => ({
    property,
    judged: 0,
    outside: 0,
    inconclusive: 0,
    seen: (catalogue.find(({ name }) => name === property)?.witnesses ?? []).map(() => 0),
    worst: undefined,
    failure: undefined,
  }));
}

export function addTallies(into: Tally[], more: readonly Tally[]): void {
  for (const tally of more) {
    const own = into.find(({ property }) => property === tally.property);
    if (own === undefined) throw new Error(`no tally for ${tally.property}`);
    own.judged += tally.judged;
    own.outside += tally.outside;
    own.inconclusive += tally.inconclusive;
    tally.seen.forEach((count, at) => (own.seen[at] = (own.seen[at] ?? 0) + count));
    own.worst = worse(own.worst, tally.worst);
    own.failure ??= tally.failure;
  }
}

function worse(left: Margin | undefined, right: Margin | undefined): Margin | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return right.tookMs / right.boundMs > left.tookMs / left.boundMs ? right : left;
}

/** One case under the given judges, up to its first violation; `also` hears every observation too. */
export function judgeCase(
  given: Case,
  variant: Variant,
  properties: readonly Property[],
  also?: (observation: Observation) => void,
): Judgement[] {
  const panel = new Panel(properties, given.scenario);
  const listener = {
    observe(observation: Observation) {
      panel.observe(observation);
      also?.(observation);
    },
  };
  const simulation = new Simulation(
    createLaboratory(given.scenario, variant),
    decided(given.decisions),
    listener,
  );
  simulation.run(() => panel.broken);
  return panel.conclude();
}

/** Seeds of batches lie far apart, so that neighbouring seeds of the user share none. */
export function seedOfBatch(seed: number, batch: number): number {
  return batch === 0 ? seed : (seed + Math.imul(batch, 0x9e3779b1)) & 0x7fffffff;
}

/** Runs one batch of `runs` cases. Properties in `settled` have failed before and are not judged again. */
export function runBatch(
  plan: CheckPlan,
  batch: number,
  runs: number,
  settled: readonly string[] = [],
): Tally[] {
  const variant = variantNamed(plan.variant);
  if (variant === undefined) throw new RangeError(`no variant named ${plan.variant}`);
  const tallies = emptyTallies(plan.properties);
  const open = new Set(plan.properties.filter((name) => !settled.includes(name)));
  const seed = seedOfBatch(plan.seed, batch);
  // A failure ends fast-check's run; what remains of the batch is run without the property that failed.
  let left = runs;
  let skip = 0;
  while (left > 0 && open.size > 0) {
    const { done, failed } = runOn(plan, variant, seed, skip, left, open, tallies);
    skip += done;
    left -= done;
    if (failed === undefined || plan.path !== undefined || done === 0) break;
    open.delete(failed);
  }
  return tallies;
}

function runOn(
  plan: CheckPlan,
  variant: Variant,
  seed: number,
  skip: number,
  runs: number,
  open: ReadonlySet<string>,
  tallies: Tally[],
): { done: number; failed: string | undefined } {
  const judged = catalogue.filter(({ name }) => open.has(name));
  const rerun = reruns.filter(({ name }) => open.has(name));
  const rerunEvery = judged.length === 0 ? 1 : RERUN_EVERY;
  let failed: { property: string; violation: Violation } | undefined;
  let done = 0;

  const fails = (given: Case): Violation | undefined => {
    const shrinking = failed !== undefined;
    if (!shrinking) done++;
    for (const { property, judge, verdict } of judgeCase(
      given,
      variant,
      shrinking ? judged.filter(({ name }) => name === failed?.property) : judged,
    )) {
      if (verdict?.type !== "violated") {
        if (!shrinking) count(tallies, property.name, judge, verdict?.type);
      } else if (failed === undefined || failed.property === property.name) {
        failed = { property: property.name, violation: verdict.violation };
        return verdict.violation;
      }
    }
    for (const property of rerun) {
      if (shrinking ? failed?.property !== property.name : (skip + done) % rerunEvery !== 0) continue;
      const verdict = property.rerun(given, variant);
      if (verdict.type === "violated") {
        failed = { property: property.name, violation: verdict.violation };
        return verdict.violation;
      }
      if (!shrinking) count(tallies, property.name, { seen: [] }, verdict.type);
    }
    return undefined;
  };

  // Cases already run in this batch are generated again and passed over: generating is cheap, and the seed stays the one
  // that a user can give.
  let toSkip = skip;
  const result = fc.check(
    fc.property(cases(plan.cases), (given) => {
      if (toSkip > 0) {
        toSkip--;
        return true;
      }
      return fails(given) === undefined;
    }),
    {
      seed,
      numRuns: plan.path === undefined ? skip + runs : 1,
      ...(plan.path === undefined ? {} : { path: plan.path }),
      interruptAfterTimeLimit: SHRINK_LIMIT_MS,
    },
  );
  if (failed === undefined || result.counterexample === null) return { done, failed: undefined };
  const tally = tallies.find(({ property }) => property === failed?.property);
  const [given] = result.counterexample;
  if (tally !== undefined) {
    tally.judged += 1;
    tally.failure = {
      property: failed.property,
      violation: failed.violation,
      case: given,
      seed,
      path: result.counterexamplePath ?? "",
      shrinks: result.numShrinks,
    };
  }
  return { done, failed: failed.property };
}

/** A batch that finds a failure may take this long in all; shrinking stops there with the best so far. */
const SHRINK_LIMIT_MS = 10_000;

function count(
  tallies: Tally[],
  name: string,
  judge: { readonly seen: readonly number[]; readonly worst?: Margin | undefined } | undefined,
  verdict: "holds" | "inconclusive" | undefined,
): void {
  const tally = tallies.find(({ property }) => property === name);
  if (tally === undefined) return;
  if (judge === undefined) tally.outside++;
  if (judge === undefined || verdict === undefined) return;
  if (verdict === "inconclusive") tally.inconclusive++;
  else tally.judged++;
  judge.seen.forEach((times, at) => {
    if (times > 0) tally.seen[at] = (tally.seen[at] ?? 0) + 1;
  });
  tally.worst = worse(tally.worst, judge.worst);
}
