/**
 * Records one whole run: what `check` does with a failure and `simulate --trace` with a scenario.
 */
import { VERSION } from "../version.ts";
import { named, type Violation } from "../../properties/violation.ts";
import type { Property } from "../../properties/property.ts";
import type { Variant } from "../../models/variant.ts";
import { execute, executeNoting } from "../simulation/execute.ts";
import { adoptedMakers, createSetup, type ProcessMakers, type SimulationSetup } from "../simulation/setup.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { decided, type Decision, type Scheduler } from "../simulation/scheduler.ts";
import { type MeantDecision, byNumber } from "../simulation/meant-decisions.ts";
import { FORMAT, SCHEMA_VERSION, type StopsAt, type TraceEnd, type TraceHeader } from "../trace/format.ts";
import { describeOwnKinds } from "../trace/own-kinds.ts";
import { TraceWriter, type Sink } from "../trace/trace-writer.ts";
import { rerunVerdict, TraceJudges } from "./monitors.ts";

/** What to record. */
export interface Recordable {
  readonly scenario: Scenario;
  readonly decisions?: readonly Decision[];
  readonly variant: Variant;
  /** Kinds of processes beside the coordinator, if the scenario has any. */
  readonly makers?: ProcessMakers;
  /** By what it is judged; absent: by all that this version knows. */
  readonly promises?: readonly Property[];
  /** The property that the run breaks; the recording ends at its violation unless `stop` says otherwise. */
  readonly property?: string;
  readonly violation?: Violation;
  readonly stop?: StopsAt;
  /** What `check` found it by. */
  readonly seed?: number;
  readonly path?: string;
  /** Modules with variants, properties and faults of somebody's own that the run needs. */
  readonly modules?: readonly string[];
}

/** Runs the case and hands each line to `sink`. Returns the last line. */
export function recordCase(given: Recordable, sink: Sink): TraceEnd {
  const { decisions = [], makers = adoptedMakers(), promises, variant } = given;
  const options = { variant, makers, scheduler: decided(decisions), sink };
  return recordRun(headerOf(given), promises === undefined ? options : { ...options, promises });
}

/** The header of a case's trace. Costs a run if there are decisions, to learn what they mean. */
export function headerOf(given: Recordable): TraceHeader {
  const {
    decisions = [],
    makers = adoptedMakers(),
    modules = [],
    path,
    property,
    scenario,
    seed,
    variant,
    violation,
  } = given;
  const faultKinds = describeOwnKinds(scenario);
  const stop = given.stop ?? (property === undefined ? "horizon" : "violation");
  return {
    type: "header",
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    package: VERSION,
    variant: variant.name,
    scenario,
    decisions: decisions.length === 0 ? [] : explain(createSetup(scenario, variant, { makers }), given, stop),
    stop,
    ...(property === undefined ? {} : { property }),
    ...(violation === undefined ? {} : { violation: named(violation, scenario) }),
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined || path === "" ? {} : { path }),
    ...(modules.length === 0 ? {} : { modules }),
    ...(faultKinds.length === 0 ? {} : { faultKinds }),
  };
}

/** What the decisions mean in this run: every answer that is not harmless, in the order in which they are given. */
function explain(
  setup: SimulationSetup,
  { decisions = [], promises, property }: Recordable,
  stop: StopsAt,
): readonly MeantDecision[] {
  const judges = new TraceJudges(setup.scenario, property, promises);
  return executeNoting(setup, {
    scheduler: decided(decisions),
    listeners: [judges],
    enough: () => stop === "violation" && judges.broken,
  }).decisions;
}

/** How a run is recorded. */
export interface RecordingOptions {
  readonly variant: Variant;
  readonly makers?: ProcessMakers;
  readonly promises?: readonly Property[];
  readonly scheduler: Scheduler;
  readonly sink: Sink;
  /** Asked after each thing that happened; true breaks the run off, and its last line is of no use. */
  readonly enough?: () => boolean;
}

/** Runs `header`'s scenario under any scheduler, recording. Returns the last line. */
export function recordRun(
  header: TraceHeader,
  { enough = () => false, makers = adoptedMakers(), promises, scheduler, sink, variant }: RecordingOptions,
): TraceEnd {
  const setup = createSetup(header.scenario, variant, { makers });
  const judges = new TraceJudges(header.scenario, header.property, promises);
  const writer = new TraceWriter(setup, sink, (observation) => judges.observe(observation));
  writer.begin(header);
  const early = header.stop === "violation";
  const { ended, world } = execute(setup, {
    scheduler,
    listeners: [writer],
    enough: () => (early && judges.broken) || enough(),
  });
  const own = rerunVerdict(header.property, header.scenario, byNumber(header.decisions), variant);
  const verdicts = [...judges.verdicts(ended === "horizon"), ...own];
  return writer.end(world.now, ended === "horizon" ? "horizon" : "violation", verdicts);
}
