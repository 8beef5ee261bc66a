/** What was seen of a run, each with the event during which it was: of one that was recorded, or that runs just now. */
import type { Observation } from "../../models/observation.ts";
import type { Scenario } from "../simulation/scenario.ts";
import { readObservation } from "../trace/meaning.ts";
import type { RecordedRun } from "./run.ts";

/** Something that was seen during event `n`; 0: before the first. */
export interface Noticed {
  readonly n: number;
  readonly observation: Observation;
}

/** All that was seen of a run, in order. */
export interface SeenRun {
  readonly scenario: Scenario;
  readonly seen: readonly Noticed[];
  /** How far the run is known, true ms. */
  readonly untilMs: number;
}

/** What a trace says was seen. */
export function seenIn({ end, events, header, untilMs }: RecordedRun): SeenRun {
  const { scenario } = header;
  // A coordinator's own recording does not say whose each is.
  const seen = events.flatMap(({ at, n, node, seen: all = [] }) =>
    all.map((one): Noticed => {
      const whose = one.node === undefined ? { ...one, node } : one;
      return { n, observation: readObservation(whose, at, scenario) };
    }),
  );
  for (const one of end?.seen ?? [])
    seen.push({ n: events.at(-1)?.n ?? 0, observation: readObservation(one, untilMs, scenario) });
  return { scenario, seen, untilMs };
}
