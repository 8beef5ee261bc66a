/** No two registrations draw the same server id: its fold remembers those that were drawn, as long as somebody could draw them again. */
import type { Observation } from "../../../models/observation.ts";
import { BROKEN, type PromiseFold } from "../memory.ts";

type Drawn = readonly { readonly serverId: number }[];

export function uniqueIdsFold(): PromiseFold<Drawn> {
  return {
    name: "unique-ids",
    reads: ["milestone"],
    begin: [],
    elapse: (memory) => memory,
    observe(drawn, seen) {
      const { milestone, serverId } = seen as Extract<Observation, { type: "milestone" }>;
      if (milestone !== "identified") return drawn;
      if (drawn.some((one) => one.serverId === serverId)) return BROKEN;
      return [...drawn, { serverId }].sort((one, other) => one.serverId - other.serverId);
    },
    // Whoever draws one has read it from the counter or found none; so nobody draws what nobody knows.
    forget: (drawn, isKnown) => drawn.filter(({ serverId }) => isKnown(serverId)),
  };
}
