/** `leasehold diff`: two trace files beside each other. */
import { diffTraces, type WholeTrace } from "../../trace/diff.ts";
import type { TraceEvent } from "../../trace/format.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { traceVerdictDocument } from "../base/violation-document.ts";
import type { DiffFlags } from "./flags.ts";
import { renderDiff } from "./render-diff.ts";
import type { Terminal } from "../base/terminal.ts";
import { holdTrace } from "../base/trace-source.ts";
import { adoptForTrace } from "../own/trace-modules.ts";
import { readTrace, troubleIn } from "../base/trace-input.ts";

export async function diff(
  leftFile: string,
  rightFile: string,
  flags: DiffFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  for (const file of [leftFile, rightFile]) {
    await holdTrace(file);
    await adoptForTrace(file, {}, false);
  }
  const left = wholeTrace(leftFile, terminal);
  const right = wholeTrace(rightFile, terminal);
  const found = diffTraces(left, right);
  if (flags.json === true)
    terminal.out(
      jsonDocument("diff", { ...found, violated: { left: violatedIn(left), right: violatedIn(right) } }),
    );
  else
    terminal.out(
      renderDiff(
        { found, left: { file: leftFile, trace: left }, right: { file: rightFile, trace: right } },
        terminal,
      ),
    );
  return found.first === undefined ? EXIT.holds : EXIT.violated;
}

function wholeTrace(file: string, terminal: Terminal): WholeTrace {
  const events: TraceEvent[] = [];
  let header: WholeTrace["header"] | undefined;
  let end: WholeTrace["end"] | undefined;
  for (const { line } of readTrace(file, terminal)) {
    if (line.type === "event") events.push(line);
    else if (line.type === "header") header = line;
    else end = line;
  }
  if (header === undefined || end === undefined)
    throw troubleIn(file, { line: events.length + 1, what: "no end", remedy: "record it again" });
  return { header, events, end };
}

function violatedIn({ end: { verdicts } }: WholeTrace): object[] {
  return verdicts.filter(({ verdict }) => verdict === "violated").map(traceVerdictDocument);
}
