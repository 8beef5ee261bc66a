/**
 * The hunt for one mutant by one property, in the schedules that `leasehold check` would generate.
 */
import { mutants } from "../../models/mutants.ts";
import { catalogue } from "../catalogue.ts";
import { runBatch, type Failure } from "../check.ts";

/** The default budget of `leasehold check`. */
export const BUDGET = 6000;
const BATCH_RUNS = 100;

/** A mutant and a property that names it in its `kills`. */
export interface Quarry {
  readonly mutant: string;
  readonly property: string;
}

/** Every pair that must be killed, in the order of the mutants. */
export const quarries: readonly Quarry[] = mutants.flatMap(({ name }) =>
  catalogue
    .filter(({ kills }) => kills.includes(name))
    .map((property) => ({ mutant: name, property: property.name })),
);

export interface Catch {
  /** Schedules up to and including the one that failed; without a failure, all that were run. */
  readonly runs: number;
  /** Shrunk; undefined: the mutant escapes. */
  readonly failure: Failure | undefined;
}

export function hunt({ mutant, property }: Quarry, seed: number, budget = BUDGET): Catch {
  let runs = 0;
  for (let batch = 0; runs < budget; batch++) {
    const plan = { properties: [property], variant: mutant, seed, cases: {} };
    const [tally] = runBatch(plan, batch, Math.min(BATCH_RUNS, budget - runs));
    if (tally === undefined) throw new RangeError(`no property named ${property}`);
    runs += tally.judged + tally.outside + tally.inconclusive;
    if (tally.failure !== undefined) return { runs, failure: tally.failure };
  }
  return { runs, failure: undefined };
}

/** How long a failure's story is: the faults and single decisions that it takes. */
export function storySize({ decisions, scenario }: Failure["case"]): number {
  return scenario.faults.length + decisions.length;
}
