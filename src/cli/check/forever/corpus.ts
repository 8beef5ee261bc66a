/** What an endless check keeps: the traces of what failed, and of schedules that came to where none had been. */
import { join } from "node:path";
import fc from "fast-check";
import { shipped } from "../../../../models/variant.ts";
import { variantNamed } from "../../../../models/variants.ts";
import { cases } from "../../../../properties/arbitraries.ts";
import { seedOfBatch, type CheckPlan, type Tally } from "../../../../properties/check.ts";
import type { Terminal } from "../../base/terminal.ts";
import { writeFailure, writeTrace } from "../../base/trace-output.ts";
import { UserError } from "../../base/user-error.ts";
import type { Own } from "../../own/adopt.ts";
import { moduleName } from "../../own/blame.ts";
import type { Batch } from "../batches.ts";
import { commandFor } from "../plan.ts";
import type { ForeverState } from "./state.ts";
import { failureText } from "./tell.ts";

const MOST_FAILING = 200;
const MOST_RARE = 200;

export function corpusOf(folder: string): string {
  return join(folder, "corpus");
}

/** Written at once, and told. */
export function keepFailures(
  folder: string,
  state: ForeverState,
  { variant }: CheckPlan,
  tallies: readonly Tally[],
  { modules }: Own,
  { out, paint }: Terminal,
): void {
  for (const { failure } of tallies) {
    if (failure === undefined || state.failing.length >= MOST_FAILING) continue;
    const { file, unwritten } = writeFailure(corpusOf(folder), failure, variant, modules.map(moduleName));
    const again = file === undefined ? commandFor(failure, state.planned) : `leasehold replay ${file}`;
    state.failing = [...state.failing, file ?? again];
    out(failureText(failure, again, paint));
    if (unwritten !== undefined) throw new UserError(unwritten);
  }
}

/** As a trace about no property: it is judged by all when it is run again. */
export function keepRare(
  folder: string,
  state: ForeverState,
  plan: CheckPlan,
  { batch }: Batch,
  at: number,
): void {
  if (state.rare.length >= MOST_RARE) return;
  const seed = seedOfBatch(plan.seed, batch);
  const variant = variantNamed(plan.variant) ?? shipped;
  const [given] = fc.sample(cases(plan.cases, variant), { seed, numRuns: 1, path: String(at) });
  if (given === undefined) return;
  const file = join(corpusOf(folder), `rare-${plan.variant}-${seed}-${at}.jsonl`);
  writeTrace(file, { ...given, variant, seed, path: String(at) });
  state.rare = [...state.rare, file];
}
