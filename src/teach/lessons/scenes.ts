/** What lessons' scenarios share: a pair of root coordinators, and spans that read like words. */
import { coordinators, scenario, type Scenario } from "../../simulation/scenario.ts";
import type { Setup } from "../lesson.ts";

export const A = "rootcoord-a";
export const B = "rootcoord-b";
export const ROLE = "rootcoord";
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** A pair of root coordinators in the usual surroundings, under the shipped protocol unless said otherwise. */
export function sceneOfTwo(title: string, given: Partial<Scenario>, variant = "shipped"): Setup {
  return {
    variant,
    scenario: scenario({ title, horizonMs: 3 * MINUTE, coordinators: coordinators(ROLE, 2), ...given }),
  };
}

/** The same scenario under another variant. */
export function under(variant: string, { scenario: same }: Setup): Setup {
  return { variant, scenario: same };
}
