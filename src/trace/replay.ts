/**
 * Strict replay: runs a trace's header again and compares every line with the file's, in lockstep, so that neither has to
 * be kept. A line whose text is the same needs no parsing; the first that differs ends the replay.
 */
import { variantNamed } from "../../models/variants.ts";
import type { Variant } from "../../models/variant.ts";
import { createSetup } from "../simulation/setup.ts";
import { decided } from "../simulation/scheduler.ts";
import { Simulation } from "../simulation/simulation.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import { differenceOf, type Difference } from "./difference.ts";
import type { TraceEnd, TraceHeader, TraceLine } from "./format.ts";
import { TraceReader, type Lines, type TraceFault } from "./read.ts";
import { TraceWriter } from "./trace-writer.ts";
import { rerunVerdict, TraceJudges } from "./verdicts.ts";

/** Where a run first differs from its trace. */
export interface Divergence extends Difference {
  /** Number of the event; 0: in the header, or the number of events and one more: at the end. */
  readonly n: number;
  readonly recordedLine: TraceLine | undefined;
  readonly replayedLine: TraceLine | undefined;
}

export type StrictResult =
  | { readonly type: "identical"; readonly header: TraceHeader; readonly end: TraceEnd }
  | { readonly type: "diverged"; readonly header: TraceHeader; readonly divergence: Divergence }
  | { readonly type: "trouble"; readonly trouble: TraceFault };

/** Reads the header, which is the first line. */
export function readHeader(reader: TraceReader): TraceHeader | TraceFault {
  const reading = reader.next();
  if (reading.type === "trouble") return reading.trouble;
  if (reading.type === "line" && reading.line.type === "header") return reading.line;
  throw new Error("a trace was read without a header");
}

/** The variant of the protocol that a trace was recorded with, or why it cannot be run. */
export function variantOf(header: TraceHeader): Variant | TraceFault {
  return (
    variantNamed(header.variant) ?? {
      line: 1,
      what: `the variant ${header.variant} is not known to this version`,
      remedy: "leasehold check --help lists the variants; install the version that has it",
    }
  );
}

/** Replays the trace whose lines are `lines`. */
export function replayStrictly(lines: Lines): StrictResult {
  const reader = new TraceReader(lines);
  const header = readHeader(reader);
  if ("what" in header) return { type: "trouble", trouble: header };
  const variant = variantOf(header);
  if ("what" in variant) return { type: "trouble", trouble: variant };
  return new Lockstep(reader, header).run(variant);
}

class Lockstep {
  readonly #reader: TraceReader;
  readonly #header: TraceHeader;
  #result: StrictResult | undefined;
  /** The end was reached in both; as it is now, for a file of an earlier version says less. */
  #end: TraceEnd | undefined;

  constructor(reader: TraceReader, header: TraceHeader) {
    this.#reader = reader;
    this.#header = header;
  }

  run(variant: Variant): StrictResult {
    const header = this.#header;
    const setup = createSetup(header.scenario, variant);
    const judges = new TraceJudges(header.scenario, header.property);
    const writer = new TraceWriter(
      setup,
      (text, line) => this.#compare(text, line),
      (observation) => judges.observe(observation),
    );
    const simulation = new Simulation(setup, decided(byNumber(header.decisions)), writer);
    const early = header.stop === "violation";
    simulation.run(() => this.#result !== undefined || (early && judges.broken));
    if (this.#result === undefined) {
      const over = !(early && judges.broken);
      const own = rerunVerdict(header.property, header.scenario, byNumber(header.decisions), variant);
      writer.end(simulation.world.now, over ? "horizon" : "violation", [...judges.verdicts(over), ...own]);
    }
    if (this.#result !== undefined) return this.#result;
    if (this.#end === undefined) throw new Error("a replay ended without an end line");
    return { type: "identical", header, end: this.#end };
  }

  #compare(text: string, replayed: TraceLine): void {
    if (this.#result !== undefined) return;
    const reading = this.#reader.next({ text, line: replayed });
    if (reading.type === "trouble") this.#result = reading;
    if (reading.type !== "line" || reading.line === replayed) return;
    const recorded = reading.line;
    const difference = differenceOf(recorded, replayed);
    if (difference === undefined) {
      if (replayed.type === "end") this.#finish(replayed);
      return;
    }
    const n = replayed.type === "event" ? replayed.n : recorded.type === "event" ? recorded.n : 0;
    const divergence: Divergence = {
      ...difference,
      n: n === 0 ? numberOfEnd(recorded) : n,
      recordedLine: recorded,
      replayedLine: replayed,
    };
    this.#result = { type: "diverged", header: this.#header, divergence };
  }

  /** Nothing may follow the end. */
  #finish(end: TraceEnd): void {
    this.#end = end;
    const reading = this.#reader.next();
    if (reading.type === "trouble") this.#result = reading;
  }
}

function numberOfEnd(line: TraceLine): number {
  return line.type === "end" ? line.events + 1 : 0;
}

/** Whether the recorded run ended with a violation of the property that the trace is about, or of any. */
export function violatedIn(
  end: TraceEnd,
  property: string | undefined,
): readonly TraceEnd["verdicts"][number][] {
  return end.verdicts.filter(
    ({ property: name, verdict }) => verdict === "violated" && (property === undefined || property === name),
  );
}
