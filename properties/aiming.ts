/**
 * A case that is drawn with aims: whom they strike, and when, follows while its run goes on. Afterwards it is a case like any other, with
 * each fault at its instant, and running that one anew is the same run to the byte.
 */
import type { Step } from "../models/compiled-chart.ts";
import type { Observation } from "../models/observation.ts";
import type { Variant } from "../models/variant.ts";
import { execute } from "../src/simulation/execute.ts";
import type { Fault } from "../src/simulation/fault.ts";
import type { Listener } from "../src/simulation/run.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import { decided, type Decision, type Scheduler } from "../src/simulation/scheduler.ts";
import { createSetup, processAt, type SimulationSetup } from "../src/simulation/setup.ts";
import type { World } from "../src/simulation/world.ts";
import { rankFor, type StateAim } from "./aimed.ts";
import { JitterAimed, type JitterAim } from "./aimed-answers.ts";
import type { Case } from "./case.ts";
import { Sparing, type FateAnswer } from "./spared.ts";

/** A case, and what is still to be aimed in its run, or kept out of it. */
export interface DrawnCase extends Case {
  readonly aims?: readonly StateAim[];
  readonly jitter?: JitterAim;
  readonly spared?: readonly FateAnswer[];
}

/** Who hears a run once its scenario stands, from the beginning. */
export interface Hearer {
  observe(observation: Observation): void;
  /** Whether it has heard enough. */
  readonly broken: boolean;
}

/**
 * Runs the case, and returns it as it came to be. `hearing`: makes who hears the run, when nothing more is to be aimed. `noting`: who
 * notes the answers.
 */
export function runDrawn(
  { aims = [], decisions, jitter, scenario, spared = [] }: DrawnCase,
  variant: Variant,
  hearing: (scenario: Scenario) => Hearer,
  noting: (answering: Scheduler) => Scheduler = (answering) => answering,
): DrawnCase {
  const setup = createSetup(scenario, variant);
  const given = decided(decisions);
  const sparing = spared.length === 0 ? undefined : new Sparing(given, spared);
  const aimed = jitter === undefined ? undefined : new JitterAimed(sparing ?? given, jitter);
  const scheduler = noting(aimed ?? sparing ?? given);
  const aiming = aims.length === 0 ? undefined : new Aiming(setup, aims, hearing);
  if (aiming === undefined) {
    const hearer = hearing(scenario);
    execute(setup, { scheduler, listeners: [hearer], enough: () => hearer.broken });
  } else {
    const besides = (beforeMs: number) => aiming.next(beforeMs);
    execute(setup, { scheduler, listeners: [aiming], besides, enough: () => aiming.broken });
    aiming.stands();
  }
  const { decisions: answered = [] } = aimed ?? {};
  const kept =
    sparing === undefined ? decisions : decisions.filter(({ index }) => !sparing.spared.has(index));
  return {
    scenario: aiming?.scenario ?? scenario,
    decisions: answered.length === 0 ? kept : [...kept, ...answered].toSorted(byIndex),
    // Not asked for before the run was broken off.
    ...(jitter === undefined || answered.length > 0 ? {} : { jitter }),
    ...(spared.length === 0 ? {} : { spared }),
  };
}

function byIndex(left: Decision, right: Decision): number {
  return left.index - right.index;
}

/** The case as it comes to be in a run that nobody hears. */
export function resolved(drawn: DrawnCase, variant: Variant): Case {
  const { aims = [], jitter, spared } = drawn;
  // Nothing more is to be learnt once the scenario stands, unless questions are waited for.
  const nobody = { observe: () => undefined, broken: jitter === undefined && spared === undefined };
  const { decisions, scenario } =
    aims.length === 0 && jitter === undefined && spared === undefined
      ? drawn
      : runDrawn(drawn, variant, () => nobody);
  return { scenario, decisions };
}

const NOWHERE: readonly string[] = [];

/** An aim, and at whom it points. */
interface Open {
  readonly aim: StateAim;
  at?: { readonly node: number; readonly path: string; readonly rank: number; readonly strikesAtMs: number };
}

class Aiming implements Listener {
  /** With what has struck so far. */
  scenario: Scenario;
  readonly #setup: SimulationSetup;
  readonly #hearing: (scenario: Scenario) => Hearer;
  #open: Open[];
  /** In which states each coordinator is. */
  readonly #paths: (readonly string[])[];
  /** Until the scenario stands, what was seen is kept. */
  #hearer: Hearer | undefined;
  #seen: Observation[] = [];

  constructor(setup: SimulationSetup, aims: readonly StateAim[], hearing: (scenario: Scenario) => Hearer) {
    this.#setup = setup;
    this.#hearing = hearing;
    this.scenario = setup.scenario;
    this.#open = aims.map((aim) => ({ aim }));
    this.#paths = setup.processes.map(() => NOWHERE);
  }

  get broken(): boolean {
    return this.#hearer !== undefined && this.#hearer.broken;
  }

  observe(observation: Observation): void {
    if (this.#hearer !== undefined) {
      // What it did not hear of what was kept, the rest must not be held against.
      if (!this.#hearer.broken) this.#hearer.observe(observation);
      return;
    }
    this.#seen.push(observation);
    if (observation.type === "ended") this.#moves(observation.node, NOWHERE, observation.at);
  }

  stepped(node: number, { now }: World, _type: string, _elapsedMs: number, { next }: Step): void {
    if (this.#hearer !== undefined) return;
    this.#moves(node, processAt(this.#setup, node).kind.chart?.facts(next).paths ?? NOWHERE, now);
  }

  /** What strikes up to that instant, before which nothing else happens. */
  next(beforeMs: number): Fault | undefined {
    if (this.#hearer !== undefined) return undefined;
    for (const [place, { aim, at }] of this.#open.entries()) {
      if (at === undefined || at.strikesAtMs > beforeMs) continue;
      const { strikesAtMs } = at;
      this.#open.splice(place, 1, ...(aim.next === undefined ? [] : [{ aim: aim.next(strikesAtMs) }]));
      const fault = aim.strike(strikesAtMs, processAt(this.#setup, at.node).setup.name);
      if (fault === undefined) continue;
      this.scenario = { ...this.scenario, faults: [...this.scenario.faults, fault] };
      return fault;
    }
    this.#open = this.#open.filter(({ aim }) => beforeMs < aim.untilMs);
    if (this.#open.length === 0) this.stands();
    return undefined;
  }

  /** Nothing more is to be aimed. */
  stands(): void {
    if (this.#hearer !== undefined) return;
    const hearer = (this.#hearer = this.#hearing(this.scenario));
    for (const observation of this.#seen) {
      if (hearer.broken) break;
      hearer.observe(observation);
    }
    this.#seen = [];
  }

  #moves(node: number, paths: readonly string[], now: number): void {
    const before = this.#paths[node] ?? NOWHERE;
    if (paths === before) return;
    this.#paths[node] = paths;
    for (const open of this.#open) {
      if (open.at?.node === node && !paths.includes(open.at.path)) delete open.at;
      for (const path of paths) if (!before.includes(path)) pointAt(open, node, path, now);
    }
  }
}

/** The more seldom one is, the better. */
function pointAt(open: Open, node: number, path: string, now: number): void {
  const { aim, at } = open;
  const strikesAtMs = Math.floor(now) + aim.afterMs;
  if (now < aim.fromMs || strikesAtMs >= aim.untilMs) return;
  const rank = rankFor(aim, path, now);
  if (rank === undefined || (at !== undefined && at.rank <= rank)) return;
  open.at = { node, path, rank, strikesAtMs };
}
