/** `leasehold replay` of what was recorded at a served etcd: its side is run again, and its answers are compared. */
import type { Variant } from "../../../models/variant.ts";
import { readRun } from "../../reading/reading.ts";
import type { RecordedRun } from "../../reading/run.ts";
import { momentOf } from "../../run/moment.ts";
import { ServedRerun } from "../../run/served.ts";
import { ServedHistory } from "../../run/served-history.ts";
import { countOf, grouped } from "../../words/count.ts";
import { seconds } from "../../words/seconds.ts";
import { quote, shown } from "../../words/shown.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import type { Terminal } from "../base/terminal.ts";
import { calledTrace, typedTrace } from "../base/trace-source.ts";
import { readTrace } from "../base/trace-input.ts";
import { UserError } from "../base/user-error.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import type { ReplayFlags } from "./flags.ts";
import { renderMoment } from "./render-moment.ts";
import { stepHistory } from "./step.ts";

export async function replayServed(
  file: string,
  variant: Variant,
  flags: ReplayFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  for (const form of ["machine", "saveTest", "out"] as const)
    if (flags[form] !== undefined)
      throw new UserError({
        where: form === "saveTest" ? "--save-test" : `--${form}`,
        what: `${file} was recorded at a served etcd: its clients are not here to be run`,
        remedy: "without it etcd's side is run again; --print, --at, --step and --export show what happened",
      });
  const { run } = readRun(Array.from(readTrace(file, terminal), ({ line }) => line));
  if (flags.step === true) return stepHistory(file, new ServedHistory(run, variant), terminal);
  if (flags.at !== undefined) return showMoment(run, flags.at, variant, flags, terminal);
  const rerun = new ServedRerun();
  for (const event of run.events) rerun.event(event);
  terminal.out(
    flags.json === true ? documentOf(run, rerun) : rendered(calledTrace(file), run, rerun, terminal),
  );
  return rerun.divergence === undefined ? EXIT.holds : EXIT.violated;
}

function showMoment(
  run: RecordedRun,
  at: number,
  variant: Variant,
  flags: ReplayFlags,
  terminal: Terminal,
): ExitCode {
  if (at > run.untilMs)
    throw new UserError({
      where: "--at",
      what: `${writeDuration(at)} is after the end of the recording at ${seconds(run.untilMs)}`,
      remedy: "name an earlier instant",
    });
  const history = new ServedHistory(run, variant);
  const { world } = history.frame(history.eventAt(at));
  const moment = momentOf({ ...world, now: at }, history.setup);
  terminal.out(
    flags.json === true
      ? jsonDocument("moment", { ...moment, violated: [] })
      : renderMoment(moment, [], run.header, terminal.paint),
  );
  return EXIT.holds;
}

function documentOf({ events }: RecordedRun, { compared, divergence }: ServedRerun): string {
  return jsonDocument("served", {
    identical: divergence === undefined,
    events: events.length,
    compared,
    ...(divergence === undefined ? {} : { divergence }),
  });
}

function rendered(file: string, run: RecordedRun, rerun: ServedRerun, { paint }: Terminal): string {
  const { events, header, processes, untilMs } = run;
  const { compared, divergence } = rerun;
  const size = `${countOf(processes.length, "client")}, ${grouped(events.length)} events, ${seconds(untilMs)}`;
  const head = `${paint.bold(file)}: ${shown(`what was asked of a served etcd ${header.scenario.etcd.version}, ${size}, recorded by leasehold ${header.package}`)}`;
  if (divergence === undefined)
    return [
      head,
      "",
      `${paint.green.bold("SAME")}: asked again, etcd says the same, ${countOf(compared, "answer")} compared`,
      "",
      paint.dim(
        `leasehold replay ${typedTrace(file)} --step looks at it event by event; --export html makes a page of it`,
      ),
      "",
    ].join("\n");
  const { at, n, path, recorded, replayed } = divergence;
  return [
    head,
    "",
    `${paint.yellow.bold("DIVERGED")} at event ${n}, ${seconds(at)}: ${path} was ${quote(recorded, 60)}, and is ${quote(replayed, 60)}`,
    "",
    paint.dim(
      `leasehold replay ${typedTrace(file)} --print --from ${Math.max(0, at - 1000) / 1000}s tells what led there`,
    ),
    "",
  ].join("\n");
}
