/** A check that is over, told: the traces of its failures written, its result in the form that was asked for, its exit code. */
import type { ChalkInstance } from "chalk";
import { shipped, type Variant } from "../../../models/variant.ts";
import { variantNamed } from "../../../models/variants.ts";
import type { Failure } from "../../../properties/check.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { orUnkept, tryFolder } from "../base/output-file.ts";
import type { Terminal } from "../base/terminal.ts";
import { writeFailure } from "../base/trace-output.ts";
import { UserError } from "../base/user-error.ts";
import { moduleName } from "../own/blame.ts";
import { flow } from "../../words/cells.ts";
import { renderCorpus, runCorpus, type KeptCase } from "./corpus.ts";
import type { TellFlags } from "./flags.ts";
import type { WrittenFailure } from "./document.ts";
import { commandFor, headline, type PlannedCheck } from "./plan.ts";
import type { Reporter } from "./report/names.ts";
import { isForPeople, renderReport } from "./report/report.ts";
import type { CheckResult } from "./runner.ts";
import { exitCodeOf } from "./verdict.ts";

/** A check that is about to be told, with its kept cases run. */
interface Telling {
  readonly planned: PlannedCheck;
  readonly runs: number;
  readonly variant: Variant;
  readonly kept: readonly KeptCase[];
  readonly reporter: Reporter;
}

/** Runs the kept cases and prints what stands above the result. */
export async function beginTelling(
  planned: PlannedCheck,
  runs: number,
  flags: TellFlags,
  { out, paint, proseWidth }: Terminal,
): Promise<Telling> {
  const { corpus } = flags;
  const { plan } = planned;
  const reporter = reporterOf(flags);
  const variant = variantNamed(plan.variant) ?? shipped;
  const kept =
    plan.path !== undefined || corpus === false
      ? []
      : await runCorpus(typeof corpus === "string" ? corpus : undefined, plan.properties, variant);
  if (isForPeople(reporter)) out(above(planned, runs, variant, kept, paint, proseWidth));
  return { planned, runs, variant, kept, reporter };
}

function above(
  planned: PlannedCheck,
  runs: number,
  variant: Variant,
  kept: readonly KeptCase[],
  paint: ChalkInstance,
  width: number,
): string {
  const corpus = kept.length > 0 ? renderCorpus(kept, paint) : "";
  return `${corpus}${paint.bold(flow(headline(planned, runs, variant), width))}\n\n`;
}

/** Prints the result. `modules`: of one's own, absolute. `interrupted`: the exit code of the signal that ended it, if one did. */
export function tellResult(
  telling: Telling,
  result: CheckResult,
  { out: folder, witnesses = false }: TellFlags,
  modules: readonly string[],
  terminal: Terminal,
  interrupted?: ExitCode,
): ExitCode {
  const { kept, planned, reporter } = telling;
  const failures = writeFailures(result, planned, folder, modules.map(moduleName));
  const code = interrupted ?? withKept(exitCodeOf(result.tallies, planned.plan), kept);
  terminal.out(renderReport(reporter, { ...telling, result, failures, code, witnesses }, terminal));
  return orUnkept(
    code,
    failures.flatMap(({ unwritten }) => (unwritten === undefined ? [] : [unwritten])),
  );
}

/** What can be refused before the work begins. */
export function refuseEarly(flags: TellFlags): void {
  reporterOf(flags);
  if (flags.out !== false) tryFolder(flags.out, "--out");
}

/** `--json` is the reporter of that name. */
function reporterOf({ json, reporter }: TellFlags): Reporter {
  if (json === true && reporter !== undefined && reporter !== "json")
    throw new UserError({
      where: `--reporter ${reporter}`,
      what: "--json asks for another form",
      remedy: "leave one of them out",
    });
  return json === true ? "json" : (reporter ?? "text");
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
      ...(folder === false
        ? { file: undefined }
        : writeFailure(folder, failure, planned.plan.variant, modules)),
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
