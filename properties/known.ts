/** Every property that this version can judge: those of the catalogue, the probes of known bugs, and those that need reruns. */
import type { Scenario } from "../src/simulation/scenario.ts";
import { probes } from "./bugs/probes.ts";
import { catalogue } from "./catalogue.ts";
import type { Property } from "./property.ts";
import { reruns } from "./reruns.ts";

/** What is promised of runs of such a scenario: of coordinators, or of programs where it has none. */
export function promisesAbout({ coordinators }: Scenario): readonly Property[] {
  return catalogue.filter(({ about }) => (about === "programs") === (coordinators.length === 0));
}

/** The property of that name that judges one run: a promise, or the probe of a known bug. */
export function judgedNamed(name: string | undefined): Property | undefined {
  return [...catalogue, ...probes].find((one) => one.name === name);
}

/** By name. */
export function knownProperties(): readonly string[] {
  return [...catalogue, ...probes, ...reruns].map(({ name }) => name);
}
