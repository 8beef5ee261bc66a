/** An endless check begins, or goes on with what its folder knows: the same check by the same code, or it is refused. */
import { emptyTallies } from "../../../../properties/check.ts";
import type { Terminal } from "../../base/terminal.ts";
import { grouped } from "../../../words/count.ts";
import type { CheckFlags } from "../flags.ts";
import { againFor, DEFAULT_RUNS, type PlannedCheck } from "../plan.ts";
import { readForever, schedulesOf, stateError, type ForeverState } from "./state.ts";

/** Throws a UserError where the folder is of another check. */
export function beginOrGoOn(
  folder: string,
  planned: PlannedCheck,
  { seed }: CheckFlags,
  code: string,
  { out }: Terminal,
): ForeverState {
  const known = readForever(folder);
  if (known === undefined) {
    out(`Checking without end from seed ${planned.plan.seed}; what is found is kept in ${folder}.\n`);
    const { properties } = planned.plan;
    const nothing = { next: 0, elapsedMs: 0, tallies: emptyTallies(properties), pairs: [], curve: [] };
    return { code, planned, ...nothing, failing: [], rare: [] };
  }
  if (known.code !== code) throw stateError(folder, `it is by leasehold ${known.code}, and this is ${code}`);
  const again = { ...planned, plan: { ...planned.plan, seed: seed ?? known.planned.plan.seed } };
  const told = (one: PlannedCheck) => `\`${againFor(one, DEFAULT_RUNS)}\``;
  if (JSON.stringify(again) !== JSON.stringify(known.planned))
    throw stateError(folder, `it is of ${told(known.planned)}, and this is ${told(again)}`);
  out(`Going on after ${grouped(schedulesOf(known))} schedules; what is found is kept in ${folder}.\n`);
  return known;
}
