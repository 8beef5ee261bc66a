/**
 * The active key is created, never taken: as long as it stands, nobody puts their own name into it.
 */
import { historyKept } from "./assumptions.ts";
import { keysFor } from "../models/dialect.ts";
import type { Observation } from "../models/observation.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: the one who wrote. */
type Found = FindingOf<{
  readonly "active-key-overwritten": {
    readonly key: string;
    /** How often it has been written by now. */
    readonly version: number;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "active-key-overwritten": {
    cause: ["key"],
    tell: ({ facts: { key, version }, nodes: [node] }) =>
      `${node} wrote over ${key}, which was there already (version ${version}).`,
  },
};

export const oneKeyHolder: Property<"one-key-holder", Found, never> = {
  name: "one-key-holder",
  guarantee: "The active key changes hands only by disappearing first.",
  assumes: [historyKept],
  kills: ["campaigns-unguarded"],
  witnesses: [
    witness("campaign-lost", "a rival's campaign found the role taken", "rivals"),
    witness("campaigns-crossed", "two asked for the role before either had an answer", "faults", "rivals"),
  ],
  reads: ["change", "milestone", "request"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const keys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    const holders = new Map<string, number>();
    /** Of each role: who asked for it last, and when. */
    const asked = new Map<string, { readonly at: number; readonly node: number }>();
    // Nothing arrives sooner.
    const roundTripMs = 2 * scenario.network.delayMs;
    const seen = [0, 0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "request") {
          const { at, node, purpose } = observation;
          const role = scenario.coordinators[node]?.role;
          if (purpose !== "campaign" || role === undefined) return undefined;
          const before = asked.get(role);
          if (before !== undefined && before.node !== node && at < before.at + roundTripMs)
            seen[1] = (seen[1] ?? 0) + 1;
          asked.set(role, { at, node });
          return undefined;
        }
        if (observation.type === "milestone") {
          const { milestone, node, role } = observation;
          const lost = milestone === "watching" || milestone === "outrun";
          if (lost && holders.get(keysFor(role).role) !== node) seen[0] = (seen[0] ?? 0) + 1;
          return undefined;
        }
        if (observation.type !== "change" || observation.event.type !== "PUT") return undefined;
        const { at, event, node } = observation;
        const { key, version } = event.kv;
        if (!keys.has(key)) return undefined;
        holders.set(key, node);
        if (version === 1) return undefined;
        return { kind: "active-key-overwritten", at, nodes: [node], facts: { key, version } };
      },
      conclude: () => HOLDS,
    };
  },
};
