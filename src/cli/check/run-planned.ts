/** A planned check run by the flags that say how, with its progress on the terminal. */
import { availableParallelism } from "node:os";
import type { CheckPlan } from "../../../properties/check.ts";
import { ProgressLine } from "../base/progress.ts";
import type { Terminal } from "../base/terminal.ts";
import type { Own } from "../own/adopt.ts";
import type { CheckFlags } from "./flags.ts";
import { runCheck, type CheckResult, type RunOptions } from "./runner.ts";

const MOST_JOBS = 4;
/** A worker is warm after some thousand schedules: with fewer, a second one costs more processor time than it saves of the other's. */
const RUNS_A_JOB = 2000;

/** Worker threads, by the flag, or by the machine and how much there is to do. */
export function jobsOf({ jobs }: Pick<CheckFlags, "jobs">, runs: number): number {
  return jobs ?? Math.max(1, Math.min(MOST_JOBS, availableParallelism(), Math.floor(runs / RUNS_A_JOB)));
}

/** `total`: how many schedules are to be run, where it is a part alone. */
export async function runPlanned(
  plan: CheckPlan,
  runs: number,
  flags: Pick<CheckFlags, "bail" | "jobs" | "timeLimit">,
  { modules }: Own,
  signal: AbortSignal,
  terminal: Terminal,
  part: Pick<RunOptions, "batches" | "onBatch"> & { readonly total?: number } = {},
): Promise<CheckResult> {
  const { bail, timeLimit: timeLimitMs } = flags;
  const { total = runs, ...batches } = part;
  const progress = new ProgressLine(terminal, "schedules");
  const result = await runCheck(plan, {
    runs,
    jobs: plan.path === undefined ? jobsOf(flags, total) : 1,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    bail: bail === true ? 1 : bail,
    modules,
    signal,
    ...batches,
    onProgress: (done, failures) =>
      progress.show({
        done,
        total,
        note: failures === 0 ? "" : `${failures} of ${plan.properties.length} properties violated`,
      }),
  });
  progress.clear();
  return result;
}
