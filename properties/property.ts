/**
 * What a property is: a promise about every run, as a value. It says what it guarantees and what it assumes, judges a run
 * by folding over its observations, and names the mutants it must kill and the witnesses without which it would be vacuous.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import type { Assumption } from "./assumptions.ts";
import type { Finding, Undecided, UndecidedKinds, Violation, ViolationKinds } from "./violation.ts";
import type { Witness } from "./witness.ts";

/** `inconclusive`: the run ended before the promise could be judged; never counted as `holds`. */
type Ending<Broken, Open extends Undecided> =
  | { readonly type: "holds" }
  | { readonly type: "violated"; readonly violation: Broken }
  | ({ readonly type: "inconclusive" } & Open);

/** What is said of a run in the end. */
export type Verdict = Ending<Violation, Undecided>;

/** What a judge says of a run in the end. `Open`: why it may have to leave the question open; `never`: it has no such reason. */
export type Conclusion<Found extends Finding = Finding, Open extends Undecided = Undecided> = Ending<
  Found,
  Open
>;

/** The verdict that a promise was kept. */
export const HOLDS = Object.freeze({ type: "holds" });

/** How long something took beside what it may take, ms; the worst of a run. `what`: which of the property's bounds it is. */
export interface Margin<What extends string = string> {
  readonly tookMs: number;
  readonly boundMs: number;
  readonly what: What;
}

/** One run's fold. `seen` counts witnesses by their place in {@link Property.witnesses}. */
export interface Judge<
  Found extends Finding = Finding,
  Open extends Undecided = Undecided,
  What extends string = string,
> {
  observe(observation: Observation): Found | undefined;
  /** After the last observation. */
  conclude(): Conclusion<Found, Open>;
  readonly seen: readonly number[];
  /** Whether the run put the promise to the test. Absent: it did if a witness was seen. */
  readonly tested?: boolean;
  readonly worst?: Margin<What> | undefined;
}

/** A promise. `Found`: what its judge may find; `Open`: why it may leave the question open. */
export interface Property<
  Name extends string = string,
  Found extends Finding = Finding,
  Open extends Undecided = Undecided,
  What extends string = string,
> {
  /** As given on the command line. */
  readonly name: Name;
  readonly guarantee: string;
  /** Absent: it is about an election's coordinators. */
  readonly about?: "programs";
  readonly assumes: readonly Assumption[];
  /** Mutants that must not survive this property. */
  readonly kills: readonly string[];
  /** What must occur in some run. */
  readonly witnesses: readonly Witness[];
  /** Which observations the judge reads; it is given no others. */
  readonly reads: readonly ObservationType[];
  /** Every way in which it can be broken. */
  readonly kinds: ViolationKinds<Found>;
  /** Why a run may end before it can be judged. */
  readonly open: UndecidedKinds<Open>;
  /** The worst margin in a sentence; only of a property that measures one. */
  tellMargin?(worst: Margin<What>): string;
  readonly judge: (scenario: Scenario) => Judge<Found, Open, What>;
}

/** The assumptions of `property` that this scenario breaks. */
export function unmet({ assumes }: Pick<Property, "assumes">, scenario: Scenario): Assumption[] {
  return assumes.filter(({ holds }) => !holds(scenario));
}

/** Whether `property` promises anything about this scenario. */
export function applies(property: Pick<Property, "assumes">, scenario: Scenario): boolean {
  return unmet(property, scenario).length === 0;
}

/** A coordinator's name, for the facts of a violation. */
export function nameOf(scenario: Scenario, node: number): string {
  return scenario.coordinators[node]?.name ?? (node < 0 ? "etcd" : `coordinator ${node}`);
}
