/** One batch of a check, in this thread or in a worker. */
import { runBatch, type CheckPlan, type Tally } from "../../../properties/check.ts";
import { type FirstMet, FirstMeetings } from "./first-meetings.ts";
import { patiently } from "../own/patience.ts";

/** Some hundred schedules take a second; making a failure smaller takes its time. */
const LONGEST_MS = 300_000;

export interface BatchTask {
  readonly plan: CheckPlan;
  /** Of one's own: a thread begins knowing the shipped variants, properties and faults alone. */
  readonly modules: readonly string[];
  readonly batch: number;
  readonly runs: number;
  readonly settled: readonly string[];
  /** Whether {@link BatchFound.firsts} is wanted. */
  readonly firsts: boolean;
}

export interface BatchFound {
  readonly tallies: readonly Tally[];
  /** What of the chart these schedules were the first in this thread to meet; empty where nobody asked. */
  readonly firsts: readonly FirstMet[];
}

export async function runTask({
  batch,
  firsts,
  modules,
  plan,
  runs,
  settled,
}: BatchTask): Promise<BatchFound> {
  if (modules.length > 0) await (await import("../own/adopt.ts")).adoptModules(modules, "the module");
  const meetings = firsts ? FirstMeetings.of(plan.variant) : undefined;
  const work = () => runBatch(plan, batch, runs, settled, meetings && ((at) => meetings.after(at)));
  const tallies = modules.length === 0 ? work() : patiently(LONGEST_MS, work, true);
  return { tallies, firsts: meetings?.take() ?? [] };
}
