import type { Observation } from "../../models/observation.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { coordinators, scenario, type Scenario } from "../../src/simulation/scenario.ts";
import { decided, type Decision } from "../../src/simulation/scheduler.ts";
import { Simulation } from "../../src/simulation/simulation.ts";

/** Runs a scenario to its end and returns what was seen. */
export function observe(
  given: Scenario,
  decisions: readonly Decision[] = [],
  variant: Variant = shipped,
): Observation[] {
  const seen: Observation[] = [];
  const listener = { observe: (observation: Observation) => void seen.push(observation) };
  new Simulation(createSetup(given, variant), decided(decisions), listener).run();
  return seen;
}

/** Two rootcoords, TTL 60 s, and what goes wrong. */
export function pair(faults: readonly Fault[], given: Partial<Scenario> = {}): Scenario {
  return scenario({ coordinators: coordinators("rootcoord", 2), horizonMs: 300_000, faults, ...given });
}

/** `who: from` of each claim's beginning, e.g. `0@74`. */
export function reigns(seen: readonly Observation[]): string[] {
  const serving = new Set<number>();
  const found: string[] = [];
  for (const observation of seen) {
    if (observation.type === "claimEnded") serving.delete(observation.node);
    if (observation.type === "claim" && !serving.has(observation.node)) {
      serving.add(observation.node);
      found.push(`${observation.node}@${Math.round(observation.at)}`);
    }
  }
  return found;
}

export function milestones(seen: readonly Observation[], node: number): string[] {
  return seen.flatMap((observation) =>
    observation.type === "milestone" && observation.node === node
      ? [
          observation.reason === undefined
            ? observation.milestone
            : `${observation.milestone}: ${observation.reason}`,
        ]
      : [],
  );
}

export function outcomes(seen: readonly Observation[], node: number): string[] {
  return seen.flatMap((observation) =>
    observation.type === "written" && observation.node === node ? [observation.outcome] : [],
  );
}
