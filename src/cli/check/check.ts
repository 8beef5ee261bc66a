/** `leasehold check`: from flags to a plan, through the run, to table, stories and exit code. */
import { DEFAULT_TTL_SECONDS, timingFor } from "../../../models/timing.ts";
import { availableParallelism } from "node:os";
import { shipped } from "../../../models/variant.ts";
import { variantNamed } from "../../../models/variants.ts";
import type { CheckPlan, Failure } from "../../../properties/check.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import { tryFolder } from "../base/output-file.ts";
import { ProgressLine } from "../base/progress.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { writeFailure } from "../base/trace-output.ts";
import { UserError } from "../base/user-error.ts";
import { flow } from "../../words/cells.ts";
import { quote } from "../../words/shown.ts";
import { renderCorpus, runCorpus, type KeptCase } from "./corpus.ts";
import type { CheckFlags } from "./flags.ts";
import { checkDocument, type WrittenFailure } from "./document.ts";
import { listProperties, listVariants } from "./lists.ts";
import { againFor, commandFor, DEFAULT_RUNS, headline, planOf } from "./plan.ts";
import { renderStatement, renderTable, renderWitnesses } from "./render-check.ts";
import { renderFailure } from "./render-failure.ts";
import { runCheck, type CheckResult } from "./runner.ts";
import { exitCodeOf } from "./verdict.ts";

export async function check(
  names: readonly string[],
  flags: CheckFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const json = flags.json === true;
  if (flags.list === true || flags.listVariants === true) {
    if (names.length > 0)
      throw new UserError({
        where: flags.list === true ? "--list" : "--list-variants",
        what: `it lists them all, so ${names.map((name) => quote(name)).join(" ")} is too much`,
        remedy: "leave one of them out",
      });
    terminal.out(flags.list === true ? listProperties(json) : listVariants(json));
    return EXIT.holds;
  }
  const plan = planOf(names, flags);
  const runs = plan.path === undefined ? (flags.runs ?? DEFAULT_RUNS) : 1;
  const jobs = plan.path === undefined ? (flags.jobs ?? Math.min(4, availableParallelism())) : 1;
  const variant = variantNamed(plan.variant) ?? shipped;
  const { corpus, out: folder, timeLimit: timeLimitMs } = flags;
  tryFolder(folder, "--out");
  const { out, paint, proseWidth } = terminal;
  const signals = listenForSignals();
  try {
    const kept =
      plan.path !== undefined || corpus === false
        ? []
        : runCorpus(typeof corpus === "string" ? corpus : undefined, plan.properties, variant);
    if (!json && kept.length > 0) out(renderCorpus(kept, paint));
    if (!json) out(`${paint.bold(flow(headline(plan, runs, variant), proseWidth))}\n\n`);

    const progress = new ProgressLine(terminal, "schedules");
    const result = await runCheck(plan, {
      runs,
      jobs,
      ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
      bail: flags.bail === true,
      signal: signals.signal,
      onProgress: (done, failures) =>
        progress.show({
          done,
          total: runs,
          note: failures === 0 ? "" : `${failures} of ${plan.properties.length} properties violated`,
        }),
    });
    progress.clear();

    const failures = writeFailures(result, plan, folder);
    const code = signals.exitCode() ?? withKept(exitCodeOf(result.tallies, plan), kept);
    if (json) {
      out(jsonDocument("check", { ...checkDocument(plan, runs, result, failures), kept }));
      return code;
    }
    for (const view of failures) out(`${renderFailure({ ...view, variant }, terminal)}\n`);
    if (plan.path === undefined) {
      out(`${renderTable(result.tallies, plan.cases, terminal)}\n`);
      if (flags.witnesses === true) out(`${renderWitnesses(result.tallies, plan.cases)}\n`);
      const timing = timingFor(plan.cases.ttlSeconds ?? DEFAULT_TTL_SECONDS);
      out(renderStatement(result, plan.cases, terminal, variant === shipped ? timing : undefined));
      out(
        paint.dim(`Seed ${plan.seed}: the same again with ${againFor(plan, names, ended(result, runs))}\n`),
      );
      if (code === EXIT.holds && plan.variant === shipped.name) out(paint.dim(WHAT_NEXT));
    } else if (failures.length === 0 && result.done > 0)
      out(`${plan.properties.join()} holds for this case now.\n`);
    return code;
  } finally {
    signals.release();
  }
}

/** Each failure's trace, the simplest first. */
function writeFailures({ tallies }: CheckResult, plan: CheckPlan, folder: string): WrittenFailure[] {
  return tallies
    .flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
    .sort((left, right) => sizeOf(left) - sizeOf(right))
    .map((failure) => ({
      failure,
      command: commandFor(failure, plan),
      file: writeFailure(folder, failure, plan.variant),
    }));
}

const WHAT_NEXT =
  "Next: leasehold simulate (one takeover, step by step) · leasehold check --variant no-fencing (see it fail)\n";

/** A kept case that breaks again counts like any other. */
function withKept(code: ExitCode, kept: readonly KeptCase[]): ExitCode {
  if (code === EXIT.violated || kept.some(({ verdict }) => verdict === "violated")) return EXIT.violated;
  return kept.some(({ verdict }) => verdict === "open") ? EXIT.noVerdict : code;
}

/** Where a check ended early, what it did is what can be repeated. */
function ended({ done, ended: how }: CheckResult, runs: number): number {
  return how === "complete" || how === "settled" ? runs : done;
}

function sizeOf({ case: { decisions, scenario } }: Failure): number {
  return scenario.faults.length + decisions.length;
}
