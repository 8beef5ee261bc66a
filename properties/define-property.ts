/** A promise of one's own, from code outside of this package: a fold over what is seen, and what to say where it is broken. */
import type { Observation, ObservationType } from "../models/observation.ts";
import { OWN_NAME } from "../models/define-variant.ts";
import { OwnCodeError } from "../models/own-code-error.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import type { Assumption } from "./assumptions.ts";
import { HOLDS, type Conclusion, type Judge, type Property } from "./property.ts";
import { named, type Finding, type ViolationKinds } from "./violation.ts";
import type { Witness } from "./witness.ts";

/** Sees each observation in order. `tested` says that the run put the promise to the test; without it every run does. */
export type Fold<Found extends Finding> = (observation: Observation, tested: () => void) => Found | undefined;

/** What is said of a promise. */
export interface PropertyDefinition<Found extends Finding> {
  /** As given on the command line: small letters, digits and dashes. */
  readonly name: string;
  /** What it promises, in a sentence. */
  readonly guarantee: string;
  /** Which observations the judge is given. */
  readonly reads: readonly ObservationType[];
  /** Every way in which it can be broken, and how that is told. */
  readonly kinds: ViolationKinds<Found>;
  /** A fold for each run; or a whole judge, where the end of a run decides or witnesses are counted. */
  readonly judge: (scenario: Scenario) => Fold<Found> | Judge<Found>;
  /** Under what it promises anything. Default: always. */
  readonly assumes?: readonly Assumption[];
  /** What must occur in some run of a whole check, counted by a judge's `seen`. */
  readonly witnesses?: readonly Witness[];
}

const defined = new WeakSet<object>();

/** A promise for `leasehold check --property ./mine.ts`. Throws a TypeError where the definition cannot be one. */
export function defineProperty<Found extends Finding>(definition: PropertyDefinition<Found>): Property {
  const { assumes = [], guarantee, judge, kinds, name, reads, witnesses = [] } = definition;
  const complain = (what: string) => new TypeError(`defineProperty: ${what}`);
  if (typeof name !== "string" || !OWN_NAME.test(name))
    throw complain(`name: ${JSON.stringify(name)} is no name: write small letters, digits and dashes`);
  if (typeof guarantee !== "string" || guarantee.trim() === "")
    throw complain(`${name} has no guarantee: say in a sentence what it promises`);
  if (!Array.isArray(reads) || reads.length === 0)
    throw complain(`${name} reads nothing: say which observations it judges, such as reads: ["claim"]`);
  if (typeof judge !== "function") throw complain(`${name} has no judge: a function of the scenario`);
  if (typeof kinds !== "object" || kinds === null || Object.keys(kinds).length === 0)
    throw complain(`${name} has no kinds: say how it can be broken`);
  const property: Property = {
    name,
    guarantee,
    assumes,
    kills: [],
    witnesses,
    reads,
    kinds,
    open: {},
    judge: (scenario) => new SayingJudge(name, kinds, scenario, judge(scenario)),
  };
  defined.add(property);
  return property;
}

/** Whether a value is a promise that was made by {@link defineProperty}. */
export function isDefinedProperty(value: unknown): value is Property {
  return typeof value === "object" && value !== null && defined.has(value);
}

/** Leaves its sentence with what it finds, so that a trace tells it where the promise's code is not at hand. */
export class SayingJudge<Found extends Finding> implements Judge {
  readonly #name: string;
  readonly #kinds: ViolationKinds<Found>;
  readonly #scenario: Scenario;
  readonly #judge: Fold<Found> | Judge<Found>;
  #tested = false;

  constructor(
    name: string,
    kinds: ViolationKinds<Found>,
    scenario: Scenario,
    judge: Fold<Found> | Judge<Found>,
  ) {
    this.#name = name;
    this.#kinds = kinds;
    this.#scenario = scenario;
    this.#judge = judge;
    if (typeof judge === "function") this.#tested = judge.length < 2;
  }

  get seen(): readonly number[] {
    return typeof this.#judge === "function" ? [] : this.#judge.seen;
  }

  get tested(): boolean {
    if (typeof this.#judge === "function") return this.#tested;
    return this.#judge.tested ?? this.#judge.seen.some((times) => times > 0);
  }

  observe(observation: Observation): Finding | undefined {
    const found =
      typeof this.#judge === "function"
        ? this.#judge(observation, () => void (this.#tested = true))
        : this.#judge.observe(observation);
    return found === undefined ? undefined : this.#said(found);
  }

  conclude(): Conclusion {
    if (typeof this.#judge === "function") return HOLDS;
    const conclusion = this.#judge.conclude();
    return conclusion.type === "violated"
      ? { type: "violated", violation: this.#said(conclusion.violation) }
      : conclusion;
  }

  #said(found: Found): Finding {
    const { at, facts, kind, nodes } = found;
    if (!Number.isFinite(at) || !Array.isArray(nodes) || typeof facts !== "object" || facts === null)
      throw new OwnCodeError(
        `the property ${this.#name} found ${JSON.stringify(found)}, which is no finding: it has a kind, at, nodes and facts`,
      );
    const known: Readonly<Record<string, { tell(account: unknown): string }>> = this.#kinds;
    const { nodes: names } = named({ ...found, property: this.#name }, this.#scenario);
    if (!Object.hasOwn(known, kind))
      throw new OwnCodeError(
        `the property ${this.#name} found ${JSON.stringify(kind)}, which is none of its kinds`,
      );
    return {
      at,
      kind,
      nodes,
      facts: { ...facts, says: known[kind]?.tell({ at, nodes: names, facts }) ?? kind },
    };
  }
}
