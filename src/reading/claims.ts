/** Until when each process may serve by its own clock, as it said whenever that moved. */
import { processesOf } from "../simulation/scenario.ts";
import type { SeenRun } from "./seen.ts";
import { countWhile } from "./sorted.ts";

/** From `from`, event `n`, on it may serve until `until`; 0: it serves no more. */
export interface ClaimMark {
  readonly n: number;
  readonly from: number;
  /** True ms; Infinity: for ever. */
  readonly until: number;
}

/** In order, by the process' place. */
export function claimsOf({ scenario, seen }: SeenRun): ClaimMark[][] {
  const claims = processesOf(scenario).map((): ClaimMark[] => []);
  for (const { n, observation } of seen) {
    const { at, type } = observation;
    if (type === "claim") claims[observation.node]?.push({ n, from: at, until: observation.until });
    else if (type === "claimEnded" || type === "unseen")
      claims[observation.node]?.push({ n, from: at, until: 0 });
  }
  return claims;
}

/** The mark that holds after event `n`. */
export function claimAfter(marks: readonly ClaimMark[], n: number): ClaimMark | undefined {
  return marks[countWhile(marks, (mark) => mark.n <= n) - 1];
}
