/**
 * Shrinks a failing case to a story: whatever can be left out, made shorter or rounder while the same promise is still
 * broken for the same reason. The result is minimal: without any single one of its faults and decisions it does not fail.
 *
 * Decisions are carried along by meaning. By number they would belong to other messages as soon as a fault before them is
 * gone.
 */
import type { Variant } from "../../models/variant.ts";
import { contradictory } from "../../src/simulation/effects.ts";
import { createSetup, type ProcessMakers } from "../../src/simulation/setup.ts";
import { decided, harmless } from "../../src/simulation/scheduler.ts";
import { executeNoting } from "../../src/simulation/execute.ts";
import { byMeaning, byNumber } from "../../src/simulation/meant-decisions.ts";
import type { NetworkSetup, Scenario } from "../../src/simulation/scenario.ts";
import type { Case, CaseOptions } from "../case.ts";
import { catalogue } from "../catalogue.ts";
import { RunJudges } from "../judging.ts";
import type { Property } from "../property.ts";
import { reruns } from "../reruns.ts";
import { haveOneCause } from "../tell.ts";
import type { Violation } from "../violation.ts";
import { edits, single, type CaseDraft } from "./edits.ts";

/** A failing case of which nothing can be left out. */
export interface Shrunk {
  readonly case: Case;
  readonly violation: Violation;
  /** Runs that shrinking took. */
  readonly runs: number;
  /** Edits that were kept. */
  readonly kept: number;
  /** False: the allowed work was used up before nothing more could be left out. */
  readonly minimal: boolean;
}

/** Observations that all runs together may make. Not counted in time, so that one case shrinks alike everywhere. */
const MOST_WORK = 600_000;

/** Where a case is about other processes than coordinators: their code, and the promises about it. */
export interface OwnCode {
  readonly makers: ProcessMakers;
  readonly properties: readonly Property[];
}

type Asked = Pick<CaseOptions, "network" | "etcdMembers">;

export interface ShrinkOptions {
  /** What was asked for of the world stays as it is. */
  readonly asked?: Asked;
  readonly code?: OwnCode;
  readonly mostWork?: number;
}

const OF_THE_ELECTION: OwnCode = { makers: {}, properties: catalogue };

/** A case that does not break `property` comes back as undefined. */
export function shrinkCase(
  given: Case,
  variant: Variant,
  property: string,
  { asked = {}, code = OF_THE_ELECTION, mostWork = MOST_WORK }: ShrinkOptions = {},
): Shrunk | undefined {
  const trial = new Trial(variant, property, code);
  const first = trial.numbered(given);
  if (first === undefined) return undefined;
  let best = first;
  let kept = 0;
  const improves = (candidates: Iterable<CaseDraft>): boolean => {
    for (const candidate of candidates) {
      if (trial.work >= mostWork) return false;
      // What no scenario file may say is no simpler story.
      const { etcd, faults } = candidate.scenario;
      if (contradictory(faults, etcd.clockRate) || !isAsAsked(candidate.scenario, asked)) continue;
      const found = trial.meant(candidate);
      if (found === undefined || !haveOneCause(found.violation, first.violation)) continue;
      best = found;
      kept++;
      return true;
    }
    return false;
  };
  for (let before = -1; before < kept && trial.work < mostWork;) {
    before = kept;
    for (const edit of edits) while (improves(edit(best)));
  }
  const { decisions, scenario, violation } = best;
  return {
    case: { scenario, decisions: byNumber(decisions) },
    violation,
    runs: trial.runs,
    kept,
    minimal: trial.work < mostWork,
  };
}

/** Whether the world is still what was asked for. */
function isAsAsked({ etcd, network }: Scenario, { etcdMembers, network: wanted = {} }: Asked): boolean {
  if (etcdMembers !== undefined && (etcd.members ?? 1) !== etcdMembers) return false;
  return Object.entries(wanted).every(([name, value]) => network[name as keyof NetworkSetup] === value);
}

/** The single faults and decisions that a case could do without; none: it is minimal. */
export function spareIn(given: Case, variant: Variant, property: string): CaseDraft[] {
  const trial = new Trial(variant, property, OF_THE_ELECTION);
  const first = trial.numbered(given);
  if (first === undefined) return [];
  return [...single(first)].filter((candidate) => {
    const found = trial.meant(candidate);
    return found !== undefined && haveOneCause(found.violation, first.violation);
  });
}

interface Failing extends CaseDraft {
  readonly violation: Violation;
}

/** Runs candidates under one property. */
class Trial {
  readonly #variant: Variant;
  readonly #property: string;
  readonly #code: OwnCode;
  runs = 0;
  /** Observations so far. */
  work = 0;

  constructor(variant: Variant, property: string, code: OwnCode) {
    this.#variant = variant;
    this.#property = property;
    this.#code = code;
  }

  /** A case whose decisions stand by number. */
  numbered({ decisions, scenario }: Case): Failing | undefined {
    return this.#run(scenario, () => decided(decisions));
  }

  meant({ decisions, scenario }: CaseDraft): Failing | undefined {
    // A decision may move by as much as a renewal, a third of the TTL.
    const windowMs = (scenario.ttlSeconds * 1000) / 3;
    return this.#run(scenario, (setup, now) =>
      decisions.length === 0 ? harmless : byMeaning(decisions, setup, now, windowMs).scheduler,
    );
  }

  #run(scenario: Case["scenario"], schedulerOf: SchedulerOf): Failing | undefined {
    this.runs++;
    const { makers, properties } = this.#code;
    const setup = createSetup(scenario, this.#variant, { makers });
    const judges = new RunJudges(
      properties.filter(({ name }) => name === this.#property),
      scenario,
    );
    const { decisions } = executeNoting(setup, {
      scheduler: (now) => schedulerOf(setup, now),
      listeners: [judges, { observe: () => void this.work++ }],
      enough: () => judges.broken,
    });
    const violation = this.#violation(judges, { scenario, decisions: byNumber(decisions) });
    return violation === undefined ? undefined : { scenario, decisions, brokenAt: violation.at, violation };
  }

  #violation(judges: RunJudges, given: Case): Violation | undefined {
    const rerun = reruns.find(({ name }) => name === this.#property);
    const verdict = rerun === undefined ? judges.conclude()[0]?.verdict : rerun.rerun(given, this.#variant);
    return verdict?.type === "violated" ? verdict.violation : undefined;
  }
}

type SchedulerOf = (setup: ReturnType<typeof createSetup>, now: () => number) => ReturnType<typeof decided>;
