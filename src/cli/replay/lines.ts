/** A trace's lines as they were recorded, or those of the same case under another variant. */
import { replayTolerantly } from "../../run/tolerant.ts";
import type { TraceHeader, TraceLine } from "../../trace/format.ts";
import type { Terminal } from "../base/terminal.ts";
import { openTrace, readTrace, troubleIn, variantFor } from "../base/trace-input.ts";
import { UserError } from "../base/user-error.ts";

/** A line and its text in the file. */
export interface WrittenLine {
  readonly line: TraceLine;
  readonly text: string;
}

/** `asked`: the variant to run it under, if one was named. */
export function linesUnder(
  file: string,
  header: TraceHeader,
  asked: string | undefined,
  terminal?: Terminal,
): Iterable<WrittenLine> {
  if (asked === undefined) return readTrace(file, terminal);
  const variant = variantFor(file, header, asked);
  if (variant.name === header.variant) return readTrace(file, terminal);
  if (header.recorded !== undefined) throw noWorld("--variant", file);
  const lines: WrittenLine[] = [];
  const sink = (text: string, line: TraceLine) => void lines.push({ text, line });
  const result = replayTolerantly(openTrace(file, terminal), variant, { sink });
  if ("what" in result) throw troubleIn(file, result);
  return lines;
}

/** Refuses to run what a coordinator in production recorded. `where`: the flag that would. */
export function noWorld(where: string, file: string): UserError {
  return new UserError({
    where,
    what: `${file} was recorded by a running coordinator, so the world around it cannot be run again`,
    remedy: "--print shows what reached it; without a flag its steps are compared with the bare chart",
  });
}
