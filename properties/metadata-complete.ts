/**
 * Who begins to serve has read everything that was written before.
 */
import { historyKept } from "./assumptions.ts";
import { keysFor } from "../models/dialect.ts";
import type { Observation } from "../models/observation.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: the one who begins to serve. */
type Found = FindingOf<{
  readonly "write-not-loaded": {
    readonly role: string;
    readonly loadedRevision: number;
    /** Of the predecessor's write. */
    readonly missingRevision: number;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "write-not-loaded": {
    cause: ["role"],
    tell: ({ facts: { loadedRevision, missingRevision, role }, nodes: [node] }) =>
      `${node} begins to serve ${role} with metadata read at revision ${loadedRevision}; ` +
      `its predecessor's write at revision ${missingRevision} is missing from it.`,
  },
};

export const metadataComplete: Property<"metadata-complete", Found, never> = {
  name: "metadata-complete",
  guarantee: "A coordinator that begins to serve has loaded every metadata write of its predecessors.",
  assumes: [historyKept],
  kills: ["serves-without-reload", "keeps-old-metadata", "serves-after-failed-reload"],
  witnesses: [
    witness("predecessors-writes-loaded", "a successor loaded metadata that others had written", "faults"),
  ],
  reads: ["change", "milestone"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const roles = [...new Set(scenario.coordinators.map(({ role }) => role))].map((role) => ({
      role,
      keys: keysFor(role),
    }));
    /** By role: under which token each entry that is there was written, and at which revision. */
    const entries = new Map<string, Map<string, { readonly token: number; readonly revision: number }>>(
      roles.map(({ role }) => [role, new Map()]),
    );
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "change") {
          const { kv, type } = observation.event;
          for (const { keys, role } of roles) {
            if (!kv.key.startsWith(keys.metadata)) continue;
            const token = type === "PUT" ? Number.parseInt(kv.value, 10) : Number.NaN;
            // What others put there bears none, and may come while somebody loads.
            if (Number.isNaN(token)) entries.get(role)?.delete(kv.key);
            else entries.get(role)?.set(kv.key, { token, revision: kv.modRevision });
          }
          return undefined;
        }
        if (observation.type !== "milestone" || observation.milestone !== "active") return undefined;
        const { at, loadedRevision, node, role, token } = observation;
        // What a successor writes is not to be known; that two serve at once is another property's concern.
        let inherited = 0;
        for (const write of entries.get(role)?.values() ?? [])
          if (write.token < token) inherited = Math.max(inherited, write.revision);
        if (inherited > loadedRevision) {
          const facts = { role, loadedRevision, missingRevision: inherited };
          return { kind: "write-not-loaded", at, nodes: [node], facts };
        }
        if (inherited > 0) seen[0] = (seen[0] ?? 0) + 1;
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
