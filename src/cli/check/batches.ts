/**
 * A check's schedules in batches, and what the batches amount to: their tallies, put together in the order of their numbers.
 *
 * A property that failed in one batch is not judged in those after it. So the whole is a function of seed and number of runs alone,
 * whoever ran which batch, when, and on which machine: what was judged too much is left out here.
 */
import { addTallies, emptyTallies, type Tally } from "../../../properties/check.ts";

export const BATCH_RUNS = 100;

/** A batch by its number, from 0, and how many schedules it has. */
export interface Batch {
  readonly batch: number;
  readonly runs: number;
}

/** How many batches so many schedules are. */
export function batchCount(runs: number): number {
  return Math.ceil(runs / BATCH_RUNS);
}

/** Every `step`th batch of a check of `runs` schedules, from batch `first` on. */
export function* batchesOf(runs: number, first = 0, step = 1): Generator<Batch, undefined> {
  for (let batch = first; batch < batchCount(runs); batch += step)
    yield { batch, runs: Math.min(BATCH_RUNS, runs - batch * BATCH_RUNS) };
}

/** What a check has found so far. */
export class Findings {
  readonly tallies: readonly Tally[];
  readonly #bail: number | undefined;
  #done = 0;
  #settled: readonly string[] = [];

  /** `bail`: so many properties found violated are enough; undefined: never. */
  constructor(properties: readonly string[], bail?: number) {
    this.tallies = emptyTallies(properties);
    this.#bail = bail;
  }

  /** Schedules that were run. */
  get done(): number {
    return this.#done;
  }

  /** Properties that have failed. */
  get settled(): readonly string[] {
    return this.#settled;
  }

  /** Why no more batches are wanted; undefined: they are. */
  get over(): "bail" | "settled" | undefined {
    const { length } = this.#settled;
    if (this.#bail !== undefined && length >= this.#bail) return "bail";
    return length === this.tallies.length ? "settled" : undefined;
  }

  /** The next batch's tallies, in the order of batches. */
  add({ runs }: Batch, tallies: readonly Tally[]): void {
    this.#done += runs;
    addTallies(
      this.tallies as Tally[],
      tallies.filter(({ property }) => !this.#settled.includes(property)),
    );
    this.#settled = this.tallies.flatMap(({ failure, property }) =>
      failure === undefined ? [] : [property],
    );
  }
}
