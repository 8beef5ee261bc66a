/**
 * A property's own judge over observations that lines tell of. Beside its finding it gives the fewest lines in which the same judge
 * still finds the same: they are the proof.
 */
import type { Observation } from "../../models/observation.ts";
import type { Property } from "../../properties/property.ts";
import type { Finding } from "../../properties/violation.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { LinePlace } from "./fact.ts";

/** An observation and the line that tells of it. */
export interface PlacedObservation {
  readonly place: LinePlace;
  readonly observation: Observation;
}

/** What a judge found, and where. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly lines: readonly LinePlace[];
}

/** The first violation in these observations, in their order. */
export function findingIn(
  property: Property,
  given: Scenario,
  observations: readonly PlacedObservation[],
): { readonly finding: Finding; readonly upTo: number } | undefined {
  const judge = property.judge(given);
  const reads = new Set(property.reads);
  for (const [index, { observation }] of observations.entries()) {
    if (!reads.has(observation.type)) continue;
    const finding = judge.observe(observation);
    if (finding !== undefined) return { finding, upTo: index };
  }
  return undefined;
}

/**
 * The same with its proof. Only of promises to which an observation less can add no violation: whatever is left out here might as
 * well be missing from the log.
 */
export function provenIn(
  property: Property,
  given: Scenario,
  observations: readonly PlacedObservation[],
): PlacedFinding | undefined {
  const found = findingIn(property, given, observations);
  if (found === undefined) return undefined;
  let kept = observations.slice(0, found.upTo + 1);
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < kept.length;) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (findingIn(property, given, fewer)?.finding.kind === found.finding.kind) kept = fewer;
      else from += size;
    }
  const finding = findingIn(property, given, kept)?.finding ?? found.finding;
  return { finding, lines: kept.map(({ place }) => place) };
}
