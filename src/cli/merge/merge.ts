/** `leasehold merge`: the results of all shards, read, held against each other, and told as one. */
import { mergeExplorations } from "../explore/shard/merge.ts";
import { mergeChecks } from "../check/shard/merge.ts";
import { codeOf } from "../own/code.ts";
import { refuseEarly } from "../check/tell.ts";
import type { ExitCode } from "../base/exit-codes.ts";
import { openShard } from "../base/shard-file.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { adoptOwn } from "../own/adopt.ts";
import { blaming } from "../own/blame.ts";
import type { MergeFlags } from "./flags.ts";
import { variantOfShards } from "./variant.ts";
import { wholeOf } from "./whole.ts";

export async function merge(
  files: readonly string[],
  flags: MergeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  refuseEarly(flags);
  const given = await adoptOwn(flags);
  const opened = files.map(openShard);
  const own = { ...given, variant: variantOfShards(opened, given, flags.variant) };
  const shards = wholeOf(opened, codeOf(own.modules));
  const [first] = shards;
  return blaming(own.modules, () => {
    if (first?.command !== "explore") return mergeChecks(shards, flags, own, terminal);
    refuseBesideExplorations(flags);
    return mergeExplorations(shards, flags, own, terminal);
  });
}

/** What is about checks alone. */
function refuseBesideExplorations({ corpus, reporter, witnesses }: MergeFlags): void {
  const given = {
    "--witnesses": witnesses,
    "--reporter": reporter,
    "--corpus": corpus,
  };
  for (const [flag, value] of Object.entries(given))
    if (value !== undefined && value !== false && !(flag === "--corpus" && value === true))
      throw new UserError({
        where: flag,
        what: "these are shards of an exploration",
        remedy: "leave it out",
      });
}
