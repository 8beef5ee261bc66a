/**
 * The scenario whose run says most nearly what the evidence says, so that the case can be run again, stepped through and kept as a
 * test. What went wrong is in no log; for each thing that calls for a cause the likely ones are tried, one after the other, and what
 * fits best is kept. It is a guess that can be run, no finding.
 */
import { shipped, type Variant } from "../../models/variant.ts";
import { variantNamed } from "../../models/variants.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { RunJudges } from "../../properties/judging.ts";
import type { Property } from "../../properties/property.ts";
import type { Violation } from "../../properties/violation.ts";
import { execute } from "../simulation/execute.ts";
import type { Fault } from "../simulation/fault.ts";
import { coordinator, scenario, type CoordinatorSetup, type Scenario } from "../simulation/scenario.ts";
import { decided } from "../simulation/scheduler.ts";
import { createSetup } from "../simulation/setup.ts";
import { causesIn, type UnknownCause } from "./likely-causes.ts";
import { distanceOf, type SaidStep } from "./likeness.ts";
import { stepsOf, type CaseLane } from "./case-lanes.ts";
import type { ModelledSource } from "./model.ts";
import type { ToldRun } from "./told-run.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** A scenario, and how near its run comes to the evidence. */
export interface NearestScenario {
  readonly scenario: Scenario;
  readonly variant: Variant;
  /** Of the steps that were logged, so many are said by the run in the same order. */
  readonly alike: number;
  readonly of: number;
  /** What the evidence shows broken and this run breaks too. */
  readonly violation?: Violation;
  /** Where it begins and ends in the evidence's time, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** TTLs that people set. */
const TTLS_SECONDS = [10, 15, 20, 30, 60];
/** A longer stretch of time is not run; the case lies in its last minutes. */
const LONGEST_MS = 20 * 60_000;
/** So many runs are tried on each protocol, fewer of a long case: as many as make so long a time together. */
const MOST_RUNS = 160;
const LEAST_RUNS = 20;
const ALL_RUNS_MS = 8 * 3_600_000;
/** What comes after the last line. */
const AFTERWARDS_MS = 10_000;

/** Undefined: no coordinator's own lines tell anything of the election. */
export function nearestScenario(
  told: ToldRun,
  models: readonly ModelledSource[],
  verdicts: readonly EvidenceVerdict[],
): NearestScenario | undefined {
  const all = stepsOf(told);
  const last = Math.max(0, ...all.flatMap(({ steps }) => steps.map(({ at }) => at)));
  const fromMs = Math.max(0, last - LONGEST_MS);
  const lanes = all
    .map((lane) => ({ ...lane, ...within(lane, fromMs) }))
    .filter(({ steps }) => steps.length > 0);
  if (lanes.length === 0) return undefined;
  const broken = catalogue.filter(({ name }) =>
    verdicts.some(({ property, type }) => property === name && type === "violated"),
  );
  const search = new Search(lanes, last - fromMs, broken);
  const first = variantFor(models);
  const best = search.best(first, ttlsIn(told));
  const found =
    broken.length === 0 || best.violation !== undefined ? best : (search.breaking(best, first) ?? best);
  return { ...found, fromMs, toMs: last, of: lanes.reduce((sum, { steps }) => sum + steps.length, 0) };
}

/** Where a recording says it, nothing is guessed. */
function ttlsIn({ lanes }: ToldRun): readonly number[] {
  const known = lanes.flatMap(({ source }) =>
    source.type === "recording" ? [source.scenario.ttlSeconds] : [],
  );
  return known.length === 0 ? TTLS_SECONDS : [...new Set(known)];
}

function within({ steps }: CaseLane, fromMs: number): Pick<CaseLane, "steps"> {
  return { steps: steps.filter(({ at }) => at >= fromMs).map((step) => ({ ...step, at: step.at - fromMs })) };
}

/** The one that explains most logs. */
function variantFor(models: readonly ModelledSource[]): Variant {
  const counts = new Map<Variant, number>();
  for (const { variant } of models) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  return [...counts].toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? shipped;
}

interface Tried {
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly distance: number;
  readonly alike: number;
  readonly violation?: Violation;
}

/** Which of each cause's explanations is taken; 0: none. */
interface Guess {
  readonly ttlSeconds: number;
  readonly chosen: readonly number[];
}

class Search {
  readonly #lanes: readonly CaseLane[];
  readonly #untilMs: number;
  readonly #broken: readonly Property[];
  #runs = 0;

  constructor(lanes: readonly CaseLane[], untilMs: number, broken: readonly Property[]) {
    this.#lanes = lanes;
    this.#untilMs = untilMs;
    this.#broken = broken;
  }

