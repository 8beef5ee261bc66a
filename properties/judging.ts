/**
 * One run under many judges: hands each observation to the properties that read it, and collects their verdicts.
 */
import type { Observation, ObservationType } from "../models/observation.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import { applies, type Judge, type Property, type Verdict } from "./property.ts";

export interface Judgement {
  readonly property: Property;
  /** Absent: the scenario is outside the property's assumptions. */
  readonly judge: Judge | undefined;
  /** Absent: outside, or the run was broken off by another property's violation. */
  readonly verdict: Verdict | undefined;
}

/** Judges of one run. Feed it every observation in order, then ask for {@link Panel.conclude}. */
export class Panel {
  readonly #readers: Readonly<Record<ObservationType, { judge: Judge; at: number }[]>> = {
    started: [],
    ended: [],
    milestone: [],
    claim: [],
    claimEnded: [],
    change: [],
    written: [],
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
    this.#judges = properties.map((property, at) => {
      if (!applies(property, scenario)) return undefined;
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
      const violation = judge.observe(observation);
      if (violation === undefined) continue;
      this.#verdicts[at] = { type: "violated", violation };
      this.broken = true;
    }
  }

  /** The first violation so far, if any. */
  violated(): { property: Property; verdict: Verdict & { type: "violated" } } | undefined {
    for (const [at, verdict] of this.#verdicts.entries()) {
      if (verdict?.type === "violated") return { property: this.#properties[at] as Property, verdict };
    }
    return undefined;
  }

  /** After the last observation. A run that was broken off has verdicts only where there was a violation. */
  conclude(): Judgement[] {
    return this.#properties.map((property, at) => {
      const judge = this.#judges[at];
      const verdict = this.#verdicts[at] ?? (this.broken ? undefined : judge?.conclude());
      return { property, judge, verdict };
    });
  }
}
