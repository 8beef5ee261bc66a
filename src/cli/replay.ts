/** `leasehold replay`: from a trace file to a verdict, or to the part of it that was asked for. */
import { ETCD } from "../simulation/names.ts";
import type { Variant } from "../../models/variant.ts";
import { parseDuration } from "../scenario-file/duration.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import { type TraceHeader } from "../trace/format.ts";
import { MachineReplay } from "../trace/machine.ts";
import { momentAt } from "../trace/moment.ts";
import { replayStrictly } from "../trace/replay.ts";
import { replayTolerantly, type TolerantReplay } from "../trace/tolerant.ts";
import { writeLines } from "../trace/trace-file.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { oneOf, type Flags } from "./flags.ts";
import { EventPrinter } from "./render-events.ts";
import { renderMoment } from "./render-moment.ts";
import { renderMachine, renderReplay, type ReplayView } from "./render-replay.ts";
import { writeKeptTest } from "./save-test.ts";
import type { Terminal } from "./terminal.ts";
import { headerIn, openTrace, readTrace, troubleIn, variantFor } from "./trace-input.ts";
import { UserError } from "./user-error.ts";

export async function replay(file: string, flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const header = headerIn(file);
  checkForms(flags);
  if (flags["print"] === true) return print(file, header, flags, terminal);
  const variant = variantFor(file, header, text(flags, "variant"));
  if (flags["machine"] !== undefined) return replayMachine(file, header, variant, flags, terminal);
  if (flags["at"] !== undefined) return showMoment(header, variant, flags, terminal);
  if (flags["saveTest"] !== undefined) return saveTest(file, header, variant, flags, terminal);
  if (flags["step"] === true)
    return (await import("./replay-step.ts")).replayStep(file, header, variant, terminal);
  return replayWhole(file, header, variant, flags, terminal);
}

const FORMS = ["print", "machine", "at", "saveTest", "step"] as const;

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
  if (flags["out"] !== undefined && given.length > 0)
    throw new UserError({
      where: "--out",
      what: `does not go with ${names[0] ?? ""}`,
      remedy: "leave one of them out",
    });
}

function print(file: string, header: TraceHeader, flags: Flags, terminal: Terminal): ExitCode {
  const names = [...header.scenario.coordinators.map(({ name }) => name), ETCD];
  const only = text(flags, "node");
  if (only !== undefined) oneOf(only, names, "coordinator in this trace", names.join(", "));
  const from = instantFlag(flags, "from", header) ?? 0;
  const to = instantFlag(flags, "to", header) ?? Number.POSITIVE_INFINITY;
  const printer = new EventPrinter(header, terminal.paint);
  const json = flags["json"] === true;
  for (const { line, text: written } of readTrace(file)) {
    if (line.type === "header") continue;
    // Every event is told, so that what changed is known; the ones asked for are printed.
    const told = line.type === "event" ? printer.event(line) : printer.end(line);
    const chosen =
      line.at >= from &&
      line.at <= to &&
      (only === undefined || (line.type === "event" && line.node === only));
    if (chosen) terminal.out(json ? `${written}\n` : told);
  }
  return EXIT.holds;
}

