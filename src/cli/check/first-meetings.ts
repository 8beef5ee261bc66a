/** Which schedule was the first in this thread to bring a state of the chart and an event together: how far a check has come round. */
import { createHash } from "node:crypto";
import type { CompiledChart } from "../../../models/compiled-chart.ts";
import { variantNamed } from "../../../models/variants.ts";
import type { Variant } from "../../../models/variant.ts";
import { chartsOf } from "../../simulation/setup.ts";

export interface FirstMet {
  /** The schedule's place in its batch. */
  readonly at: number;
  /** The pairs of a state and an event, as short digests of their text. */
  readonly pairs: readonly string[];
}

const DIGEST_LENGTH = 12;

/** Of one variant in this thread; reads the charts' tables, and costs next to nothing while nothing new is met. */
export class FirstMeetings {
  static readonly #known = new Map<string, FirstMeetings>();
  readonly #variant: Variant;
  readonly #seen = new Set<string>();
  /** How much of each chart's list was read. */
  readonly #read = new Map<CompiledChart, number>();
  #firsts: FirstMet[] = [];

  private constructor(variant: Variant) {
    this.#variant = variant;
  }

  /** Throws a RangeError for a variant that is not known here. */
  static of(name: string): FirstMeetings {
    const variant = variantNamed(name);
    if (variant === undefined) throw new RangeError(`no variant named ${name}`);
    const known = this.#known.get(name) ?? new FirstMeetings(variant);
    this.#known.set(name, known);
    return known;
  }

  /** To be called when the schedule at that place of the batch is over. */
  after(at: number): void {
    const pairs: string[] = [];
    for (const chart of chartsOf(this.#variant)) {
      const met = chart.met();
      for (const { state, type } of met.slice(this.#read.get(chart) ?? 0)) {
        const text = `${chart.encode(state)} ${type}`;
        const digest = createHash("sha256").update(text).digest("hex").slice(0, DIGEST_LENGTH);
        if (this.#seen.has(digest)) continue;
        this.#seen.add(digest);
        pairs.push(digest);
      }
      this.#read.set(chart, met.length);
    }
    if (pairs.length > 0) this.#firsts.push({ at, pairs });
  }

  /** The batch's, which are forgotten. */
  take(): readonly FirstMet[] {
    const firsts = this.#firsts;
    this.#firsts = [];
    return firsts;
  }
}
