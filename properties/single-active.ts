/**
 * At every instant of true time at most one coordinator of a role serves.
 */
import type { Observation } from "../models/observation.ts";
import { keysLeftAlone, leadersInTouch, steadyClocks } from "./assumptions.ts";
import { HOLDS, nameOf, seconds, type Judge, type Property } from "./property.ts";
import { witness } from "./witness.ts";

export const singleActive: Property = {
  name: "single-active",
  guarantee: "At every instant at most one coordinator of a role serves.",
  assumes: [steadyClocks, keysLeftAlone, leadersInTouch],
  kills: [
    "claim-from-reply",
    "claim-never-ends",
    "claim-outlives-lease",
    "unknown-is-won",
    "deletes-rival",
    "claim-without-margin",
    "drains-after-revoke",
  ],
  witnesses: [
    witness("another coordinator took over", "faults", "rivals"),
    witness("a claim ended by its own clock", "faults"),
  ],
  reads: ["claim", "claimEnded"],
  judge(scenario): Judge {
    const claims = new Map<number, { role: string; token: number; until: number }>();
    const lastOf = new Map<string, number>();
    const seen = [0, 0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "claimEnded") {
          const claim = claims.get(observation.node);
          if (claim !== undefined && Math.abs(claim.until - observation.at) < 1) seen[1] = (seen[1] ?? 0) + 1;
          claims.delete(observation.node);
          return undefined;
        }
        if (observation.type !== "claim") return undefined;
        const { at, node, role, token, until } = observation;
        for (const [other, claim] of claims) {
          if (other === node || claim.role !== role) continue;
          // A claim that ran out by its own clock serves no more, whether or not its process has noticed.
          const [early, late] = claim.until <= until ? [claim.until, until] : [until, claim.until];
          if (Math.min(early, late) > at) {
            const still =
              claim.until > scenario.horizonMs
                ? `still serves it under token ${claim.token}, and nothing on its own clock will end that.`
                : `still serves it under token ${claim.token}, until ${seconds(claim.until)}: two are active for ` +
                  `${seconds(early - at)}.`;
            return {
              at,
              nodes: [other, node],
              story: `${nameOf(scenario, node)} serves ${role} under token ${token} while ${nameOf(scenario, other)} ${still}`,
            };
          }
        }
        if (!claims.has(node)) {
          if (lastOf.has(role) && lastOf.get(role) !== node) seen[0] = (seen[0] ?? 0) + 1;
          lastOf.set(role, node);
        }
        claims.set(node, { role, token, until });
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
