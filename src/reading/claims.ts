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
  /** Of each process by what it claims: a program may claim several things. */
  const open = claims.map(() => new Map<string, number>());
  for (const { n, observation } of seen) {
    if (observation.type !== "claim" && observation.type !== "claimEnded" && observation.type !== "unseen")
      continue;
    const { at: from, node } = observation;
    const own = open[node];
    if (observation.type === "claim") own?.set(observation.role, observation.until);
    else if (observation.type === "claimEnded") own?.delete(observation.role);
    else own?.clear();
    claims[node]?.push({ n, from, until: Math.max(0, ...(own?.values() ?? [])) });
  }
  return claims;
}

/** The mark that holds after event `n`. */
export function claimAfter(marks: readonly ClaimMark[], n: number): ClaimMark | undefined {
  return marks[countWhile(marks, (mark) => mark.n <= n) - 1];
}
