/**
 * One run under many judges: hands each observation to the properties that read it, and collects their verdicts.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import type { Assumption } from "./assumptions.ts";
import type { Conclusion, Judge, Property, Verdict } from "./property.ts";
import type { Finding, Violation } from "./violation.ts";

/** What one property says of one run. */
export interface Judgement {
  readonly property: Property;
  /** Absent: the scenario is outside the property's assumptions. */
  readonly judge: Judge | undefined;
  /** Absent: outside, or the run was broken off by another property's violation. */
  readonly verdict: Verdict | undefined;
}

/** The judges of one run. Feed it every observation in order, then ask for {@link RunJudges.conclude}. */
export class RunJudges {
  readonly #readers: Readonly<Record<ObservationType, { judge: Judge; at: number }[]>> = {
    started: [],
    ended: [],
    milestone: [],
    claim: [],
    claimEnded: [],
    change: [],
    written: [],
    note: [],
    unseen: [],
    request: [],
    message: [],
    fault: [],
    end: [],
  };
  /** Whether some property is violated already. */
  broken = false;
  readonly #properties: readonly Property[];
  readonly #judges: (Judge | undefined)[];
  readonly #verdicts: (Verdict | undefined)[];

  constructor(properties: readonly Property[], scenario: Scenario) {
    this.#properties = properties;
    this.#verdicts = properties.map(() => undefined);
    const held = new Map<Assumption, boolean>();
    this.#judges = properties.map((property, at) => {
      if (!appliesTo(scenario, property, held)) return undefined;
      const judge = property.judge(scenario);
      for (const type of property.reads) this.#readers[type].push({ judge, at });
      return judge;
    });
  }

  observe(observation: Observation): void {
    const readers = this.#readers[observation.type];
    for (let index = 0; index < readers.length; index++) {
      const { at, judge } = readers[index] as (typeof readers)[number];
      // The first violation stands; what follows from it is its consequence.
      if (this.#verdicts[at] !== undefined) continue;
      const found = judge.observe(observation);
      if (found === undefined) continue;
      this.#verdicts[at] = {
        type: "violated",
        violation: asViolation(this.#properties[at] as Property, found),
      };
      this.broken = true;
    }
  }

  /** After the last observation. A run that was broken off has verdicts only where there was a violation. */
  conclude(): Judgement[] {
    return this.#properties.map((property, at) => {
      const judge = this.#judges[at];
      const verdict =
        this.#verdicts[at] ??
        (this.broken || judge === undefined ? undefined : concluded(property, judge.conclude()));
      return { property, judge, verdict };
    });
  }
}

/** As `applies` says, asking each assumption once for all properties. */
function appliesTo(
  scenario: Scenario,
  { assumes }: Pick<Property, "assumes">,
  held: Map<Assumption, boolean>,
): boolean {
  for (const assumption of assumes) {
    let holds = held.get(assumption);
    if (holds === undefined) held.set(assumption, (holds = assumption.holds(scenario)));
    if (!holds) return false;
  }
  return true;
}

/** What a judge of `property` found, as a violation of it. */
export function asViolation(
  { name }: Pick<Property, "name">,
  { at, facts, kind, nodes }: Finding,
): Violation {
  return { property: name, kind, at, nodes, facts };
}

function concluded(property: Property, conclusion: Conclusion): Verdict {
  if (conclusion.type !== "violated") return conclusion;
  return { type: "violated", violation: asViolation(property, conclusion.violation) };
}
