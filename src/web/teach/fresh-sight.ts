/** A run that nobody interfered with yet. */
import type { StartingSight } from "./address.ts";
import { coordinators, scenario } from "../../simulation/scenario.ts";
import { treeOf } from "./tree.ts";

/** What one begins with. */
export interface Choice {
  readonly coordinators: number;
  readonly ttlSeconds: number;
  readonly minutes: number;
  readonly variant: string;
}

export const USUAL_CHOICE: Choice = { coordinators: 2, ttlSeconds: 60, minutes: 5, variant: "shipped" };

export function freshSight(choice: Choice = USUAL_CHOICE): StartingSight {
  const { minutes, ttlSeconds, variant } = choice;
  const made = scenario({
    title: `${choice.coordinators} coordinators, TTL ${ttlSeconds} s`,
    ttlSeconds,
    horizonMs: minutes * 60_000,
    coordinators: coordinators("rootcoord", choice.coordinators),
  });
  return { tree: treeOf(variant, made), run: 0 };
}
