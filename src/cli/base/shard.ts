/** A part of a work that is divided among machines: `3/16` is the third of sixteen. */
import { refuse } from "./options.ts";

/** Parts of one work, at most. */
const MOST = 10_000;

export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export function tellShard({ number, of }: Shard): string {
  return `${number}/${of}`;
}

/** The value of `--shard`. */
export function shard(text: string): Shard {
  const [, number, of] = /^(\d+)\/(\d+)$/u.exec(text.trim()) ?? [];
  const found = { number: Number(number), of: Number(of) };
  if (number === undefined)
    return refuse("It must be a part and how many there are.", "write --shard 3/16: the third of sixteen");
  if (found.of < 1 || found.of > MOST) return refuse(`It must be one of 1 to ${MOST} parts.`);
  if (found.number < 1 || found.number > found.of)
    return refuse(
      `There is no part ${found.number} of ${found.of}.`,
      `they are numbered from 1/${found.of} to ${found.of}/${found.of}`,
    );
  return found;
}
