/**
 * Strict replay: runs a trace's header again and compares every line with the file's, in lockstep, so that neither has to
 * be kept. A line whose text is the same needs no parsing; the first that differs ends the replay.
 */
import { variantNamed } from "../../models/variants.ts";
import type { Variant } from "../../models/variant.ts";
import { kindOf } from "../simulation/fault.ts";
import { adoptedMakers, type ProcessMakers } from "../simulation/setup.ts";
import { decided } from "../simulation/scheduler.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import { differenceOf, type Difference } from "../trace/difference.ts";
import type { TraceEnd, TraceHeader, TraceLine } from "../trace/format.ts";
import { isStandIn } from "../trace/own-kinds.ts";
import { TraceReader, type Lines, type TraceFault } from "../trace/read.ts";
import { recordRun } from "./record.ts";

/** Where a run first differs from its trace. */
export interface Divergence extends Difference {
  /** Number of the event; 0: in the header, or the number of events and one more: at the end. */
  readonly n: number;
  readonly recordedLine: TraceLine | undefined;
  readonly replayedLine: TraceLine | undefined;
}

/** What a strict replay found. */
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

/** A process or a fault of the trace that cannot be run here; undefined: there is none. */
export function missingKind({ scenario }: TraceHeader, makers: ProcessMakers): TraceFault | undefined {
  const strange = scenario.faults.find((fault) => isStandIn(kindOf(fault)));
  if (strange !== undefined)
    return {
      line: 1,
      what: `the fault ${strange.type} is somebody's own, and its code is not here`,
      remedy:
        "leasehold replay FILE --print tells what was recorded; to run it again, name its module: --fault FILE",
    };
  const missing = scenario.processes?.find(({ kind }) => makers[kind] === undefined);
  if (missing === undefined) return undefined;
  return {
    line: 1,
    what: `${missing.name} is a process of the kind ${missing.kind}, whose code is not here`,
    remedy:
      "leasehold replay FILE --print tells what was recorded; to run it again, name the module that exports it: --program FILE",
  };
}

/** Replays the trace whose lines are `lines`. `makers`: kinds of processes beside the coordinator. */
export function replayStrictly(lines: Lines, makers: ProcessMakers = adoptedMakers()): StrictResult {
  const reader = new TraceReader(lines);
  const header = readHeader(reader);
  if ("what" in header) return { type: "trouble", trouble: header };
  const variant = variantOf(header);
  if ("what" in variant) return { type: "trouble", trouble: variant };
  const missing = missingKind(header, makers);
  if (missing !== undefined) return { type: "trouble", trouble: missing };
  return new Lockstep(reader, header).run(variant, makers);
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

  run(variant: Variant, makers: ProcessMakers): StrictResult {
    const header = this.#header;
    recordRun(header, {
      variant,
      makers,
      scheduler: decided(byNumber(header.decisions)),
      sink: (text, line) => this.#compare(text, line),
      enough: () => this.#result !== undefined,
    });
    if (this.#result !== undefined) return this.#result;
    if (this.#end === undefined) throw new Error("a replay ended without an end line");
    return { type: "identical", header, end: this.#end };
  }

  #compare(text: string, replayed: TraceLine): void {
    // The header was read to know what to run.
    if (this.#result !== undefined || replayed.type === "header") return;
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
