/** One batch of a check in a worker thread. */
import { runBatch, type CheckPlan, type Tally } from "../../../properties/check.ts";

export interface BatchTask {
  readonly plan: CheckPlan;
  readonly batch: number;
  readonly runs: number;
  readonly settled: readonly string[];
}

export function runTask({ batch, plan, runs, settled }: BatchTask): Tally[] {
  return runBatch(plan, batch, runs, settled);
}

// tinypool calls the default export of a worker's file.
// oxlint-disable-next-line import/no-default-export
export default runTask;