function replayMachine(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ExitCode {
  const names = header.scenario.coordinators.map(({ name }) => name);
  const asked = flags["machine"];
  if (typeof asked === "string") oneOf(asked, names, "coordinator in this trace", names.join(", "));
  const replays = names
    .filter((name) => asked === true || name === asked)
    .map((name) => ({ name, replay: new MachineReplay(header, variant, name) }));
  for (const { line } of readTrace(file, terminal)) {
    if (line.type === "event") for (const one of replays) one.replay.event(line);
  }
  const steps = replays.reduce((sum, one) => sum + one.replay.steps, 0);
  if (flags["json"] === true) {
    const document = replays.map(({ name, replay: { divergence, lives, steps: taken } }) => ({
      coordinator: name,
      lives,
      steps: taken,
      ...(divergence === undefined ? {} : { divergence }),
    }));
    terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  } else terminal.out(renderMachine(replays, terminal.paint));
  if (steps === 0) return EXIT.noVerdict;
  return replays.some((one) => one.replay.divergence !== undefined) ? EXIT.violated : EXIT.holds;
}

function showMoment(header: TraceHeader, variant: Variant, flags: Flags, terminal: Terminal): ExitCode {
  const at = instantFlag(flags, "at", header) ?? 0;
  const { moment, violated } = momentAt(header, at, variant);
  if (flags["json"] === true) terminal.out(`${JSON.stringify({ ...moment, violated }, undefined, 2)}\n`);
  else terminal.out(renderMoment(moment, violated, header, terminal.paint));
  return EXIT.holds;
}

function saveTest(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ExitCode {
  // The whole file is read first: a cut one makes no test.
  const lines = readTrace(file, terminal);
  while (lines.next().done !== true);
  const target = String(flags["saveTest"]);
  const kept = writeKeptTest(target, header, variant);
  terminal.out(`${target} keeps the case: ${kept}.\nRun it with: npx vitest run ${target}\n`);
  return EXIT.holds;
}

function replayWhole(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ExitCode {
  const view = judge(file, header, variant, flags, terminal);
  if (flags["json"] === true) terminal.out(`${JSON.stringify(documentOf(view), undefined, 2)}\n`);
  else terminal.out(renderReplay(file, view, terminal.paint));
  return view.outcome === "reproduced" || view.outcome === "diverged" || view.verdict?.verdict === "violated"
    ? EXIT.violated
    : EXIT.holds;
}

/** Strictly first; where that differs, by meaning. */
function judge(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ReplayView {
  const out = text(flags, "out");
  if (out === undefined && variant.name === header.variant) {
    const strict = replayStrictly(openTrace(file, terminal));
    if (strict.type === "trouble") throw troubleIn(file, strict.trouble);
    if (strict.type === "identical") {
      const verdict = strict.end.verdicts.find(({ property }) => property === header.property);
      const outcome = verdict?.verdict === "violated" ? "reproduced" : "same";
      const given = { scenario: header.scenario, decisions: byNumber(header.decisions) };
      return { header, variant, end: strict.end, outcome, identical: true, verdict, case: given };
    }
  }
  const replayed = tolerantly(file, variant, out, terminal);
  const verdict = replayed.end.verdicts.find(({ property }) => property === header.property);
  const { because, divergence, end, outcome, unmet } = replayed;
  const given = { scenario: header.scenario, decisions: byNumber(replayed.header.decisions) };
  return {
    header,
    variant,
    end,
    outcome,
    identical: false,
    verdict,
    because,
    divergence,
    unmet,
    case: given,
  };
}

function tolerantly(
  file: string,
  variant: Variant,
  out: string | undefined,
  terminal: Terminal,
): TolerantReplay {
  const run = (line?: (text: string) => void) => {
    const result = replayTolerantly(openTrace(file, terminal), variant, line);
    if ("what" in result) throw troubleIn(file, result);
    return result;
  };
  return out === undefined ? run() : writeLines(out, run);
}

function documentOf({
  because,
  divergence,
  end,
  header,
  identical,
  outcome,
  unmet,
  variant,
  verdict,
}: ReplayView) {
  return {
    format: "leasehold-replay",
    schemaVersion: 1,
    outcome,
    identical,
    variant: variant.name,
    recordedVariant: header.variant,
    property: header.property,
    verdict,
    events: end.events,
    ...(divergence === undefined ? {} : { divergence, because, unmet }),
  };
}

function text(flags: Flags, name: string): string | undefined {
  return flags[name] === undefined ? undefined : String(flags[name]);
}

/** An instant of the run, such as `61.2s`. */
function instantFlag(flags: Flags, name: string, { scenario }: TraceHeader): number | undefined {
  const given = text(flags, name);
  if (given === undefined) return undefined;
  const ms = parseDuration(given);
  const horizon = `${scenario.horizonMs / 1000}s`;
  if (ms === undefined || ms < 0)
    throw new UserError({
      where: `--${name}`,
      what: `${given} is no instant`,
      remedy: `write it like 61.2s; the run ends at ${horizon}`,
    });
  if (ms > scenario.horizonMs)
    throw new UserError({
      where: `--${name}`,
      what: `${given} lies after the end of the run at ${horizon}`,
      remedy: "name an earlier instant",
    });
  return ms;
}
