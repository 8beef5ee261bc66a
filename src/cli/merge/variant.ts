/** Which variant shards are of: their files say it, and what `--variant` names beside them must be the same. */
import { variantNamed } from "../../../models/variants.ts";
import { variantOrShipped } from "../base/names.ts";
import type { ShardFile } from "../base/shard-file.ts";
import { shellWord } from "../base/shell-word.ts";
import { UserError } from "../base/user-error.ts";
import type { Own } from "../own/adopt.ts";
import { isModulePath, moduleFile } from "../own/load.ts";

/**
 * The name of the variant that the first of the shards is of. `given`: what this program was given of one's own; `word`: its variant as it
 * was written. Throws a {@link UserError} where that is another one, and where nobody knows the shards' variant.
 */
export function variantOfShards([first]: readonly ShardFile[], given: Own, word: string | undefined): string {
  if (first === undefined) throw new RangeError("no shards were given");
  const { variant } = first.head;
  if (variantNamed(variant) === undefined)
    throw new UserError({
      where: first.file,
      what: `it is of the variant ${variant}, which nothing that is named here exports`,
      remedy: `name the module that does: --variant ${shellWord(`./mine.ts#${variant}`)}`,
    });
  if (word === undefined) return variant;
  const { name } = variantOrShipped(given.variant);
  if (name === variant) return variant;
  throw new UserError({
    where: `--variant ${word}`,
    what: `it is ${name}, and ${first.file} is of the variant ${variant}`,
    remedy: remedyFor(variant, word, given),
  });
}

function remedyFor(variant: string, word: string, { exported }: Own): string {
  return isModulePath(word) && exported.includes(variant)
    ? `name that one: --variant ${shellWord(`${moduleFile(word)}#${variant}`)}`
    : "leave it out, or merge the shards of that variant";
}
