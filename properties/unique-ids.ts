/**
 * No two memberships ever draw the same server id.
 */
import type { Observation } from "../models/observation.ts";
import { HOLDS, nameOf, type Judge, type Property } from "./property.ts";
import { witness } from "./witness.ts";

export const uniqueIds: Property = {
  name: "unique-ids",
  guarantee: "No two registrations draw the same server id, in whatever role.",
  assumes: [],
  kills: ["shares-ids", "unknown-id-is-mine"],
  witnesses: [
    witness("two coordinators drew ids", "rivals"),
    witness("a coordinator came back under a new id", "faults"),
  ],
  reads: ["milestone"],
  judge(scenario): Judge {
    const owners = new Map<number, number>();
    const nodes = new Set<number>();
    const seen = [0, 0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type !== "milestone" || observation.milestone !== "identified") return undefined;
        const { at, node, serverId } = observation;
        const owner = owners.get(serverId);
        if (owner !== undefined) {
          return {
            at,
            nodes: [owner, node],
            story: `${nameOf(scenario, node)} took server id ${serverId}, which ${nameOf(scenario, owner)} had been given before.`,
          };
        }
        if (nodes.has(node)) seen[1] = (seen[1] ?? 0) + 1;
        nodes.add(node);
        if (nodes.size === 2) seen[0] = 1;
        owners.set(serverId, node);
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
