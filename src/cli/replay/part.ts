/** Parts of a trace: its events in words, one coordinator's lines against the chart, how everyone stands at an instant. */
import { processesOf } from "../../simulation/scenario.ts";
import type { Variant } from "../../../models/variant.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import { ETCD } from "../../simulation/names.ts";
import type { TraceHeader } from "../../trace/format.ts";
import { MachineReplay } from "../../run/machine.ts";
import { momentAt } from "../../run/moment.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { traceVerdictDocument } from "../base/violation-document.ts";
import { knownName } from "../base/names.ts";
import type { ReplayFlags } from "./flags.ts";
import { EventPrinter } from "./render-events.ts";
import { renderMoment } from "./render-moment.ts";
import { renderMachine } from "./render-replay.ts";
import type { Terminal } from "../base/terminal.ts";
import { readTrace } from "../base/trace-input.ts";
import { linesUnder } from "./lines.ts";
import { seconds } from "../../words/seconds.ts";
import { UserError } from "../base/user-error.ts";

export function printEvents(
  file: string,
  header: TraceHeader,
  flags: ReplayFlags,
  terminal: Terminal,
): ExitCode {
  const names = [...processesOf(header.scenario).map(({ name }) => name), ETCD];
  const only = flags.node;
  if (only !== undefined) knownName(only, names, "coordinator in this trace");
  const { from = 0, to = Number.POSITIVE_INFINITY } = flags;
  if (from > to)
    throw new UserError({
      where: "--from",
      what: `${writeDuration(from)} is after --to, ${writeDuration(to)}`,
      remedy: "give the earlier instant to --from",
    });
  const printer = new EventPrinter(header, terminal.paint);
  const json = flags.json === true;
  let printed = 0;
  let endAt = 0;
  for (const { line, text: written } of linesUnder(file, header, flags.variant)) {
    if (line.type === "header") continue;
    // Every event is told, so that what changed is known; the ones asked for are printed.
    const told = line.type === "event" ? printer.event(line) : printer.end(line);
    const chosen =
      line.at >= from &&
      line.at <= to &&
      (only === undefined || (line.type === "event" && line.node === only));
    endAt = line.at;
    if (!chosen) continue;
    printed++;
    terminal.out(json ? `${written}\n` : told);
  }
  if (from > endAt)
    throw new UserError({
      where: "--from",
      what: `${writeDuration(from)} is after the end of the run at ${seconds(endAt)}`,
      remedy: "name an earlier instant",
    });
  if (printed === 0) terminal.err("nothing happens there\n");
  return EXIT.holds;
}

export function replayMachine(
  file: string,
  header: TraceHeader,
  variant: Variant,
  flags: ReplayFlags,
  terminal: Terminal,
): ExitCode {
  const names = header.scenario.coordinators.map(({ name }) => name);
  const asked = flags.machine;
  if (typeof asked === "string") knownName(asked, names, "coordinator in this trace");
  const replays = names
    .filter((name) => asked === true || name === asked)
    .map((name) => ({ name, replay: new MachineReplay(header, variant, name) }));
  for (const { line } of readTrace(file, terminal)) {
    if (line.type === "event") for (const one of replays) one.replay.event(line);
  }
  const steps = replays.reduce((sum, one) => sum + one.replay.steps, 0);
  if (flags.json === true) {
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
  flags: ReplayFlags,
  terminal: Terminal,
): ExitCode {
  const { at = 0 } = flags;
  const { horizonMs } = header.scenario;
  if (at > horizonMs)
    throw new UserError({
      where: "--at",
      what: `${writeDuration(at)} is after the scenario's horizon, ${writeDuration(horizonMs)}`,
      remedy: "name an earlier instant",
    });
  const { moment, violated } = momentAt(header, at, variant);
  if (flags.json === true)
    terminal.out(jsonDocument("moment", { ...moment, violated: violated.map(traceVerdictDocument) }));
  else terminal.out(renderMoment(moment, violated, header, terminal.paint));
  return EXIT.holds;
}
