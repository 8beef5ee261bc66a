/** All shards of an exploration put together, and told as one that explored every space would have. */
import type { ExitCode } from "../../base/exit-codes.ts";
import type { ShardFile } from "../../base/shard-file.ts";
import { tellShard } from "../../base/shard.ts";
import type { Terminal } from "../../base/terminal.ts";
import { UserError } from "../../base/user-error.ts";
import type { Own } from "../../own/adopt.ts";
import type { Keeper } from "../checkpoint.ts";
import type { ExploreFlags } from "../flags.ts";
import { unpackedEnd, type KeptEnd } from "../kept-end.ts";
import { exploreSpaces } from "../spaces.ts";
import type { ExploreShard } from "./document.ts";

/** `files`: all shards of one division, by one program, in the order of their numbers. */
export async function mergeExplorations(
  files: readonly ShardFile[],
  flags: Pick<ExploreFlags, "json" | "out" | "variant">,
  own: Own,
  terminal: Terminal,
): Promise<ExitCode> {
  const [firstFile] = files;
  const first = firstFile?.head as ExploreShard;
  const ends = new Map<number, KeptEnd>();
  for (const { file, head } of files) {
    const { asked, howFar, shard, ...one } = head as ExploreShard;
    if (whatOf(head as ExploreShard) !== whatOf(first))
      throw new UserError({
        where: file,
        what: `it is of other promises, spaces or limits than ${firstFile?.file}: ${JSON.stringify({ ...asked, ...howFar })} and ${JSON.stringify({ ...first.asked, ...first.howFar })}`,
        remedy: "merge the shards of one exploration",
      });
    if (one.interrupted)
      throw new UserError({
        where: file,
        what: `shard ${tellShard(shard)} did not end: it was interrupted`,
        remedy: "run it again",
      });
    for (const [at, packed] of one.ends) ends.set(at, unpackedEnd(packed));
  }
  const known: Keeper = {
    folder: "",
    endOf: (at) => ends.get(at),
    keepingOf: () => undefined,
    note: () => undefined,
    release: () => undefined,
    goesOn: () => false,
  };
  const { json, out, variant = first.asked.bounds.variant } = flags;
  const all = {
    ...first.asked.bounds,
    ...(variant === undefined ? {} : { variant }),
    json: json === true,
    out,
  };
  return exploreSpaces(first.asked, all, own, known, terminal);
}

/** What was explored, in whatever words its variant was named: that is held against the others by its name. */
function whatOf({ asked: { bounds, names }, howFar }: ExploreShard): string {
  return JSON.stringify([names, { ...bounds, variant: undefined }, howFar]);
}
