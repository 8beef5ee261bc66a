/** What an endless check knows between two sittings: a sealed file that is written whole. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { addTallies, type Tally } from "../../../../properties/check.ts";
import { openSealed, sealed } from "../../base/sealed.ts";
import { writeText } from "../../base/output-file.ts";
import { UserError } from "../../base/user-error.ts";
import type { Batch } from "../batches.ts";
import type { PlannedCheck } from "../plan.ts";
import type { BatchFound } from "../batch-task.ts";
import type { CoveragePoint } from "./plot.ts";

/** Plain data. */
export interface ForeverState {
  readonly code: string;
  readonly planned: PlannedCheck;
  /** The batch to come. */
  next: number;
  /** Of all sittings. */
  elapsedMs: number;
  /** What all batches found. */
  readonly tallies: Tally[];
  /** Pairs of a state of the chart and an event that were met, as digests. */
  readonly pairs: string[];
  readonly curve: CoveragePoint[];
  /** Files of the corpus, by what they were kept for. */
  failing: readonly string[];
  rare: readonly string[];
}

const NAME = "state.json";
const WHAT = "forever";
const WORDS = {
  what: "the state of check --forever",
  remedy: "name another folder: --forever FOLDER begins anew there",
};

/** So many schedules say what is common; what is met after them for the first time is rare. */
const COMMON_SCHEDULES = 10_000;
/** A point of the curve stands so much to the right of the one before. */
const STEP = 1.05;

export function schedulesOf({ curve }: ForeverState): number {
  return curve.at(-1)?.schedules ?? 0;
}

/** Counts the next batch. Returns the places of its rare schedules. */
export function addBatch(
  state: ForeverState,
  { batch, runs }: Batch,
  { firsts, tallies }: BatchFound,
): number[] {
  addTallies(state.tallies, tallies);
  state.next = batch + 1;
  const schedules = schedulesOf(state) + runs;
  const known = new Set(state.pairs);
  const rare = firsts.flatMap(({ at, pairs }) => {
    const fresh = pairs.filter((pair) => !known.has(pair));
    for (const pair of fresh) known.add(pair);
    state.pairs.push(...fresh);
    return fresh.length > 0 && schedules > COMMON_SCHEDULES ? [at] : [];
  });
  if (schedulesOf(state) < (state.curve.at(-2)?.schedules ?? 0) * STEP) state.curve.pop();
  state.curve.push({ schedules, pairs: state.pairs.length });
  return rare;
}

/** Undefined: the folder has none. Throws a {@link UserError} for one that is damaged, or of another check or other code. */
export function readForever(folder: string): ForeverState | undefined {
  const file = stateFile(folder);
  if (!existsSync(file)) return undefined;
  const { body, format } = openSealed(file, WORDS);
  if (format !== WHAT) throw stateError(folder, `it is not ${WORDS.what}`);
  return body as ForeverState;
}

/** Refuses to go on in that folder. */
export function stateError(folder: string, what: string): UserError {
  return new UserError({ where: stateFile(folder), what, remedy: WORDS.remedy });
}

export function writeForever(folder: string, state: ForeverState): void {
  writeText(stateFile(folder), sealed(WHAT, state));
}

export function stateFile(folder: string): string {
  return join(folder, NAME);
}
