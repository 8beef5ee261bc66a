/**
 * `leasehold check --forever`: batch after batch, each with schedules of its own. What fails is written into a corpus, and so is what
 * came to where no schedule had been; an hour is told in a line. Ended and begun again, it goes on where it was.
 */
import { join } from "node:path";
import { propertyNames, type CheckPlan } from "../../../../properties/check.ts";
import { EXIT, type ExitCode } from "../../base/exit-codes.ts";
import { orUnkept, tryFile, tryFolder, writeText } from "../../base/output-file.ts";
import { ProgressLine } from "../../base/progress.ts";
import { lockFolder } from "../../base/lock.ts";
import { listenForSignals } from "../../base/signals.ts";
import type { Terminal } from "../../base/terminal.ts";
import { UserError, type Complaint } from "../../base/user-error.ts";
import type { Own } from "../../own/adopt.ts";
import { BATCH_RUNS, batchesOf } from "../batches.ts";
import type { CheckFlags } from "../flags.ts";
import { planOf } from "../plan.ts";
import { jobsOf } from "../run-planned.ts";
import { openWorkers, runWith, type Workers } from "../runner.ts";
import { shellWord } from "../../base/shell-word.ts";
import { codeOf } from "../../own/code.ts";
import { exitCodeOf } from "../verdict.ts";
import { beginOrGoOn } from "./begin.ts";
import { corpusOf, keepFailures, keepRare } from "./corpus.ts";
import { plotSvg } from "./plot.ts";
import { addBatch, type ForeverState, schedulesOf, stateFile, writeForever } from "./state.ts";
import { HOUR_MS, hourText, nextText, resultText } from "./tell.ts";

/** What failed in one round is judged again in the next: one failure to shrink in so many batches is enough. */
const ROUND_RUNS = 2000;
const SAVE_MS = 10_000;

export async function checkForever(
  folder: string,
  names: readonly string[],
  flags: CheckFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const planned = planOf(names, flags, own, terminal);
  if (planned === undefined) return EXIT.usage;
  refuseName(folder);
  tryFolder(folder, "--forever");
  for (const file of [stateFile(folder), drawingFile(folder)]) tryFile(file, "--forever");
  tryFolder(corpusOf(folder), "--forever");
  const release = lockFolder(folder, "--forever");
  try {
    const state = beginOrGoOn(folder, planned, flags, codeOf(own.modules), terminal);
    const signals = listenForSignals();
    const unkept: Complaint[] = [];
    const workers = await openWorkers(jobsOf(flags, Number.POSITIVE_INFINITY));
    try {
      await sit({ folder, state, flags, own, terminal, workers, signal: signals.signal });
    } catch (error) {
      // A disk that is full by now takes nothing of what was found.
      if (!(error instanceof UserError) || error.exitCode !== EXIT.environment) throw error;
      unkept.push(error.complaint);
    } finally {
      await workers.close();
      signals.release();
    }
    terminal.out(resultText(state, terminal));
    if (unkept.length === 0) terminal.out(nextText(state, folder, terminal));
    const { failing, tallies } = state;
    const code = failing.length > 0 ? EXIT.violated : exitCodeOf(tallies, planned.plan);
    return orUnkept(signals.exitCode() ?? code, unkept);
  } finally {
    release();
  }
}

/** `--forever` takes the next word for its folder, also one that was meant for a promise. */
function refuseName(folder: string): void {
  if (folder !== "" && !propertyNames().includes(folder)) return;
  throw new UserError({
    where: `--forever ${shellWord(folder)}`,
    what: folder === "" ? "it is no folder" : "it is the name of a promise, and would be a folder's here",
    remedy:
      folder === ""
        ? "name one, or leave it out"
        : `say check ${folder} --forever, or ./${folder} for a folder`,
  });
}

function drawingFile(folder: string): string {
  return join(folder, "coverage.svg");
}

interface Sitting {
  readonly folder: string;
  readonly state: ForeverState;
  readonly flags: CheckFlags;
  readonly own: Own;
  readonly terminal: Terminal;
  readonly workers: Workers;
  readonly signal: AbortSignal;
}

/** Runs rounds until somebody interrupts or time is over. */
async function sit({ flags, folder, own, signal, state, terminal, workers }: Sitting): Promise<void> {
  const progress = new ProgressLine(terminal, "schedules");
  const plan: CheckPlan = state.planned.plan;
  const began = performance.now();
  const before = state.elapsedMs;
  let savedAt = began;
  let hours = Math.floor(before / HOUR_MS);
  const save = () => {
    savedAt = performance.now();
    writeForever(folder, state);
    if (state.curve.length > 0) writeText(drawingFile(folder), plotSvg(state.curve));
  };
  const leftMs = () => (flags.timeLimit ?? Number.POSITIVE_INFINITY) - (performance.now() - began);
  for (;;) {
    const { next } = state;
    const { ended, tallies } = await runWith(workers, plan, {
      batches: batchesOf(next * BATCH_RUNS + ROUND_RUNS, next),
      timeLimitMs: leftMs(),
      bail: undefined,
      modules: own.modules,
      signal,
      firsts: true,
      onBatch(batch, found) {
        const rare = addBatch(state, batch, found);
        for (const at of rare) keepRare(folder, state, plan, batch, at);
      },
      onProgress: () => progress.draw(`${schedulesOf(state)} schedules, ${state.failing.length} failures`),
    });
    progress.clear();
    state.elapsedMs = before + (performance.now() - began);
    keepFailures(folder, state, plan, tallies, own, terminal);
    const hour = Math.floor(state.elapsedMs / HOUR_MS);
    if (hour > hours) terminal.out(hourText(state));
    hours = hour;
    const over = ended === "interrupted" || leftMs() <= 0;
    if (over || performance.now() - savedAt > SAVE_MS) save();
    if (over) return;
  }
}
