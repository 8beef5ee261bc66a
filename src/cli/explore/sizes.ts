/** About how many states a space has: what tells which is the largest, and how long is left. */
import { shipped } from "../../../models/variant.ts";
import type { Space } from "../../search/space.ts";

/** Of the shipped election with everything judged, on the usual grid; by coordinators and fault, in states. */
const KNOWN: Readonly<Record<string, number>> = {
  "2 ": 616,
  "2 crash": 7492,
  "2 stop": 8168,
  "2 loss": 22_285,
  "2 delay": 95_495,
  "2 duplicate": 7735,
  "2 refuse": 14_853,
  "2 sicken": 32_012,
  "2 compaction": 25_264,
  "2 leader": 40_456,
  "2 mute-watch": 36_064,
  "2 drift": 207_696,
  "2 pause": 99_528,
  "2 restart": 63_149,
  "2 partition": 350_989,
  "3 crash": 60_455,
  "3 loss": 103_815,
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
