/** `leasehold replay`: from a trace file to a verdict, or to the part or the form of it that was asked for. */
import type { Variant } from "../../../models/variant.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { textOf, type Flags } from "../base/flags.ts";
import { printEvents, replayMachine, showMoment } from "./part.ts";
import { replayWhole } from "./whole.ts";
import { checkTestFile, writeKeptTest } from "./save-test.ts";
import { uninterrupted } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { headerIn, readTrace, variantFor } from "../base/trace-input.ts";
import { UserError } from "../base/user-error.ts";

export async function replay(file: string, flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const header = headerIn(file);
  checkForms(flags);
  if (flags["print"] === true) return printEvents(file, header, flags, terminal);
  if (flags["export"] !== undefined) return (await import("./export.ts")).exportFile(file, flags, terminal);
  const variant = variantFor(file, header, textOf(flags, "variant"));
  if (header.recorded !== undefined) return replayRecorded(file, header, variant, flags, terminal);
  if (flags["machine"] !== undefined) return replayMachine(file, header, variant, flags, terminal);
  if (flags["at"] !== undefined) return showMoment(header, variant, flags, terminal);
  if (flags["saveTest"] !== undefined) return saveTest(file, header, variant, flags, terminal);
  if (flags["step"] === true) return (await import("./step.ts")).replayStep(file, header, variant, terminal);
  return replayWhole(file, header, variant, flags, terminal);
}

/** What a running coordinator recorded holds its own steps alone: no world to run again, but a chart to follow. */
function replayRecorded(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ExitCode {
  for (const form of ["at", "saveTest", "step"] as const) {
    if (flags[form] === undefined) continue;
    throw new UserError({
      where: form === "saveTest" ? "--save-test" : `--${form}`,
      what: `${file} was recorded by a running coordinator, and its world cannot be run again`,
      remedy: "--print tells what reached it; without a form its steps are followed on the bare chart",
    });
  }
  return replayMachine(file, header, variant, { machine: true, ...flags }, terminal);
}

const FORMS = ["print", "machine", "at", "saveTest", "step", "export"] as const;

/** One form at a time, and no flag that the form would pass over in silence. */
function checkForms(flags: Flags): void {
  const given = FORMS.filter((form) => flags[form] !== undefined);
  const names = given.map((form) => (form === "saveTest" ? "--save-test" : `--${form}`));
  if (given.length > 1)
    throw new UserError({
      what: `${names.join(" and ")} are two things to do`,
      remedy: "ask for one at a time",
    });
  for (const flag of ["from", "to", "node"] as const) {
    if (flags[flag] !== undefined && flags["print"] !== true)
      throw new UserError({
        where: `--${flag}`,
        what: "chooses events to print",
        remedy: "add --print",
      });
  }
  if (flags["json"] === true && flags["step"] === true)
    throw new UserError({
      where: "--json",
      what: "does not go with --step",
      remedy: "--print --json tells the events, --at 61.2s --json how everyone stands",
    });
  if (flags["all"] !== undefined && flags["export"] !== "mermaid")
    throw new UserError({
      where: "--all",
      what: "puts every message into a Mermaid diagram",
      remedy: "add --export mermaid",
    });
  if (flags["out"] !== undefined && given.length > 0 && given[0] !== "export")
    throw new UserError({
      where: "--out",
      what: `does not go with ${names[0] ?? ""}`,
      remedy: "leave one of them out",
    });
}

async function saveTest(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): Promise<ExitCode> {
  const target = String(flags["saveTest"]);
  checkTestFile(target, header);
  // The whole file is read first: a cut one makes no test.
  const lines = readTrace(file, terminal);
  while (lines.next().done !== true);
  const kept = await uninterrupted(() => writeKeptTest(target, header, variant));
  terminal.out(`${target} keeps the case: ${kept}.\nRun it with: npx vitest run ${target}\n`);
  return EXIT.holds;
}
