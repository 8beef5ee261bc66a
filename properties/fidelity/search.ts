/** Looks for a difference: generated cases in batches, spread over several servers, the first failing one shrunk. */
import fc from "fast-check";
import { commandSequence } from "./arbitraries.ts";
import type { StoreCommand } from "./command.ts";
import { noCounts, runCase, type Counts, type CommandDifference, type Pair } from "./run.ts";

/** Cases of one seed; a new seed after so many. */
const BATCH_CASES = 20;
/** Runs that shrinking may take. */
const MOST_SHRINKS = 400;

export interface SearchOptions {
  /** Batch n has this seed plus n, whichever server runs it. */
  readonly seed: number;
  /** Begin no case once so many commands were run. */
  readonly commands: number;
  /** That one case of the seed, as a failure names it. */
  readonly path?: string;
  /** Asked before each batch: end here? */
  readonly isOver?: () => boolean;
  readonly onProgress?: (counts: Counts) => void;
}

export interface FoundDifference {
  readonly difference: CommandDifference;
  readonly commands: readonly StoreCommand[];
  readonly seed: number;
  readonly path: string;
}

export interface SearchResult {
  readonly counts: Counts;
  readonly found: FoundDifference | undefined;
}

/** Every pair is used by one case at a time. Throws when a real server gives no answer at all. */
export async function searchDifferences(
  pairs: readonly Pair[],
  options: SearchOptions,
): Promise<SearchResult> {
  const counts = noCounts();
  let batch = 0;
  let found: FoundDifference | undefined;
  const isOver = (): boolean =>
    found !== undefined || counts.commands >= options.commands || options.isOver?.() === true;
  const work = async (pair: Pair): Promise<void> => {
    while (!isOver()) {
      const failure = await runBatch(pair, options.seed + batch++, options, counts, isOver);
      found ??= failure;
      if (options.path !== undefined) return;
    }
  };
  await Promise.all((options.path === undefined ? pairs : pairs.slice(0, 1)).map(work));
  return { counts, found };
}

async function runBatch(
  pair: Pair,
  seed: number,
  { onProgress, path }: SearchOptions,
  counts: Counts,
  isOver: () => boolean,
): Promise<FoundDifference | undefined> {
  let last: CommandDifference | undefined;
  let shrinks = 0;
  let trouble: Error | undefined;
  const property = fc.asyncProperty(commandSequence, async (commands) => {
    if (trouble !== undefined || (last === undefined ? isOver() : ++shrinks > MOST_SHRINKS)) return true;
    try {
      const difference = await runCase(commands, pair, counts);
      onProgress?.(counts);
      last = difference ?? last;
      return difference === undefined;
    } catch (error) {
      trouble = error instanceof Error ? error : new Error(String(error));
      return true;
    }
  });
  const again = path === undefined ? { numRuns: BATCH_CASES } : { numRuns: 1, path, endOnFailure: true };
  const details = await fc.check(property, { seed, ...again });
  if (last === undefined) {
    if (trouble !== undefined) throw trouble;
    return undefined;
  }
  const [commands = []] = details.counterexample ?? [];
  return { difference: last, commands, seed, path: details.counterexamplePath ?? path ?? "" };
}
