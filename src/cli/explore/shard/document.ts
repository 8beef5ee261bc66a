/** What became of some of the spaces that were asked for, as a shard's document has it. */
import type { ShardHead } from "../../base/shard-file.ts";
import type { AskedSpaces } from "../checkpoint.ts";
import type { HowFar } from "../how-far.ts";

/** Plain data. */
export interface ExploreShard extends ShardHead {
  readonly asked: AskedSpaces;
  readonly howFar: HowFar;
  /** How many spaces there are in all. */
  readonly spaces: number;
  /** Somebody stopped it before its spaces had ended. */
  readonly interrupted: boolean;
  /** By the space's place. */
  readonly ends: readonly (readonly [number, unknown])[];
}
