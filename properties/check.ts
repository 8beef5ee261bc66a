/**
 * The property check: runs generated cases under all judges, in numbered batches that any worker can run, and keeps for
 * each property what was seen, the worst margin and the first failure, shrunk.
 *
 * Batch `b` of seed `s` is the same wherever and whenever it runs, so results do not depend on the number of workers.
 */
import fc from "fast-check";
import type { Observation } from "../models/observation.ts";
import { variantNamed } from "../models/variants.ts";
import type { Variant } from "../models/variant.ts";
import { createSetup } from "../src/simulation/setup.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import { decided, type Scheduler } from "../src/simulation/scheduler.ts";
import { execute } from "../src/simulation/execute.ts";
import { answersThatMatter, LOOKED_AT, NotedAnswers } from "./answers.ts";
import { runDrawn, type DrawnCase, type Hearer } from "./aiming.ts";
import { drawnCases } from "./arbitraries.ts";
import type { Case, CaseOptions } from "./case.ts";
import { catalogue } from "./catalogue.ts";
import { FaultEffects } from "./fault-effects.ts";
import { addStruck, noneStruck, type StrikeCounts } from "./strike-counts.ts";
import { RunJudges, type Judgement } from "./judging.ts";
import type { Judge, Margin, Property, Verdict } from "./property.ts";
import { reruns } from "./reruns.ts";
import type { Violation } from "./violation.ts";
import { shrinkCase } from "./shrink/shrink.ts";

/** What to check. Plain data, so that it can be sent to a worker. */
export interface CheckPlan {
  /** Names out of {@link propertyNames}. */
  readonly properties: readonly string[];
  readonly variant: string;
  readonly seed: number;
  readonly cases: CaseOptions;
  /** The place of one case in batch 0, which is its path for fast-check: run that one alone. */
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
  /** How many times something could be left out, shortened or rounded. */
  readonly shrinks: number;
}

/** What became of one property in some batches. Add two by {@link addTallies}. */
export interface Tally {
  readonly property: string;
  /** Runs that put the promise to the test and were judged to an end. */
  judged: number;
  /** Runs in which nothing happened that could have broken it: they hold, and say nothing. */
  untested: number;
  /** Runs whose scenario lies outside the property's assumptions. */
  outside: number;
  inconclusive: number;
  seen: number[];
  /** Faults of the runs within the assumptions. */
  readonly struck: StrikeCounts;
  worst: Margin | undefined;
  failure: Failure | undefined;
}

/** The names of the properties that a check judges. */
export function propertyNames(): readonly string[] {
  return [...catalogue, ...reruns].map(({ name }) => name);
}

export function emptyTallies(names: readonly string[]): Tally[] {
  return names.map((property) => ({
    property,
    judged: 0,
    untested: 0,
    outside: 0,
    inconclusive: 0,
    seen: (catalogue.find(({ name }) => name === property)?.witnesses ?? []).map(() => 0),
    struck: noneStruck(),
    worst: undefined,
    failure: undefined,
  }));
}

