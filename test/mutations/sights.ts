/** What a check of mutated sources sees. */
import type { CaseOptions } from "../../properties/case.ts";
import type { Tally } from "../../properties/check.ts";
import type { Noticed } from "./edits.ts";
import type { MutatedCheck } from "./mutated.ts";

const SEED = 1;
const BATCH_RUNS = 100;

/** Runs the check until `enough`, or for all its schedules. */
export function tallied(
  { check }: MutatedCheck,
  properties: readonly string[],
  runs: number,
  enough: (tallies: readonly Tally[]) => boolean,
  cases: CaseOptions = {},
): Tally[] {
  const { addTallies, emptyTallies, runBatch } = check;
  const tallies = emptyTallies(properties);
  for (let batch = 0; batch * BATCH_RUNS < runs; batch++) {
    const settled = tallies.flatMap(({ failure, property }) => (failure === undefined ? [] : [property]));
    const plan = { properties, variant: "shipped", seed: SEED, cases };
    addTallies(tallies, runBatch(plan, batch, BATCH_RUNS, settled));
    if (enough(tallies)) break;
  }
  return tallies;
}

/** What of it a check saw: violations, the witness, the fault's effect. */
export function sightsOf(
  { catalogue, inVain }: MutatedCheck,
  tallies: readonly Tally[],
  noticed: Noticed,
): number {
  const tally = tallies.find(({ property }) => property === judgeOf(noticed));
  if (tally === undefined) throw new Error(`no promise is called ${noticed.by}`);
  switch (noticed.how) {
    case "violated":
      return tally.failure === undefined ? 0 : 1;
    case "witness": {
      const { witnesses = [] } = catalogue.find(({ name }) => name === noticed.by) ?? {};
      return tally.seen[witnesses.findIndex(({ name }) => name === noticed.unseen)] ?? Number.NaN;
    }
    case "no effect": {
      const runs = tally.judged + tally.untested + tally.outside + tally.inconclusive;
      return inVain(tally.struck, runs).includes(noticed.strike) ? 0 : 1;
    }
  }
}

/** Effects are looked for beside any promise: of clocks beside one that needs none, of a restored store beside one that bears it. */
export function judgeOf(noticed: Noticed): string {
  if (noticed.how !== "no effect") return noticed.by;
  return noticed.strike === "goBack" ? "bounded-requests" : "fencing";
}
