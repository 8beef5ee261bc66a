/** One batch of a check in a worker thread. */
import { runBatch, type CheckPlan, type Tally } from "../../../properties/check.ts";

export interface BatchTask {
  readonly plan: CheckPlan;
  /** Of one's own: a thread begins knowing the shipped variants, properties and faults alone. */
  readonly modules: readonly string[];
  readonly batch: number;
  readonly runs: number;
  readonly settled: readonly string[];
}

export async function runTask({ batch, modules, plan, runs, settled }: BatchTask): Promise<Tally[]> {
  if (modules.length > 0) await (await import("../own/adopt.ts")).adoptModules(modules, "the module");
  return runBatch(plan, batch, runs, settled);
}

// tinypool calls the default export of a worker's file.
// oxlint-disable-next-line import/no-default-export
export default runTask;
