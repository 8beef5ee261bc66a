/** All shards of a check put together: what one run over all its schedules would have found, told as that run would have. */
import type { Tally } from "../../../../properties/check.ts";
import type { ExitCode } from "../../base/exit-codes.ts";
import type { ShardFile } from "../../base/shard-file.ts";
import type { Terminal } from "../../base/terminal.ts";
import { UserError } from "../../base/user-error.ts";
import type { Own } from "../../own/adopt.ts";
import { batchesOf, Findings } from "../batches.ts";
import { againFor } from "../plan.ts";
import type { CheckResult } from "../runner.ts";
import type { TellFlags } from "../flags.ts";
import { beginTelling, tellResult } from "../tell.ts";
import { unpacked, whyUnended, type CheckShard, type ShardBatch } from "./document.ts";

/** `files`: all shards of one division, by one program, in the order of their numbers. */
export async function mergeChecks(
  files: readonly ShardFile[],
  flags: TellFlags,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const first = checkShardOf(files[0] as ShardFile);
  const shards = files.map((file) => heldAgainst(first, (files[0] as ShardFile).file, file));
  const telling = await beginTelling(first.planned, first.runs, flags, terminal);
  return tellResult(telling, putTogether(first, shards), flags, own.modules, terminal);
}

/** The batches of all shards in turn, until nothing more is to be found out: a shard that found that out earlier ran no more. */
function putTogether({ planned, runs }: CheckShard, shards: readonly CheckShard[]): CheckResult {
  const findings = new Findings(planned.plan.properties);
  for (const batch of batchesOf(runs)) {
    if (findings.over !== undefined) break;
    const { batches } = shards[batch.batch % shards.length] as CheckShard;
    findings.add(batch, unpackedAt(batches, Math.floor(batch.batch / shards.length)));
  }
  const { done, over, tallies } = findings;
  return { tallies, done, ended: done === runs ? "complete" : (over ?? "complete") };
}

function unpackedAt(batches: readonly ShardBatch[], at: number): readonly Tally[] {
  const batch = batches[at];
  if (batch === undefined) throw new Error(`batch ${at} of a whole shard is missing`);
  return unpacked(batch);
}

function checkShardOf({ head }: ShardFile): CheckShard {
  return head as CheckShard;
}

/** The shard of `file`, which must be of the same check as `first`, and must have run to its end. */
function heldAgainst(first: CheckShard, firstFile: string, file: ShardFile): CheckShard {
  const one = checkShardOf(file);
  const { planned, runs } = one;
  const [own, other] = [first, one].map((each) => `\`${againFor(each.planned, each.runs)}\``);
  if (JSON.stringify([planned, runs]) !== JSON.stringify([first.planned, first.runs]))
    throw new UserError({
      where: file.file,
      what:
        own === other
          ? `its scenario is another one than that of ${firstFile}`
          : `it is of ${other}, and ${firstFile} of ${own}`,
      remedy: "merge the shards of one check: the same seed, bounds and properties",
    });
  const unended = whyUnended(one);
  if (unended !== undefined)
    throw new UserError({ where: file.file, what: unended, remedy: "run it again, with more time" });
  return one;
}
