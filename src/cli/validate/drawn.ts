/** What was logged as a run: drawn in lanes, or in the formats that a trace is exported to. The same reading as a simulated run's. */
import { tellRun, type ToldRun } from "../../evidence/told-run.ts";
import { EXPORT_ENDINGS } from "../../export/formats.ts";
import { exportTrace } from "../../export/index.ts";
import { readPage } from "../../export/page-file.ts";
import { logInstant } from "../../milvus/log-format.ts";
import { readRun } from "../../reading/reading.ts";
import { flow } from "../../words/cells.ts";
import { tryFile, writeText } from "../base/output-file.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { renderTimeline } from "../story/render-timeline.ts";
import type { Validation } from "./validation.ts";
import type { ValidateFlags } from "./flags.ts";

export async function drawValidation(
  { alignment, election, evidence, verdicts }: Validation,
  { export: format, out: named, width }: ValidateFlags,
  terminal: Terminal,
): Promise<void> {
  if (!election)
    throw new UserError({
      what: "no line is about an election, so there is nothing to draw",
      remedy: "leave --lanes and --export out to see how the lines were counted",
    });
  const run = tellRun(evidence.sources, alignment.clocks, verdicts);
  if (format === undefined) {
    terminal.out(headOf(run, terminal));
    terminal.out(
      renderTimeline(readRun(run.lines), { width: width ?? terminal.width, paint: terminal.paint }),
    );
    return;
  }
  const file = named ?? (format === "html" ? `validated${EXPORT_ENDINGS.html}` : undefined);
  if (named === undefined && file !== undefined) tryFile(file);
  const text = exportTrace(format, run.lines, { page: readPage });
  if (file === undefined) {
    terminal.out(text);
    return;
  }
  await uninterrupted(() => writeText(file, text));
  terminal.out(`${file} is written\n`);
}

function headOf({ epochMs, leftOut, lanes }: ToldRun, { paint, proseWidth }: Terminal): string {
  const start =
    epochMs === undefined
      ? "No line bears a date: instants are those of the first recording, or no more than an order."
      : `0 s is ${logInstant(epochMs)}, by the first clock.`;
  const roles = [...new Set(lanes.map(({ role }) => role))].join(", ");
  const lines = [
    `${paint.bold("What was logged")}${roles === "" ? "" : ` of ${roles}`}`,
    `${start} A bar says how its process stood by its own last word; behind its last line nothing is drawn. Two bars side by side prove nothing: the verdicts do.`,
    ...leftOut.map((name) => `${name} is not drawn: no line ties its clock to the others.`),
  ];
  return `${lines.map((line) => flow(line, proseWidth)).join("\n")}\n\n`;
}
