/** Trace files as they come from people: what cannot be read is one message with file, line and remedy. */
import { statSync } from "node:fs";
import type { Variant } from "../../../models/variant.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { TraceReader, type TraceReading, type TraceFault } from "../../trace/read.ts";
import { readHeader, variantOf } from "../../run/replay.ts";
import { calledTrace, heldBytes, traceLines } from "./trace-source.ts";
import { ProgressLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { whyUnreadable } from "./text-input.ts";
import { UserError } from "./user-error.ts";
import { variantOrShipped } from "./names.ts";

/** A file's lines, with progress on the terminal while a long one is read. */
export function* openTrace(file: string, terminal?: Terminal): Generator<string, undefined> {
  const progress = terminal === undefined ? undefined : new ProgressLine(terminal, "kB");
  let read = 0;
  try {
    const total = Math.ceil((heldBytes(file) ?? statSync(file).size) / 1024);
    for (const line of traceLines(file)) {
      read += line.length + 1;
      progress?.show({ done: Math.floor(read / 1024), total, note: "" });
      yield line;
    }
  } catch (error) {
    if (error instanceof Error && "code" in error) throw unreadable(file, error as NodeJS.ErrnoException);
    throw error;
  } finally {
    progress?.clear();
  }
  return undefined;
}

function unreadable(file: string, error: NodeJS.ErrnoException): UserError {
  return new UserError({
    where: file,
    what: whyUnreadable(error),
    remedy:
      "name a trace: leasehold check writes one for each failure, leasehold simulate --trace FILE any run",
  });
}

export function troubleIn(file: string, { line, remedy, what }: TraceFault): UserError {
  return new UserError({ where: `${calledTrace(file)}:${line}`, what, remedy });
}

/** The header alone, whatever follows it. */
export function headerIn(file: string): TraceHeader {
  const lines = openTrace(file);
  const header = readHeader(new TraceReader(lines));
  lines.return(undefined);
  if ("what" in header) throw troubleIn(file, header);
  return header;
}

/** Every line of the file, checked; one that breaks off is noticed at its end. */
export function* readTrace(
  file: string,
  terminal?: Terminal,
): Generator<TraceReading & { type: "line" }, undefined> {
  const lines = openTrace(file, terminal);
  const reader = new TraceReader(lines);
  try {
    for (let reading = reader.next(); reading.type !== "over"; reading = reader.next()) {
      if (reading.type === "trouble") throw troubleIn(file, reading.trouble);
      yield reading;
    }
  } finally {
    lines.return(undefined);
  }
  return undefined;
}

/** The variant that the trace was recorded with, or the one that was asked for. */
export function variantFor(file: string, header: TraceHeader, asked: string | undefined): Variant {
  if (asked !== undefined) return variantOrShipped(asked);
  const variant = variantOf(header);
  if ("what" in variant) {
    const remedy = "replay it on one that is, such as --variant shipped (leasehold check --list-variants)";
    throw troubleIn(file, { ...variant, remedy });
  }
  return variant;
}
