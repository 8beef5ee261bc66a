/**
 * No write of a superseded coordinator is ever applied, whatever clocks, pauses and the network do.
 */
import { historyKept } from "./assumptions.ts";
import { keysFor } from "../models/dialect.ts";
import type { Observation } from "../models/observation.ts";
import { seconds } from "../src/words/seconds.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: the one who wrote. */
type Found = FindingOf<{
  readonly "superseded-write-applied": {
    readonly role: string;
    readonly key: string;
    readonly revision: number;
    /** What the write carries. */
    readonly token: number;
    /** The newest that had been given out. */
    readonly newestToken: number;
  };
  readonly "superseded-deletion-applied": {
    readonly role: string;
    readonly key: string;
    readonly revision: number;
    /** Of whoever deleted, the newest; 0: it never had any. */
    readonly token: number;
    readonly newestToken: number;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "superseded-write-applied": {
    cause: ["role"],
    tell: ({ at, facts: { key, newestToken, revision, token }, nodes: [node] }) =>
      `etcd applied ${node}'s write to ${key} at revision ${revision}. It carries ` +
      `token ${token}, but token ${newestToken} had been given out: a superseded coordinator changed the ` +
      `metadata at ${seconds(at)}.`,
  },
  "superseded-deletion-applied": {
    cause: ["role"],
    tell: ({ at, facts: { key, newestToken, revision, token }, nodes: [node] }) =>
      `etcd deleted ${key} at revision ${revision} because ${node} asked, which ` +
      `${token === 0 ? "never had a token" : `had token ${token} last`}, but token ${newestToken} had been given out: ` +
      `a superseded coordinator changed the metadata at ${seconds(at)}.`,
  },
};

export const fencing: Property<"fencing", Found, never> = {
  name: "fencing",
  guarantee: "No metadata write of a superseded coordinator is ever applied, under any fault.",
  assumes: [historyKept],
  kills: ["no-fencing", "fences-by-presence", "writes-anyway", "deletes-unguarded"],
  witnesses: [
    witness("superseded-write-refused", "a superseded write was refused", "faults"),
    witness("second-token-wrote", "a write was applied under a second token", "faults"),
    witness("second-token-deleted", "an entry was deleted after a second token had been given out", "faults"),
  ],
  reads: ["change", "written", "milestone"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const newest = new Map<string, number>();
    const roles = [...new Set(scenario.coordinators.map(({ role }) => role))].map((role) => ({
      role,
      keys: keysFor(role),
    }));
    const writers = new Set<number>();
    /** The newest token of each coordinator, by place. A deletion bears none; its sender has no newer one. */
    const tokens = new Map<number, number>();
    const seen = [0, 0, 0];
    const see = (at: number) => (seen[at] = (seen[at] ?? 0) + 1);
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "written") {
          if (observation.outcome === "superseded") see(0);
          return undefined;
        }
        if (observation.type === "milestone") {
          const { node, token } = observation;
          tokens.set(node, Math.max(token, tokens.get(node) ?? 0));
          return undefined;
        }
        if (observation.type !== "change") return undefined;
        const { at, event, node } = observation;
        const { kv, type } = event;
        for (const { keys, role } of roles) {
          if (kv.key === keys.role) {
            // A token is born with the key; an overwriting put (which no one should do) bears none.
            if (type === "PUT" && kv.createRevision === kv.modRevision) newest.set(role, kv.modRevision);
            return undefined;
          }
          if (!kv.key.startsWith(keys.metadata)) continue;
          // What others put or delete there bears no token.
          if (type === "DELETE" && node < 0) continue;
          const token = type === "PUT" ? Number.parseInt(kv.value, 10) : (tokens.get(node) ?? 0);
          if (Number.isNaN(token)) continue;
          const newestToken = newest.get(role) ?? 0;
          if (token < newestToken) {
            const kind = type === "PUT" ? "superseded-write-applied" : "superseded-deletion-applied";
            const { key, modRevision: revision } = kv;
            const facts = { role, key, revision, token, newestToken };
            return { kind, at, nodes: [node], facts };
          }
          writers.add(token);
          if (writers.size < 2) continue;
          seen[1] = 1;
          if (type === "DELETE") see(2);
        }
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