export function addTallies(into: Tally[], more: readonly Tally[]): void {
  for (const tally of more) {
    const own = into.find(({ property }) => property === tally.property);
    if (own === undefined) throw new Error(`no tally for ${tally.property}`);
    own.judged += tally.judged;
    own.untested += tally.untested;
    own.outside += tally.outside;
    own.inconclusive += tally.inconclusive;
    addStruck(own.struck, tally.struck);
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
  scheduler: Scheduler = decided(given.decisions),
): Judgement[] {
  const judges = new RunJudges(properties, given.scenario);
  execute(createSetup(given.scenario, variant), {
    scheduler,
    listeners: also === undefined ? [judges] : [judges, { observe: also }],
    enough: () => judges.broken,
  });
  return judges.conclude();
}

/** Seeds of batches lie far apart, so that neighbouring seeds of the user share none. */
export function seedOfBatch(seed: number, batch: number): number {
  return batch === 0 ? seed : (seed + Math.imul(batch, 0x9e3779b1)) & 0x7fffffff;
}

/**
 * Runs one batch of `runs` cases. Properties in `settled` have failed before and are not judged again. `after`: called when a case is
 * judged, with its place in the batch.
 */
export function runBatch(
  plan: CheckPlan,
  batch: number,
  runs: number,
  settled: readonly string[] = [],
  after?: (at: number) => void,
): Tally[] {
  const variant = variantNamed(plan.variant);
  if (variant === undefined) throw new RangeError(`no variant named ${plan.variant}`);
  const tallies = emptyTallies(plan.properties);
  const open = new Set(plan.properties.filter((name) => !settled.includes(name)));
  const seed = seedOfBatch(plan.seed, batch);
  const only = plan.path === undefined ? {} : { path: plan.path };
  const given = fc.sample(drawnCases(plan.cases), {
    seed,
    numRuns: plan.path === undefined ? runs : 1,
    ...only,
  });
  for (const [at, one] of given.entries()) {
    if (open.size === 0) break;
    const { broken, given: own } = failuresOf(one, at, variant, open, tallies);
    for (const { property, violation } of broken) {
      const shrunk = shrinkCase(own, variant, property, { asked: plan.cases });
      const tally = tallies.find(({ property: name }) => name === property);
      if (tally === undefined) continue;
      tally.judged++;
      tally.failure = {
        property,
        violation: shrunk?.violation ?? violation,
        case: shrunk?.case ?? own,
        seed,
        path: plan.path ?? String(at),
        shrinks: shrunk?.kept ?? 0,
      };
    }
    after?.(at);
  }
  return tallies;
}

interface Broken {
  readonly property: string;
  readonly violation: Violation;
}

/** Judges one case by all that is open, as it comes to be; what fails is open no more. */
function failuresOf(
  drawn: DrawnCase,
  at: number,
  variant: Variant,
  open: Set<string>,
  tallies: Tally[],
): { readonly broken: readonly Broken[]; readonly given: Case } {
  const broken: Broken[] = [];
  const fails = (property: string, violation: Violation) => {
    broken.push({ property, violation });
    open.delete(property);
  };
  const looksAt = at % LOOKED_AT === 0;
  // A run ends at its first violation; whoever is left is asked again.
  let given = drawn;
  let judged: Judged;
  do {
    judged = judgeDrawn(given, variant, open, looksAt);
    ({ given } = judged);
    for (const { property, verdict } of judged.judgements)
      if (verdict?.type === "violated") fails(property.name, verdict.violation);
  } while (judged.judgements.some(({ verdict }) => verdict?.type === "violated"));
  const { effects, judgements, noted, seen } = judged;
  const answers = looksAt ? answersThatMatter(given, variant, noted, seen) : undefined;
  for (const { judge, property, verdict } of judgements) {
    count(tallies, property.name, judge, verdict?.type);
    const tally = tallies.find(({ property: name }) => name === property.name);
    if (judge === undefined || tally === undefined) continue;
    addStruck(tally.struck, effects.struck);
    if (answers !== undefined) addStruck(tally.struck, answers);
  }
  // By what the check is about, not by what is open: what one batch counts must not depend on what others found.
  const alone = tallies.every(({ property }) => reruns.some(({ name }) => name === property));
  for (const property of reruns) {
    if (!open.has(property.name) || (!alone && (at + 1) % property.every !== 0)) continue;
    const verdict = property.rerun(given, variant);
    if (verdict.type === "violated") fails(property.name, verdict.violation);
    else count(tallies, property.name, { seen: [], tested: true }, verdict.type);
  }
  return { broken, given: { scenario: given.scenario, decisions: given.decisions } };
}

interface Judged {
  /** The case as it came to be. */
  readonly given: DrawnCase;
  readonly judgements: readonly Judgement[];
  readonly effects: FaultEffects;
  readonly noted: NotedAnswers;
  readonly seen: readonly Observation[];
}

/** One run under the judges that are open, up to its first violation. */
function judgeDrawn(drawn: DrawnCase, variant: Variant, open: ReadonlySet<string>, keeps: boolean): Judged {
  const properties = catalogue.filter(({ name }) => open.has(name));
  const noted = new NotedAnswers();
  let watching: Watching | undefined;
  const given = runDrawn(
    drawn,
    variant,
    (scenario) => (watching = new Watching(properties, scenario, keeps)),
    (answering) => noted.of(answering),
  );
  if (watching === undefined) throw new Error("a run that nobody heard");
  const { effects, judges, seen } = watching;
  return { given, judgements: judges.conclude(), effects, noted, seen };
}

/** The judges of a run, and what its faults do in it. */
class Watching implements Hearer {
  readonly judges: RunJudges;
  readonly effects: FaultEffects;
  readonly seen: Observation[] = [];
  readonly #keeps: boolean;

  /** `keeps`: what is seen is wanted afterwards. */
  constructor(properties: readonly Property[], scenario: Scenario, keeps: boolean) {
    this.#keeps = keeps;
    this.judges = new RunJudges(properties, scenario);
    this.effects = new FaultEffects(scenario);
  }

  get broken(): boolean {
    return this.judges.broken;
  }

  observe(observation: Observation): void {
    this.judges.observe(observation);
    this.effects.observe(observation);
    if (this.#keeps) this.seen.push(observation);
  }
}

function count(
  tallies: Tally[],
  name: string,
  judge: Pick<Judge, "seen" | "tested" | "worst"> | undefined,
  verdict: Verdict["type"] | undefined,
): void {
  const tally = tallies.find(({ property }) => property === name);
  if (tally === undefined) return;
  if (judge === undefined) tally.outside++;
  if (judge === undefined || verdict === undefined) return;
  if (verdict === "inconclusive") tally.inconclusive++;
  else if (judge.tested ?? judge.seen.some((times) => times > 0)) tally.judged++;
  else tally.untested++;
  judge.seen.forEach((times, at) => {
    if (times > 0) tally.seen[at] = (tally.seen[at] ?? 0) + 1;
  });
  tally.worst = worse(tally.worst, judge.worst);
}
