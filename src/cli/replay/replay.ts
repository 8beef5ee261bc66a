/** `leasehold replay`: from a trace file to a verdict, or to the part or the form of it that was asked for. */
import type { Variant } from "../../../models/variant.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { ReplayFlags } from "./flags.ts";
import { printEvents, replayMachine, showMoment } from "./part.ts";
import { replayWhole } from "./whole.ts";
import { adoptedMakers } from "../../simulation/setup.ts";
import { inTurnFor, undisturbed } from "./turn.ts";
import { missingKind } from "../../run/replay.ts";
import { noWorld } from "./lines.ts";
import { checkTestFile, writeKeptTest } from "./save-test.ts";
import type { Terminal } from "../base/terminal.ts";
import { holdTrace } from "../base/trace-source.ts";
import { blaming } from "../own/blame.ts";
import { adoptForTrace } from "../own/trace-modules.ts";
import { headerIn, readTrace, troubleIn, variantFor } from "../base/trace-input.ts";
import { UserError } from "../base/user-error.ts";

export async function replay(file: string, given: ReplayFlags, terminal: Terminal): Promise<ExitCode> {
  await holdTrace(file);
  const reads = given.print === true || given.export !== undefined;
  const { modules, variant } = await adoptForTrace(file, given, !reads || given.variant !== undefined);
  const flags = variant === undefined ? given : { ...given, variant };
  return blaming(modules, () => replayHere(file, flags, terminal));
}

async function replayHere(file: string, flags: ReplayFlags, terminal: Terminal): Promise<ExitCode> {
  const header = headerIn(file);
  if (flags.all === true && flags.export !== "mermaid")
    throw new UserError({
      what: `--all cannot be used with --export ${String(flags.export)}`,
      remedy: "it draws every message into a Mermaid diagram: --export mermaid",
    });
  if (flags.print === true) return printEvents(file, header, flags, terminal);
  if (flags.export !== undefined)
    return (await import("./export.ts")).exportFile(file, header, flags.export, flags, terminal);
  const variant = variantFor(file, header, flags.variant);
  if (header.recorded === "served")
    return (await import("./served.ts")).replayServed(file, variant, flags, terminal);
  if (header.recorded !== undefined) return replayRecorded(file, header, variant, flags, terminal);
  if (flags.machine !== undefined) return replayMachine(file, header, variant, flags, terminal);
  const missing = missingKind(header, adoptedMakers());
  if (missing !== undefined) throw troubleIn(file, missing);
  if (flags.at !== undefined) {
    readWhole(file, terminal);
    return inTurnFor(header, () => showMoment(header, variant, flags, terminal));
  }
  if (flags.saveTest !== undefined) return saveTest(flags.saveTest, file, header, variant, terminal);
  if (flags.step === true) return (await import("./step.ts")).replayStep(file, header, variant, terminal);
  return replayWhole(file, header, variant, flags, terminal);
}

/** What a running coordinator recorded holds its own steps alone: no world to run again, but a chart to follow. */
function replayRecorded(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: ReplayFlags,
  terminal: Terminal,
): ExitCode {
  for (const form of ["at", "saveTest", "step"] as const) {
    if (flags[form] === undefined) continue;
    throw noWorld(form === "saveTest" ? "--save-test" : `--${form}`, file);
  }
  return replayMachine(file, header, variant, { machine: true, ...flags }, terminal);
}

async function saveTest(
  target: string,
  file: string,
  header: TraceHeader,
  variant: Variant,
  terminal: Terminal,
): Promise<ExitCode> {
  checkTestFile(target, header);
  readWhole(file, terminal);
  const kept = await undisturbed(header, () => writeKeptTest(target, header, variant));
  terminal.out(`${target} keeps the case: ${kept}.\nRun it with: npx vitest run ${target}\n`);
  return EXIT.holds;
}

/** Nothing is concluded from a file that is cut, damaged or edited, and its header alone does not tell. */
function readWhole(file: string, terminal: Terminal): void {
  const lines = readTrace(file, terminal);
  while (lines.next().done !== true);
}
