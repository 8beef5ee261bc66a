/** `leasehold check`: from flags to a plan, through the run, to table, stories and exit code. */
import { availableParallelism } from "node:os";
import { shipped } from "../../../models/variant.ts";
import { variantNamed } from "../../../models/variants.ts";
import type { CheckPlan, Failure } from "../../../properties/check.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { tryFolder } from "../base/output-file.ts";
import { ProgressLine } from "../base/progress.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { writeFailure } from "../base/trace-output.ts";
import { adoptOwn, type Own } from "../own/adopt.ts";
import { blaming, moduleName } from "../own/blame.ts";
import { UserError } from "../base/user-error.ts";
import { flow } from "../../words/cells.ts";
import { quote } from "../../words/shown.ts";
import { renderCorpus, runCorpus, type KeptCase } from "./corpus.ts";
import type { CheckFlags } from "./flags.ts";
import type { WrittenFailure } from "./document.ts";
import { listProperties, listVariants } from "./lists.ts";
import { commandFor, DEFAULT_RUNS, headline, planOf, type PlannedCheck } from "./plan.ts";
import { isForPeople, renderReport } from "./report/report.ts";
import type { Reporter } from "./report/names.ts";
import { runCheck, type CheckResult } from "./runner.ts";
import { exitCodeOf } from "./verdict.ts";

export async function check(
  names: readonly string[],
  flags: CheckFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.list === true || flags.listVariants === true) {
    if (names.length > 0)
      throw new UserError({
        where: flags.list === true ? "--list" : "--list-variants",
        what: `it lists them all, so ${names.map((name) => quote(name)).join(" ")} is too much`,
        remedy: "leave one of them out",
      });
  }
  const own = await adoptOwn(flags);
  return blaming(own.modules, () => checkAll(names, flags, own, terminal));
}

async function checkAll(
  names: readonly string[],
  flags: CheckFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  if (flags.list === true || flags.listVariants === true) {
    const json = flags.json === true;
    terminal.out(flags.list === true ? listProperties(json) : listVariants(json));
    return EXIT.holds;
  }
  const reporter = reporterOf(flags);
  const planned = planOf(names, flags, own, terminal);
  if (planned === undefined) return EXIT.usage;
  const { plan } = planned;
  const runs = plan.path === undefined ? (flags.runs ?? DEFAULT_RUNS) : 1;
  const variant = variantNamed(plan.variant) ?? shipped;
  const { corpus, out: folder } = flags;
  if (folder !== false) tryFolder(folder, "--out");
  const { out, paint, proseWidth } = terminal;
  const signals = listenForSignals();
  try {
    const kept =
      plan.path !== undefined || corpus === false
        ? []
        : await runCorpus(typeof corpus === "string" ? corpus : undefined, plan.properties, variant);
    if (isForPeople(reporter)) {
      if (kept.length > 0) out(renderCorpus(kept, paint));
      out(`${paint.bold(flow(headline(planned, runs, variant), proseWidth))}\n\n`);
    }
    const result = await runPlanned(plan, runs, flags, own, signals.signal, terminal);
    const failures = writeFailures(result, planned, folder, own.modules.map(moduleName));
    const code = signals.exitCode() ?? withKept(exitCodeOf(result.tallies, plan), kept);
    const witnesses = flags.witnesses === true;
    out(
      renderReport(reporter, { planned, runs, variant, result, failures, kept, code, witnesses }, terminal),
    );
    return code;
  } finally {
    signals.release();
  }
}

/** `--json` is the reporter of that name. */
function reporterOf({ json, reporter }: CheckFlags): Reporter {
  if (json === true && reporter !== undefined && reporter !== "json")
    throw new UserError({
      where: `--reporter ${reporter}`,
      what: "--json asks for another form",
      remedy: "leave one of them out",
    });
  return json === true ? "json" : (reporter ?? "text");
}

async function runPlanned(
  plan: CheckPlan,
  runs: number,
  { bail, jobs, timeLimit: timeLimitMs }: CheckFlags,
  { modules }: Own,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<CheckResult> {
  const progress = new ProgressLine(terminal, "schedules");
  const result = await runCheck(plan, {
    runs,
    jobs: plan.path === undefined ? (jobs ?? Math.min(4, availableParallelism())) : 1,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    bail: bail === true ? 1 : bail,
    modules,
    signal,
    onProgress: (done, failures) =>
      progress.show({
        done,
        total: runs,
        note: failures === 0 ? "" : `${failures} of ${plan.properties.length} properties violated`,
      }),
  });
  progress.clear();
  return result;
}

/** Each failure's trace, the simplest first. */
function writeFailures(
  { tallies }: CheckResult,
  planned: PlannedCheck,
  folder: string | false,
  modules: readonly string[],
): WrittenFailure[] {
  return tallies
    .flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
    .sort((left, right) => sizeOf(left) - sizeOf(right))
    .map((failure) => ({
      failure,
      command: commandFor(failure, planned),
      file: folder === false ? undefined : writeFailure(folder, failure, planned.plan.variant, modules),
    }));
}

/** A kept case that breaks again counts like any other. */
function withKept(code: ExitCode, kept: readonly KeptCase[]): ExitCode {
  if (code === EXIT.violated || kept.some(({ verdict }) => verdict === "violated")) return EXIT.violated;
  return kept.some(({ verdict }) => verdict === "open") ? EXIT.noVerdict : code;
}

function sizeOf({ case: { decisions, scenario } }: Failure): number {
  return scenario.faults.length + decisions.length;
}
