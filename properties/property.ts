/**
 * What a property is: a promise about every run, as a value. It says what it guarantees and what it assumes, judges a run
 * by folding over its observations, and names the mutants it must kill and the witnesses without which it would be vacuous.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import type { Assumption } from "./assumptions.ts";
import type { Witness } from "./witness.ts";

export interface Violation {
  readonly at: number;
  /** Who and what, and why it breaks the promise, in one or two sentences for people. */
  readonly story: string;
  /** The coordinators concerned, by place. */
  readonly nodes: readonly number[];
}

/** `inconclusive`: the run ended before the promise could be judged; never counted as `holds`. */
export type Verdict =
  | { readonly type: "holds" }
  | { readonly type: "violated"; readonly violation: Violation }
  | { readonly type: "inconclusive"; readonly why: string };

export const HOLDS: Verdict = Object.freeze({ type: "holds" });

/** How long something took beside what it may take, ms; the worst of a run. */
export interface Margin {
  readonly tookMs: number;
  readonly boundMs: number;
  readonly what: string;
}

/** One run's fold. `seen` counts witnesses by their place in {@link Property.witnesses}. */
export interface Judge {
  observe(observation: Observation): Violation | undefined;
  /** After the last observation. */
  conclude(): Verdict;
  readonly seen: readonly number[];
  readonly worst?: Margin | undefined;
}

export interface Property {
  /** As given on the command line. */
  readonly name: string;
  readonly guarantee: string;
  readonly assumes: readonly Assumption[];
  /** Mutants that must not survive this property. */
  readonly kills: readonly string[];
  /** What must occur in some run. */
  readonly witnesses: readonly Witness[];
  /** Which observations the judge reads; it is given no others. */
  readonly reads: readonly ObservationType[];
  readonly judge: (scenario: Scenario) => Judge;
}

/** The assumptions of `property` that this scenario breaks. */
export function unmet({ assumes }: Property, scenario: Scenario): Assumption[] {
  return assumes.filter(({ holds }) => !holds(scenario));
}

/** Whether `property` promises anything about this scenario. */
export function applies(property: Property, scenario: Scenario): boolean {
  return unmet(property, scenario).length === 0;
}

/** The names of the coordinators, for stories. */
export function nameOf(scenario: Scenario, node: number): string {
  return scenario.coordinators[node]?.name ?? (node < 0 ? "etcd" : `coordinator ${node}`);
}

/** Milliseconds as people read them: `61.204 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
