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
    /** Tokens and revisions of the metadata writes applied so far, the newest of each token, in order. */
    const writes = new Map<string, { token: number; revision: number }[]>();
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "change") {
          const { kv, type } = observation.event;
          if (type !== "PUT") return undefined;
          for (const { keys, role } of roles) {
            if (!kv.key.startsWith(keys.metadata)) continue;
            const write = { token: Number.parseInt(kv.value, 10), revision: kv.modRevision };
            // What others put there bears none, and may come while somebody loads.
            if (Number.isNaN(write.token)) continue;
            const known = writes.get(role) ?? [];
            writes.set(role, [...known.filter(({ token }) => token !== write.token), write]);
          }
          return undefined;
        }
        if (observation.type !== "milestone" || observation.milestone !== "active") return undefined;
        const { at, loadedRevision, node, role, token } = observation;
        // What a successor writes is not to be known; that two serve at once is another property's concern.
        const inherited =
          (writes.get(role) ?? []).filter((write) => write.token < token).at(-1)?.revision ?? 0;
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
