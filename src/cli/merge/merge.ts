/** `leasehold merge`: the results of all shards, read, held against each other, and told as one. */
import { mergeChecks } from "../check/shard/merge.ts";
import { codeOf } from "../check/shard/code.ts";
import { refuseEarly } from "../check/tell.ts";
import type { ExitCode } from "../base/exit-codes.ts";
import { openShard } from "../base/shard-file.ts";
import type { Terminal } from "../base/terminal.ts";
import { adoptOwn } from "../own/adopt.ts";
import { blaming } from "../own/blame.ts";
import type { MergeFlags } from "./flags.ts";
import { wholeOf } from "./whole.ts";

export async function merge(
  files: readonly string[],
  flags: MergeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  refuseEarly(flags);
  const own = await adoptOwn(flags);
  const shards = wholeOf(files.map(openShard), codeOf(own.modules));
  return blaming(own.modules, () => mergeChecks(shards, flags, own, terminal));
}
