/**
 * Who begins to serve has read everything that was written before.
 */
import { keysFor } from "../models/election.ts";
import type { Observation } from "../models/observation.ts";
import { HOLDS, nameOf, type Judge, type Property } from "./property.ts";

export const metadataComplete: Property = {
  name: "metadata-complete",
  guarantee: "A coordinator that begins to serve has loaded every metadata write of its predecessors.",
  assumes: [],
  kills: ["serves-without-reload", "keeps-old-metadata"],
  witnesses: ["a successor loaded metadata that others had written"],
  reads: ["change", "milestone"],
  judge(scenario): Judge {
    const roles = [...new Set(scenario.coordinators.map(({ role }) => role))].map((role) => ({ role, keys: keysFor(role) }));
    /** The newest write and the newest write of another token, by role. */
    const writes = new Map<string, { token: number; revision: number; olderRevision: number }>();
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "change") {
          const { kv, type } = observation.event;
          if (type !== "PUT") return undefined;
          for (const { keys, role } of roles) {
            if (!kv.key.startsWith(keys.metadata)) continue;
            const token = Number.parseInt(kv.value, 10);
            const last = writes.get(role);
            const olderRevision = last === undefined ? 0 : last.token === token ? last.olderRevision : last.revision;
            writes.set(role, { token, revision: kv.modRevision, olderRevision });
          }
          return undefined;
        }
        if (observation.type !== "milestone" || observation.milestone !== "active") return undefined;
        const { at, loadedRevision, node, role, token } = observation;
        const last = writes.get(role);
        if (last === undefined) return undefined;
        const inherited = last.token === token ? last.olderRevision : last.revision;
        if (inherited > loadedRevision) {
          return {
            at,
            nodes: [node],
            story:
              `${nameOf(scenario, node)} begins to serve ${role} with metadata read at revision ${loadedRevision}; ` +
              `its predecessor's write at revision ${inherited} is missing from it.`,
          };
        }
        if (inherited > 0) seen[0] = (seen[0] ?? 0) + 1;
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
