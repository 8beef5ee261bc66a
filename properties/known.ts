/** Every property that this version can judge: those of the catalogue, the probes of known bugs, and those that need reruns. */
import { probes } from "./bugs/probes.ts";
import { catalogue } from "./catalogue.ts";
import type { Property } from "./property.ts";
import { reruns } from "./reruns.ts";

/** Judged in one run. */
export function judgedProperties(): readonly Property[] {
  return [...catalogue, ...probes];
}

/** By name. */
export function knownProperties(): readonly string[] {
  return [...judgedProperties(), ...reruns].map(({ name }) => name);
}
