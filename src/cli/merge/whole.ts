/** Shards that make a whole: all of one work, by one program, each of them once and none missing. */
import type { ShardFile } from "../base/shard-file.ts";
import { tellShard } from "../base/shard.ts";
import { UserError } from "../base/user-error.ts";
import { countOf } from "../../words/count.ts";

/** So many missing shards are named. */
const NAMED = 8;

/**
 * The same shards in the order of their numbers. Throws a {@link UserError} for the first thing that keeps them from being one whole.
 * `code`: of this program, and of one's own modules that it was given.
 */
export function wholeOf(shards: readonly ShardFile[], code: string): readonly ShardFile[] {
  const first = shards[0];
  if (first === undefined) throw new RangeError("no shards were given");
  const place = new Map<number, ShardFile>();
  for (const one of shards) {
    const { number, of } = one.head.shard;
    const differs = (what: string, remedy: string) => new UserError({ where: one.file, what, remedy });
    if (one.command !== first.command)
      throw differs(
        `it is of leasehold ${one.command}, and ${first.file} of leasehold ${first.command}`,
        "merge the shards of one command at a time",
      );
    if (one.head.code !== code)
      throw differs(
        `it is by leasehold ${one.head.code}, and this is ${code}`,
        "merge with the program that ran the shards, and name the modules of your own that it was given: --variant ./mine.ts",
      );
    if (one.head.variant !== first.head.variant)
      throw differs(
        `it is of the variant ${one.head.variant}, and ${first.file} of ${first.head.variant}`,
        "merge the shards of one variant",
      );
    if (of !== first.head.shard.of)
      throw differs(
        `it is one of ${countOf(of, "shard")}, and ${first.file} one of ${first.head.shard.of}`,
        "merge the shards of one division",
      );
    const other = place.get(number);
    if (other !== undefined)
      throw differs(
        other.file === one.file
          ? "it is named twice"
          : `it is shard ${tellShard(one.head.shard)}, and so is ${other.file}`,
        "name each shard's file once",
      );
    place.set(number, one);
  }
  const { of } = first.head.shard;
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((number) => !place.has(number));
  if (missing.length > 0)
    throw new UserError({
      what: `of ${countOf(of, "shard")} ${countOf(missing.length, "is missing", "are missing")}: ${missing.slice(0, NAMED).join(", ")}${missing.length > NAMED ? ", …" : ""}`,
      remedy: `run ${missing.length === 1 ? "it" : "each"} too, as --shard ${missing[0]}/${of}`,
    });
  return [...place].sort(([left], [right]) => left - right).map(([, one]) => one);
}
