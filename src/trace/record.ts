/**
 * Records one whole run: what `check` does with a failure and `simulate --trace` with a scenario.
 */
import { VERSION } from "../version.ts";
import { named, type Violation } from "../../properties/violation.ts";
import type { Variant } from "../../models/variant.ts";
import { createSetup } from "../simulation/setup.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { decided, type Decision, type Scheduler } from "../simulation/scheduler.ts";
import { Simulation } from "../simulation/simulation.ts";
import { type MeantDecision, byNumber, witnessed } from "../simulation/meant-decisions.ts";
import { FORMAT, SCHEMA_VERSION, type StopsAt, type TraceEnd, type TraceHeader } from "./format.ts";
import { TraceWriter, type Sink } from "./trace-writer.ts";
import { rerunVerdict, TraceJudges } from "./verdicts.ts";

/** What to record. */
export interface Recordable {
  readonly scenario: Scenario;
  readonly decisions?: readonly Decision[];
  readonly variant: Variant;
  /** The property that the run breaks; the recording ends at its violation unless `stop` says otherwise. */
  readonly property?: string;
  readonly violation?: Violation;
  readonly stop?: StopsAt;
  /** What `check` found it by. */
  readonly seed?: number;
  readonly path?: string;
}

/** Runs the case and hands each line to `sink`. Returns the last line. */
export function recordCase(given: Recordable, sink: Sink): TraceEnd {
  return recordRun(headerOf(given), given.variant, decided(given.decisions ?? []), sink);
}

/** The header of a case's trace. Costs a run if there are decisions, to learn what they mean. */
export function headerOf(given: Recordable): TraceHeader {
  const { decisions = [], path, property, scenario, seed, variant, violation } = given;
  const stop = given.stop ?? (property === undefined ? "horizon" : "violation");
  return {
    type: "header",
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    package: VERSION,
    variant: variant.name,
    scenario,
    decisions: decisions.length === 0 ? [] : explain(scenario, variant, decided(decisions), property, stop),
    stop,
    ...(property === undefined ? {} : { property }),
    ...(violation === undefined ? {} : { violation: named(violation, scenario) }),
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined || path === "" ? {} : { path }),
  };
}

/** What a scheduler's answers mean in this run: every one that is not harmless, in the order in which they were given. */
export function explain(
  scenario: Scenario,
  variant: Variant,
  scheduler: Scheduler,
  property?: string,
  stop: StopsAt = "horizon",
): MeantDecision[] {
  const found: MeantDecision[] = [];
  const setup = createSetup(scenario, variant);
  const judges = new TraceJudges(scenario, property);
  const noting = witnessed(
    scheduler,
    setup,
    () => simulation.world.now,
    (decision) => found.push(decision),
  );
  const simulation: Simulation = new Simulation(setup, noting, {
    observe: (observation) => judges.observe(observation),
  });
  simulation.run(() => stop === "violation" && judges.broken);
  return found;
}

/** Runs `header`'s scenario under any scheduler, recording. */
export function recordRun(header: TraceHeader, variant: Variant, scheduler: Scheduler, sink: Sink): TraceEnd {
  const setup = createSetup(header.scenario, variant);
  const judges = new TraceJudges(header.scenario, header.property);
  const writer = new TraceWriter(setup, sink, (observation) => judges.observe(observation));
  writer.begin(header);
  const simulation = new Simulation(setup, scheduler, writer);
  const early = header.stop === "violation";
  simulation.run(() => early && judges.broken);
  const over = !(early && judges.broken);
  const own = rerunVerdict(header.property, header.scenario, byNumber(header.decisions), variant);
  return writer.end(simulation.world.now, over ? "horizon" : "violation", [...judges.verdicts(over), ...own]);
}
