/** A run made to be shown: simulated to its horizon, recorded in memory, judged, and read. */
import { VERSION } from "../version.ts";
import type { Variant } from "../../models/variant.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { RunJudges, type Judgement } from "../../properties/judging.ts";
import { execute } from "../simulation/execute.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { decided, type Decision } from "../simulation/scheduler.ts";
import { adoptedMakers, createSetup, type ProcessMakers } from "../simulation/setup.ts";
import { FORMAT, SCHEMA_VERSION, type TraceLine } from "../trace/format.ts";
import { TraceWriter } from "../trace/trace-writer.ts";
import { Reading } from "./reading.ts";
import { gatherRun, type RecordedRun } from "./run.ts";

/** The reading of a run made just now, with what the judges said of it. */
export class ObservedRun extends Reading {
  readonly variant: Variant;
  readonly judgements: readonly Judgement[];

  constructor(run: RecordedRun, variant: Variant, judgements: readonly Judgement[]) {
    super(run);
    this.variant = variant;
    this.judgements = judgements;
  }
}

/** Open questions without a decision are answered harmlessly. `makers`: kinds of processes beside the coordinator. */
export function observeRun(
  scenario: Scenario,
  variant: Variant,
  decisions: readonly Decision[] = [],
  makers: ProcessMakers = adoptedMakers(),
): ObservedRun {
  const setup = createSetup(scenario, variant, { makers });
  const judges = new RunJudges(catalogue, scenario);
  const lines: TraceLine[] = [];
  const writer = new TraceWriter(setup, (_, line) => lines.push(line));
  // What the decisions mean is asked by nobody who is only shown the run.
  writer.begin({
    type: "header",
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    package: VERSION,
    variant: variant.name,
    scenario,
    decisions: [],
    stop: "horizon",
  });
  const { world } = execute(setup, { scheduler: decided(decisions), listeners: [judges, writer] });
  writer.end(world.now, "horizon", []);
  return new ObservedRun(gatherRun(lines), variant, judges.conclude());
}
