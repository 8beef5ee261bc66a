/** About how many states a space has: what tells which is the largest, and how long is left. */
import { shipped } from "../../../models/variant.ts";
import type { Space } from "../../search/space.ts";

/** Of the shipped election with everything judged, on the usual grid; by coordinators and fault, in states. */
const KNOWN: Readonly<Record<string, number>> = {
  "2 ": 830,
  "2 crash": 8783,
  "2 stop": 10_181,
  "2 loss": 34_041,
  "2 delay": 178_206,
  "2 duplicate": 13_263,
  "2 refuse": 22_396,
  "2 sicken": 45_014,
  "2 compaction": 38_008,
  "2 leader": 57_908,
  "2 mute-watch": 50_175,
  "2 drift": 265_664,
  "2 pause": 135_418,
  "2 restart": 73_585,
  "2 partition": 419_047,
  "3 crash": 68_821,
  "3 loss": 143_332,
};

function knownOf({ coordinators, faults }: Space): number | undefined {
  return KNOWN[`${coordinators} ${faults.join(",")}`];
}

/** Larger spaces have more. */
export function likelySizeOf(space: Space): number {
  return knownOf(space) ?? Number.POSITIVE_INFINITY;
}

/** Undefined: nobody knows. */
export function statesOf(space: Space): number | undefined {
  const { budget, ttlSeconds, variant, writes } = space;
  return variant === shipped && budget < 2 && ttlSeconds === 60 && !writes ? knownOf(space) : undefined;
}
