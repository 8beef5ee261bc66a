/**
 * A probe: a promise that only some known bugs need, judged like a property. It is no part of the catalogue because it
 * holds for the kept scenarios it was made for, not under every fault.
 */
import type { Observation, ObservationType } from "../../models/observation.ts";
import type { Scenario } from "../../src/simulation/scenario.ts";
import { HOLDS, type Property, type Violation } from "../property.ts";

/** Says what is wrong with an observation, given those before; undefined: nothing. */
type Watchman = (observation: Observation) => Violation | undefined;

export function probe(
  name: string,
  guarantee: string,
  reads: readonly ObservationType[],
  watchman: (scenario: Scenario) => Watchman,
): Property {
  return {
    name,
    guarantee,
    assumes: [],
    kills: [],
    witnesses: [],
    reads,
    judge: (scenario) => ({ seen: [], observe: watchman(scenario), conclude: () => HOLDS }),
  };
}
