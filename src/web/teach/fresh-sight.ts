/** A run that nobody interfered with yet. */
import type { StartingSight } from "./address.ts";
import { coordinators, scenario } from "../../simulation/scenario.ts";
import { treeOf } from "./tree.ts";
import { ttlText } from "../../words/ttl.ts";

/** What one begins with. */
export interface Choice {
  readonly coordinators: number;
  readonly ttlSeconds: number;
  /** The margin, as a part of the TTL; absent: the usual one. */
  readonly clockRateTolerance?: number;
  readonly minutes: number;
  readonly variant: string;
}

export const USUAL_CHOICE: Choice = { coordinators: 2, ttlSeconds: 60, minutes: 5, variant: "shipped" };

export function freshSight(choice: Choice = USUAL_CHOICE): StartingSight {
  const { clockRateTolerance, minutes, ttlSeconds, variant } = choice;
  const made = scenario({
    title: `${choice.coordinators} coordinators, ${ttlText(choice)}`,
    ttlSeconds,
    ...(clockRateTolerance === undefined ? {} : { clockRateTolerance }),
    horizonMs: minutes * 60_000,
    coordinators: coordinators("rootcoord", choice.coordinators),
  });
  return { tree: treeOf(variant, made), run: 0 };
}
