/**
 * No two memberships ever draw the same server id.
 */
import type { Observation } from "../models/observation.ts";
import { historyKept } from "./assumptions.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: whose it was, and who took it. */
type Found = FindingOf<{
  readonly "id-drawn-twice": { readonly serverId: number };
}>;

const kinds: ViolationKinds<Found> = {
  "id-drawn-twice": {
    cause: [],
    tell: ({ facts: { serverId }, nodes: [owner, node] }) =>
      `${node} took server id ${serverId}, which ${owner} had been given before.`,
  },
};

export const uniqueIds: Property<"unique-ids", Found, never> = {
  name: "unique-ids",
  guarantee: "No two registrations draw the same server id, in whatever role.",
  assumes: [historyKept],
  kills: ["shares-ids", "unknown-id-is-mine"],
  witnesses: [
    witness("two-drew-ids", "two coordinators drew ids", "rivals"),
    witness("new-id-after-loss", "a coordinator came back under a new id", "faults"),
  ],
  reads: ["milestone"],
  kinds,
  open: {},
  judge(): Judge<Found, never> {
    const owners = new Map<number, number>();
    const nodes = new Set<number>();
    const seen = [0, 0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type !== "milestone" || observation.milestone !== "identified") return undefined;
        const { at, node, serverId } = observation;
        const owner = owners.get(serverId);
        if (owner !== undefined)
          return { kind: "id-drawn-twice", at, nodes: [owner, node], facts: { serverId } };
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
