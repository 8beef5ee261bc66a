/** Parts of a trace: its events in words, one coordinator's lines against the chart, how everyone stands at an instant. */
import type { Variant } from "../../../models/variant.ts";
import { parseDuration } from "../../scenario-file/duration.ts";
import { ETCD } from "../../simulation/names.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { MachineReplay } from "../../run/machine.ts";
import { momentAt } from "../../run/moment.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { oneOf, textOf, type Flags } from "../base/flags.ts";
import { jsonDocument } from "../base/json.ts";
import { traceVerdictDocument } from "../base/violation-document.ts";
import { EventPrinter } from "./render-events.ts";
import { renderMoment } from "./render-moment.ts";
import { renderMachine } from "./render-replay.ts";
import type { Terminal } from "../base/terminal.ts";
import { readTrace } from "../base/trace-input.ts";
import { UserError } from "../base/user-error.ts";

export function printEvents(file: string, header: TraceHeader, flags: Flags, terminal: Terminal): ExitCode {
  const names = [...header.scenario.coordinators.map(({ name }) => name), ETCD];
  const only = textOf(flags, "node");
  if (only !== undefined) oneOf(only, names, "coordinator in this trace");
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

export function replayMachine(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ExitCode {
  const names = header.scenario.coordinators.map(({ name }) => name);
  const asked = flags["machine"];
  if (typeof asked === "string") oneOf(asked, names, "coordinator in this trace");
  const replays = names
    .filter((name) => asked === true || name === asked)
    .map((name) => ({ name, replay: new MachineReplay(header, variant, name) }));
  for (const { line } of readTrace(file, terminal)) {
    if (line.type === "event") for (const one of replays) one.replay.event(line);
  }
  const steps = replays.reduce((sum, one) => sum + one.replay.steps, 0);
  if (flags["json"] === true) {
    const machines = replays.map(({ name, replay: { divergence, lives, steps: taken } }) => ({
      coordinator: name,
      lives,
      steps: taken,
      ...(divergence === undefined ? {} : { divergence }),
    }));
    terminal.out(jsonDocument("machine", { machines }));
  } else terminal.out(renderMachine(replays, terminal.paint));
  if (steps === 0) return EXIT.noVerdict;
  return replays.some((one) => one.replay.divergence !== undefined) ? EXIT.violated : EXIT.holds;
}

export function showMoment(
  header: TraceHeader,
  variant: Variant,
  flags: Flags,
  terminal: Terminal,
): ExitCode {
  const at = instantFlag(flags, "at", header) ?? 0;
  const { moment, violated } = momentAt(header, at, variant);
  if (flags["json"] === true)
    terminal.out(jsonDocument("moment", { ...moment, violated: violated.map(traceVerdictDocument) }));
  else terminal.out(renderMoment(moment, violated, header, terminal.paint));
  return EXIT.holds;
}

/** An instant of the run, such as `61.2s`. */
function instantFlag(flags: Flags, name: string, { scenario }: TraceHeader): number | undefined {
  const given = textOf(flags, name);
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
