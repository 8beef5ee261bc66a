/** What lessons' scenarios share: root coordinators called A and B, and spans that read like words. */
import { DEFAULT_CLOCK_RATE_TOLERANCE } from "../../../models/timing.ts";
import { coordinators, scenario, type CoordinatorSetup, type Scenario } from "../../simulation/scenario.ts";
import type { Lever, Setup } from "../lesson.ts";

export const A = "A";
export const B = "B";
export const ROLE = "rootcoord";
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** What the claim is shorter than the lease, as a part of it. */
export const MARGIN: Lever = {
  what: "margin",
  unit: "%",
  least: 0,
  most: 20,
  step: 0.5,
  usual: 100 * DEFAULT_CLOCK_RATE_TOLERANCE,
};

/** So many root coordinators, by single letters. */
export function cast(count: number): CoordinatorSetup[] {
  return coordinators(ROLE, count).map((one, place) => ({ ...one, name: String.fromCodePoint(65 + place) }));
}

/** A pair of root coordinators in the usual surroundings, under the shipped protocol unless said otherwise. */
export function sceneOfTwo(title: string, given: Partial<Scenario>, variant = "shipped"): Setup {
  return {
    variant,
    scenario: scenario({ title, horizonMs: 3 * MINUTE, coordinators: cast(2), ...given }),
  };
}

/** The same scenario under another variant. */
export function under(variant: string, { scenario: same }: Setup): Setup {
  return { variant, scenario: same };
}
