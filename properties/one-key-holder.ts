/**
 * The active key is created, never taken: as long as it stands, nobody puts their own name into it.
 */
import { keysFor } from "../models/dialect.ts";
import type { Observation } from "../models/observation.ts";
import { HOLDS, nameOf, type Judge, type Property } from "./property.ts";
import { witness } from "./witness.ts";

export const oneKeyHolder: Property = {
  name: "one-key-holder",
  guarantee: "The active key changes hands only by disappearing first.",
  assumes: [],
  kills: ["campaigns-unguarded"],
  witnesses: [witness("a rival's campaign found the role taken", "rivals")],
  reads: ["change", "milestone"],
  judge(scenario): Judge {
    const keys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    const holders = new Map<string, number>();
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "milestone") {
          const { milestone, node, role } = observation;
          const lost = milestone === "watching" || milestone === "outrun";
          if (lost && holders.get(keysFor(role).role) !== node) seen[0] = (seen[0] ?? 0) + 1;
          return undefined;
        }
        if (observation.type !== "change" || observation.event.type !== "PUT") return undefined;
        const { at, event, node } = observation;
        if (!keys.has(event.kv.key)) return undefined;
        holders.set(event.kv.key, node);
        if (event.kv.version === 1) return undefined;
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
