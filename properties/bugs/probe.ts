/**
 * A probe: a promise that only some known bugs need, judged like a property. It is no part of the catalogue because it
 * holds for the kept scenarios it was made for, not under every fault.
 */
import type { Observation } from "../../models/observation.ts";
import type { Scenario } from "../../src/simulation/scenario.ts";
import { HOLDS, type Property } from "../property.ts";
import type { Finding } from "../violation.ts";

/** Says what is wrong with an observation, given those before; undefined: nothing. */
export type Watchman<Found extends Finding> = (observation: Observation) => Found | undefined;

/** What makes a probe; everything else about it is empty. */
export interface Probing<Name extends string, Found extends Finding> extends Pick<
  Property<Name, Found>,
  "name" | "guarantee" | "reads" | "kinds"
> {
  readonly watch: (scenario: Scenario) => Watchman<Found>;
}

export function probe<Name extends string, Found extends Finding>({
  watch,
  ...probing
}: Probing<Name, Found>): Property<Name, Found, never> {
  return {
    ...probing,
    assumes: [],
    kills: [],
    witnesses: [],
    open: {},
    judge: (scenario) => ({ seen: [], observe: watch(scenario), conclude: () => HOLDS }),
  };
}
