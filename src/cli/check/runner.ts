/**
 * Runs a check's batches, in this thread or in several, until they are done, time is over, somebody interrupts, or
 * nothing is left to find out.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { CheckPlan, Tally } from "../../../properties/check.ts";
import { Interrupted } from "../base/signals.ts";
import { openThreads } from "../base/threads.ts";
import { type Batch, batchesOf, Findings } from "./batches.ts";
import { runTask, type BatchFound, type BatchTask } from "./batch-task.ts";

export interface RunOptions {
  readonly runs: number;
  readonly jobs: number;
  /** No batch but the first begins after this many milliseconds. */
  readonly timeLimitMs?: number;
  /** Stop after the batch by which so many properties were found violated; undefined: never. */
  readonly bail: number | undefined;
  readonly signal: AbortSignal;
  /** Of one's own, to be loaded by every worker; absolute. */
  readonly modules?: readonly string[];
  readonly onProgress: (done: number, failures: number) => void;
  /** These batches of the check alone, in the order of their numbers; default: all. */
  readonly batches?: Iterator<Batch, undefined>;
  /** Hears what each batch found, in the order of their numbers. */
  readonly onBatch?: (batch: Batch, found: BatchFound) => void;
  /** Each batch also tells what of the chart its schedules were the first to meet. */
  readonly firsts?: boolean;
}

export interface CheckResult {
  readonly tallies: readonly Tally[];
  readonly done: number;
  /** `settled`: every property is violated, and more schedules would find out nothing. */
  readonly ended: "complete" | "time" | "interrupted" | "bail" | "settled";
}

/** Batches that are waited for at once: a worker that is done finds the next one ready. */
const BATCHES_A_WORKER = 2;

export async function runCheck(plan: CheckPlan, options: RunOptions): Promise<CheckResult> {
  const workers = await openWorkers(options.jobs);
  try {
    return await runWith(workers, plan, { batches: batchesOf(options.runs), ...options });
  } finally {
    await workers.close();
  }
}

/** The same by workers that are open, and stay open. */
export async function runWith(
  workers: Workers,
  plan: CheckPlan,
  options: Omit<RunOptions, "batches" | "jobs" | "runs"> & Required<Pick<RunOptions, "batches">>,
): Promise<CheckResult> {
  const { batches, firsts = false, modules = [] } = options;
  const findings = new Findings(plan.properties, options.bail);
  const began = performance.now();
  /** Under way, the first one first. */
  const queue: { readonly batch: Batch; readonly found: Promise<BatchFound> }[] = [];
  let next = batches.next();
  let begun = false;
  const whyNot = (): CheckResult["ended"] | undefined => {
    if (options.signal.aborted) return "interrupted";
    const { timeLimitMs = Number.POSITIVE_INFINITY } = options;
    const overtime = begun && performance.now() - began > timeLimitMs;
    return findings.over ?? (overtime ? "time" : undefined);
  };
  for (;;) {
    // Between batches signals are heard and the progress line is drawn.
    await breathe();
    while (next.done !== true && queue.length < workers.atOnce && whyNot() === undefined) {
      const batch = next.value;
      const found = workers.run({ plan, modules, ...batch, firsts, settled: findings.settled });
      // Whoever waits for it hears of an error; until then nobody does.
      found.catch(() => undefined);
      queue.push({ batch, found });
      next = batches.next();
      begun = true;
    }
    const first = queue.shift();
    if (first === undefined || findings.over !== undefined) break;
    const found = await first.found.catch(orInterrupted);
    if (found === undefined) break;
    findings.add(first.batch, found.tallies);
    options.onBatch?.(first.batch, found);
    options.onProgress(findings.done, findings.settled.length);
  }
  const { done, tallies } = findings;
  const complete = next.done === true && queue.length === 0;
  return { tallies, done, ended: complete ? "complete" : (whyNot() ?? "complete") };
}

/** A batch that was broken off has found nothing. */
function orInterrupted(error: unknown): undefined {
  if (!(error instanceof Interrupted)) throw error;
}

/** Those that run batches. */
export interface Workers {
  /** Batches under way. */
  readonly atOnce: number;
  run(task: BatchTask): Promise<BatchFound>;
  close(): Promise<void>;
}

const ALONE: Workers = {
  atOnce: 1,
  run: runTask,
  close: () => Promise.resolve(),
};

/** This thread alone, or so many others. */
export async function openWorkers(jobs: number): Promise<Workers> {
  if (jobs === 1) return ALONE;
  const threads = await openThreads<BatchTask, BatchFound>(jobs, new URL("./worker.js", import.meta.url));
  return { ...threads, atOnce: jobs * BATCHES_A_WORKER };
}
