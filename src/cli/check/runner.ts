/**
 * Runs a check's batches, in this thread or in several, until they are done, time is over, somebody interrupts, or
 * nothing is left to find out.
 *
 * Batches run in waves of fixed sizes. What failed in one wave is not judged in the next, so the result depends on seed and
 * number of runs alone, not on how many threads took part.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { addTallies, emptyTallies, type CheckPlan, type Tally } from "../../../properties/check.ts";
import { runTask, type BatchTask } from "./worker.ts";

export interface RunOptions {
  readonly runs: number;
  readonly jobs: number;
  /** No wave begins after this many milliseconds. */
  readonly timeLimitMs?: number;
  /** Stop after the wave in which so many properties were found violated; undefined: never. */
  readonly bail: number | undefined;
  readonly signal: AbortSignal;
  /** Of one's own, to be loaded by every worker; absolute. */
  readonly modules?: readonly string[];
  readonly onProgress: (done: number, failures: number) => void;
}

export interface CheckResult {
  readonly tallies: readonly Tally[];
  readonly done: number;
  /** `settled`: every property is violated, and more schedules would find out nothing. */
  readonly ended: "complete" | "time" | "interrupted" | "bail" | "settled";
}

const BATCH_RUNS = 100;
/** Small at first: a broken variant mostly fails at once, and one failure to shrink is enough. */
const FIRST_WAVES = [1, 1, 2, 4] as const;
const WAVE = 8;

export async function runCheck(plan: CheckPlan, options: RunOptions): Promise<CheckResult> {
  const tallies = emptyTallies(plan.properties);
  const { jobs, modules = [] } = options;
  const pool = jobs > 1 ? await openPool(jobs) : undefined;
  const began = performance.now();
  let batch = 0;
  let done = 0;
  let finished: Tally[][] = [];
  let ended: CheckResult["ended"] = "complete";
  try {
    for (let wave = 0; done < options.runs; wave++) {
      const settled = tallies.flatMap(({ failure, property }) => (failure === undefined ? [] : [property]));
      if (options.signal.aborted) ended = "interrupted";
      else if (options.bail !== undefined && settled.length >= options.bail) ended = "bail";
      else if (options.timeLimitMs !== undefined && performance.now() - began > options.timeLimitMs)
        ended = "time";
      else if (settled.length === plan.properties.length) ended = "settled";
      if (ended !== "complete") break;
      const tasks: BatchTask[] = [];
      for (let at = FIRST_WAVES[wave] ?? WAVE; at > 0 && done + sum(tasks) < options.runs; at--) {
        const runs = Math.min(BATCH_RUNS, options.runs - done - sum(tasks));
        tasks.push({ plan, modules, batch: batch++, runs, settled });
      }
      finished = [];
      const finish = (task: BatchTask, found: Tally[]): Tally[] => {
        done += task.runs;
        finished.push(found);
        options.onProgress(done, count(tallies) + finished.reduce((total, one) => total + count(one), 0));
        return found;
      };
      const results =
        pool === undefined
          ? await inTurn(tasks, finish, options.signal)
          : await Promise.all(tasks.map(async (task) => finish(task, await pool.run(task, options.signal))));
      for (const found of results) addTallies(tallies, found);
    }
  } catch (error) {
    if (!options.signal.aborted) throw error;
    // What of the wave was done counts; its order, which only a whole wave has, no longer matters.
    for (const found of finished) addTallies(tallies, found);
    ended = "interrupted";
  } finally {
    await pool?.close();
  }
  return { tallies, done, ended };
}

async function inTurn(
  tasks: readonly BatchTask[],
  finish: (task: BatchTask, found: Tally[]) => Tally[],
  signal: AbortSignal,
): Promise<Tally[][]> {
  const results: Tally[][] = [];
  for (const task of tasks) {
    // Between batches signals are heard and the progress line is drawn.
    await breathe();
    if (signal.aborted) break;
    results.push(finish(task, await runTask(task)));
  }
  return results;
}

interface Pool {
  run(task: BatchTask, signal: AbortSignal): Promise<Tally[]>;
  close(): Promise<void>;
}

async function openPool(jobs: number): Promise<Pool> {
  const { Tinypool } = await import("tinypool");
  const filename = fileURLToPath(new URL("./worker.js", import.meta.url));
  const pool = new Tinypool({ filename, runtime: "worker_threads", minThreads: jobs, maxThreads: jobs });
  return {
    run: (task, signal) => pool.run(task, { signal }) as Promise<Tally[]>,
    close: () => pool.destroy(),
  };
}

function sum(tasks: readonly BatchTask[]): number {
  return tasks.reduce((total, { runs }) => total + runs, 0);
}

function count(tallies: readonly Tally[]): number {
  return tallies.filter(({ failure }) => failure !== undefined).length;
}
