/**
 * No write of a superseded coordinator is ever applied, whatever clocks, pauses and the network do.
 */
import { keysFor } from "../models/dialect.ts";
import type { Observation } from "../models/observation.ts";
import { HOLDS, nameOf, seconds, type Judge, type Property } from "./property.ts";
import { witness } from "./witness.ts";

export const fencing: Property = {
  name: "fencing",
  guarantee: "No metadata write of a superseded coordinator is ever applied, under any fault.",
  assumes: [],
  kills: ["no-fencing", "fences-by-presence"],
  witnesses: [
    witness("a superseded write was refused", "faults"),
    witness("a write was applied under a second token", "faults"),
  ],
  reads: ["change", "written"],
  judge(scenario): Judge {
    const newest = new Map<string, number>();
    const roles = [...new Set(scenario.coordinators.map(({ role }) => role))].map((role) => ({
      role,
      keys: keysFor(role),
    }));
    const writers = new Set<number>();
    const seen = [0, 0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "written") {
          if (observation.outcome === "superseded") seen[0] = (seen[0] ?? 0) + 1;
          return undefined;
        }
        if (observation.type !== "change" || observation.event.type !== "PUT") return undefined;
        const { at, event, node } = observation;
        const { kv } = event;
        for (const { keys, role } of roles) {
          if (kv.key === keys.role) {
            // A token is born with the key; an overwriting put (which no one should do) bears none.
            if (kv.createRevision === kv.modRevision) newest.set(role, kv.modRevision);
            return undefined;
          }
          if (!kv.key.startsWith(keys.metadata)) continue;
          const token = Number.parseInt(kv.value, 10);
          const current = newest.get(role) ?? 0;
          if (token < current) {
            return {
              at,
              nodes: [node],
              story:
                `etcd applied ${nameOf(scenario, node)}'s write to ${kv.key} at revision ${kv.modRevision}. It carries ` +
                `token ${token}, but token ${current} had been given out: a superseded coordinator changed the ` +
                `metadata at ${seconds(at)}.`,
            };
          }
          writers.add(token);
          if (writers.size === 2) seen[1] = 1;
        }
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