  /** Each cause by itself, in turn, as long as something comes nearer. */
  best(variant: Variant, ttls: readonly number[]): Tried {
    const affordable = Math.floor(ALL_RUNS_MS / (this.#untilMs + AFTERWARDS_MS));
    const most = this.#runs + Math.max(LEAST_RUNS, Math.min(MOST_RUNS, affordable));
    let best: Tried | undefined;
    for (const ttlSeconds of ttls) {
      const causes = this.#causes(ttlSeconds);
      let guess: Guess = { ttlSeconds, chosen: causes.map(({ likely }) => Math.min(1, likely.length)) };
      let here = this.#try(guess, variant);
      for (let better = true; better && this.#runs < most;) {
        better = false;
        for (const [at, { likely }] of causes.entries())
          for (let choice = 0; choice <= likely.length; choice++) {
            if (this.#runs >= most) break;
            const other = { ttlSeconds, chosen: guess.chosen.with(at, choice) };
            const tried = this.#try(other, variant);
            if (tried.distance >= here.distance) continue;
            [guess, here, better] = [other, tried, true];
          }
      }
      if (best === undefined || here.distance < best.distance) best = here;
    }
    if (best === undefined) throw new Error("no TTL was tried");
    return best;
  }

  /** What breaks the promise in the same scenario, where the protocol that its texts are of does not. */
  breaking(best: Tried, but: Variant): Tried | undefined {
    for (const name of this.#broken.flatMap(({ kills }) => kills)) {
      const variant = variantNamed(name);
      if (variant === undefined || variant === but) continue;
      const tried = this.best(variant, [best.scenario.ttlSeconds]);
      if (tried.violation !== undefined && tried.alike >= best.alike - 1) return tried;
    }
    return undefined;
  }

  #causes(ttlSeconds: number): readonly UnknownCause[] {
    return causesIn(this.#lanes, this.#untilMs, ttlSeconds * 1000);
  }

  #try({ chosen, ttlSeconds }: Guess, variant: Variant): Tried {
    this.#runs++;
    const faults = this.#causes(ttlSeconds).flatMap(({ likely }, at) => likely[(chosen[at] ?? 0) - 1] ?? []);
    const given = this.#scenario(ttlSeconds, faults);
    const said = this.#lanes.map((): SaidStep[] => []);
    const judges = new RunJudges(this.#broken, given);
    execute(createSetup(given, variant), {
      scheduler: decided([]),
      listeners: [
        judges,
        {
          observe: (one) => {
            if (one.type === "milestone") said[one.node]?.push({ milestone: one.milestone, at: one.at });
            else if (one.type === "written" && one.outcome === "unknown")
              said[one.node]?.push({ milestone: "unanswered", at: one.at });
          },
        },
      ],
    });
    const found = judges.conclude().find(({ verdict }) => verdict?.type === "violated")?.verdict;
    const near = this.#lanes.map(({ steps }, at) => distanceOf(steps, said[at] ?? [], ttlSeconds * 1000));
    const violation = found?.type === "violated" ? found.violation : undefined;
    const missed = this.#broken.length > 0 && violation === undefined ? BROKEN_COUNTS : 0;
    return {
      scenario: given,
      variant,
      distance: near.reduce((sum, { distance }) => sum + distance, missed) + faults.length * FAULT_COUNTS,
      alike: near.reduce((sum, { alike }) => sum + alike, 0),
      ...(violation === undefined ? {} : { violation }),
    };
  }

  #scenario(ttlSeconds: number, faults: readonly Fault[]): Scenario {
    const horizonMs = Math.ceil(this.#untilMs) + AFTERWARDS_MS;
    return scenario({
      title: "nearest to what was logged",
      ttlSeconds,
      horizonMs,
      coordinators: this.#lanes.map((lane, at) => setupOf(lane, at)),
      faults: faults.filter(({ atMs }) => atMs < horizonMs),
    });
  }
}

/** A breach that is not there counts as much as so many steps; a fault less than one. */
const BROKEN_COUNTS = 6;
const FAULT_COUNTS = 0.1;

/** Who was there from the first line on begins in the order in which they came to serve. */
function setupOf({ leaves, name, role, standsBy, startAtMs }: CaseLane, place: number): CoordinatorSetup {
  return coordinator(name, role, {
    startAtMs: Math.max(0, Math.round(startAtMs ?? place * 50)),
    activeStandby: standsBy,
    ...(leaves ? { afterLoss: "exit", restartAfterMs: 1000 } : {}),
  });
}
