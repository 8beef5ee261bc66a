/** A check's shard: its part of the batches, run, and written down so that it can be merged. */
import type { Tally } from "../../../../properties/check.ts";
import { noneStruck, type StrikeCounts } from "../../../../properties/strike-counts.ts";
import type { ShardHead } from "../../base/shard-file.ts";
import { tellShard, type Shard } from "../../base/shard.ts";
import { batchCount, type Batch } from "../batches.ts";
import type { PlannedCheck } from "../plan.ts";
import type { CheckResult } from "../runner.ts";

/** What a shard's file holds. */
export interface CheckShard extends ShardHead {
  readonly planned: PlannedCheck;
  /** Of the whole check. */
  readonly runs: number;
  /** Where not all of its batches were run: why. */
  readonly ended: CheckResult["ended"];
  readonly batches: readonly ShardBatch[];
}

/** A batch, and what was found of each property that was judged in it. */
export interface ShardBatch extends Batch {
  readonly found: readonly PackedTally[];
}

/** A tally whose fault counts are of the kinds that struck alone. */
type PackedTally = Omit<Tally, "struck"> & {
  /** Place in the table of strikes, how often it began, and how often it had its effect. */
  readonly struck: readonly (readonly [number, number, number])[];
};

/** The batches of a shard: every so manieth, so that all shards have the same share of what is dear. */
export function strideOf({ number, of }: Shard): { first: number; step: number } {
  return { first: number - 1, step: of };
}

/** Undefined: all of it was run, or all that it was to judge was violated before. */
export function whyUnended({ batches, ended, runs, shard }: CheckShard): string | undefined {
  const { first, step } = strideOf(shard);
  const all = Math.ceil((batchCount(runs) - first) / step);
  const inTurn = batches.every(({ batch }, at) => batch === first + at * step);
  if (ended === "settled" || (batches.length === all && inTurn)) return undefined;
  return `shard ${tellShard(shard)} did not end: it ran ${batches.length} of its ${all} batches (${ENDED[ended]})`;
}

const ENDED: Readonly<Record<CheckResult["ended"], string>> = {
  complete: "nobody knows why",
  time: "its time limit",
  interrupted: "interrupted",
  bail: "stopped at a failure",
  settled: "all violated",
};

/** What was not judged, having failed before, is left out. */
export function packed(batch: Batch, tallies: readonly Tally[]): ShardBatch {
  const judged = tallies.filter(
    (tally) =>
      tally.failure !== undefined || tally.judged + tally.untested + tally.outside + tally.inconclusive > 0,
  );
  return {
    ...batch,
    found: judged.map((tally) => ({ ...tally, struck: packedStrikes(tally.struck) })),
  };
}

export function unpacked({ found }: ShardBatch): Tally[] {
  return found.map((tally) => ({ ...tally, struck: unpackedStrikes(tally.struck) }));
}

function packedStrikes({ begun, effective }: StrikeCounts): PackedTally["struck"] {
  return begun.flatMap((count, at) => (count === 0 ? [] : [[at, count, effective[at] ?? 0] as const]));
}

function unpackedStrikes(struck: PackedTally["struck"]): StrikeCounts {
  const counts = noneStruck();
  for (const [at, begun, effective] of struck) {
    counts.begun[at] = begun;
    counts.effective[at] = effective;
  }
  return counts;
}
