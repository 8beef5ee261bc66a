/**
 * A broken promise as data. Each property declares the kinds of its violations with the facts of each; the sentence for people
 * is made last, by the kind's own `tell`, and nothing is ever read off it.
 */
import { nameOfNode } from "../src/simulation/names.ts";
import type { Scenario } from "../src/simulation/scenario.ts";

/** Plain JSON; coordinators stand in it by name, units end names. */
export type ViolationFacts = Readonly<Record<string, unknown>>;

type FactsByKind = Readonly<Record<string, ViolationFacts>>;

/** What a judge finds: one of its property's kinds, with that kind's facts. */
export interface Finding<Kind extends string = string, Of extends ViolationFacts = ViolationFacts> {
  readonly kind: Kind;
  /** When the promise broke, true ms: a bound may have passed before anybody looked. */
  readonly at: number;
  /** The coordinators concerned, by place; -1: etcd. */
  readonly nodes: readonly number[];
  readonly facts: Of;
}

/** The findings of these kinds, as a union. */
export type FindingOf<Kinds extends FactsByKind> = {
  readonly [Kind in keyof Kinds & string]: Finding<Kind, Kinds[Kind]>;
}[keyof Kinds & string];

/** Why a run ended before a promise could be judged. */
export interface Undecided<Kind extends string = string, Of extends ViolationFacts = ViolationFacts> {
  readonly kind: Kind;
  readonly facts: Of;
}

/** The same of these kinds, as a union. */
export type UndecidedOf<Kinds extends FactsByKind> = {
  readonly [Kind in keyof Kinds & string]: Undecided<Kind, Kinds[Kind]>;
}[keyof Kinds & string];

/** A finding under the name of the property that it breaks. */
export type Violation<Name extends string = string, Found extends Finding = Finding> = Found & {
  readonly property: Name;
};

/** A violation apart from a run: whoever is concerned stands by name. What is told, written and compared. */
export interface NamedViolation {
  readonly property: string;
  readonly kind: string;
  readonly at: number;
  readonly nodes: readonly string[];
  readonly facts: ViolationFacts;
}

/** What a kind's sentence is made from. */
export interface Account<Of> {
  readonly at: number;
  /** Names of the coordinators concerned, in the judge's order. */
  readonly nodes: readonly string[];
  readonly facts: Of;
}

/** One way to break a promise. */
export interface ViolationKind<Of> {
  /**
   * The facts that say why, apart from whom, when and how much. Two violations of one kind that agree in them are broken for
   * the same reason.
   */
  readonly cause: readonly string[];
  /** Who and what, and why it breaks the promise, in one or two sentences. */
  tell(account: Account<Of>): string;
  /** Lines below the sentence, for whoever has room. */
  details?(facts: Of): readonly string[];
}

/** The facts of one kind out of a union. */
type FactsOf<Of extends Undecided, Kind extends string> = Extract<Of, { readonly kind: Kind }>["facts"];

/** Every kind of a property: the compiler asks for each, and for nothing else. */
export type ViolationKinds<Found extends Finding> = {
  readonly [Kind in Found["kind"]]: ViolationKind<FactsOf<Found, Kind>> & {
    readonly cause: readonly (keyof FactsOf<Found, Kind> & string)[];
  };
};

/** How each reason of a run to say nothing is told. */
export type UndecidedKinds<Open extends Undecided> = {
  readonly [Kind in Open["kind"]]: { tell(facts: FactsOf<Open, Kind>): string };
};

/** The violations of some properties, as a union by `property` and `kind`. */
export type ViolationOf<
  Judged extends { readonly name: string; readonly judge: (...given: never[]) => unknown },
> = Judged extends {
  readonly name: infer Name extends string;
  readonly judge: (...given: never[]) => {
    observe(observation: never): (infer Found extends Finding) | undefined;
  };
}
  ? Violation<Name, Found>
  : never;

/** The violation with the names of the processes concerned instead of their places. */
export function named({ at, facts, kind, nodes, property }: Violation, scenario: Scenario): NamedViolation {
  return { property, kind, at, nodes: nodes.map((node) => nameOfNode(scenario, node)), facts };
}
