/** A shard's result as a sealed document. */
import { openSealed, sealed } from "./sealed.ts";
import type { Shard } from "./shard.ts";
import { UserError } from "./user-error.ts";

/** What every shard's document says. */
export interface ShardHead {
  /** The version, and a digest of the code. */
  readonly code: string;
  /** The name of the variant that was run. */
  readonly variant: string;
  readonly shard: Shard;
}

/** A document that was read. */
export interface ShardFile {
  readonly file: string;
  /** Of which command, such as `check`. */
  readonly command: string;
  /** With all that {@link sealedShard} got. */
  readonly head: ShardHead;
}

const SUFFIX = "-shard";
const WORDS = {
  what: "a shard's result",
  remedy: "name the files that --shard wrote; run again the shards whose files are damaged",
};

/** One line. `command`: such as `check`. */
export function sealedShard(command: string, body: ShardHead): string {
  return sealed(command + SUFFIX, body);
}

/** Throws a {@link UserError} for whatever is no whole shard's document. */
export function openShard(file: string): ShardFile {
  const { body, format } = openSealed(file, WORDS);
  const refusal = (what: string) => new UserError({ where: file, what, remedy: WORDS.remedy });
  if (!format.endsWith(SUFFIX)) throw refusal(`it is not ${WORDS.what}`);
  const head = body as ShardHead;
  if (typeof head.variant !== "string") throw refusal("it does not say of which variant it is");
  return { file, command: format.slice(0, -SUFFIX.length), head };
}
