/**
 * The active key is created, never taken: as long as it stands, nobody puts their own name into it.
 */
import { keysFor } from "../models/election.ts";
import type { Observation } from "../models/observation.ts";
import { HOLDS, nameOf, type Judge, type Property } from "./property.ts";

export const oneKeyHolder: Property = {
  name: "one-key-holder",
  guarantee: "The active key changes hands only by disappearing first.",
  assumes: [],
  kills: ["campaigns-unguarded"],
  witnesses: ["a rival's campaign found the role taken"],
  reads: ["change", "milestone"],
  judge(scenario): Judge {
    const keys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "milestone") {
          if (observation.milestone === "watching" || observation.milestone === "outrun")
            seen[0] = (seen[0] ?? 0) + 1;
          return undefined;
        }
        if (observation.type !== "change" || observation.event.type !== "PUT") return undefined;
        const { at, event, node } = observation;
        if (!keys.has(event.kv.key) || event.kv.version === 1) return undefined;
        return {
          at,
          nodes: [node],
          story: `${nameOf(scenario, node)} wrote over ${event.kv.key}, which was there already (version ${event.kv.version}).`,
        };
      },
      conclude: () => HOLDS,
    };
  },
};
