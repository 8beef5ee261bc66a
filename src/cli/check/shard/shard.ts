/** `leasehold check --shard 3/16`: one part of a check's schedules, for a machine among many; its result is a file to be merged. */
import { EXIT, type ExitCode } from "../../base/exit-codes.ts";
import { tellShard, type Shard } from "../../base/shard.ts";
import { sealedShard } from "../../base/shard-file.ts";
import { listenForSignals } from "../../base/signals.ts";
import type { Terminal } from "../../base/terminal.ts";
import { UserError } from "../../base/user-error.ts";
import type { Own } from "../../own/adopt.ts";
import { countOf } from "../../../words/count.ts";
import { BATCH_RUNS, batchCount, batchesOf } from "../batches.ts";
import type { CheckFlags } from "../flags.ts";
import { DEFAULT_RUNS, planOf } from "../plan.ts";
import { runPlanned } from "../run-planned.ts";
import { codeOf } from "../../own/code.ts";
import { packed, strideOf, whyUnended, type CheckShard, type ShardBatch } from "./document.ts";

/** Runs it and prints its document. Exit code 0 says that all of the part was run, whatever it found: the verdict is the whole's. */
export async function checkShard(
  shard: Shard,
  names: readonly string[],
  flags: CheckFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const { runs = DEFAULT_RUNS } = flags;
  refuseShard(shard, runs, flags);
  const planned = planOf(names, flags, own, terminal);
  if (planned === undefined) return EXIT.usage;
  const code = codeOf(own.modules);
  const { first, step } = strideOf(shard);
  const batches: ShardBatch[] = [];
  const signals = listenForSignals();
  try {
    const { ended } = await runPlanned(planned.plan, runs, flags, own, signals.signal, terminal, {
      total: [...batchesOf(runs, first, step)].reduce((sum, batch) => sum + batch.runs, 0),
      batches: batchesOf(runs, first, step),
      onBatch: (batch, { tallies }) => void batches.push(packed(batch, tallies)),
    });
    const document: CheckShard = {
      code,
      variant: planned.plan.variant,
      shard,
      planned,
      runs,
      ended,
      batches,
    };
    terminal.out(sealedShard("check", document));
    const unended = whyUnended(document);
    if (unended === undefined) return EXIT.holds;
    terminal.err(`leasehold: ${unended}\n  run it again, with more time\n`);
    return signals.exitCode() ?? EXIT.noVerdict;
  } finally {
    signals.release();
  }
}

function refuseShard(shard: Shard, runs: number, { seed }: CheckFlags): void {
  const where = `--shard ${tellShard(shard)}`;
  if (seed === undefined)
    throw new UserError({
      where,
      what: "without a seed each shard would have schedules of its own",
      remedy: "say --seed, the same for all shards",
    });
  const most = batchCount(runs);
  if (shard.of > most)
    throw new UserError({
      where,
      what: `${countOf(runs, "schedule")} are ${countOf(most, "batch", "batches")} of ${BATCH_RUNS}, so there are no ${shard.of} parts`,
      remedy: `divide them into at most ${most}, or say more --runs`,
    });
}
