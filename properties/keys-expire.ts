/**
 * What a dead process left in etcd disappears when its lease must have run out.
 */
import type { Observation } from "../models/observation.ts";
import { leaseDeathMs, outageTailMs } from "../models/timing.ts";
import { environmentOf, timingOf } from "../src/simulation/scenario.ts";
import { DEFAULT_META_ROOT } from "../models/dialect.ts";
import { seconds } from "../src/words/seconds.ts";
import { historyKept, trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD_ITSELF } from "./disturbances.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import { useOf, type KeyUse } from "./key-use.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: the one who died. */
type Found = FindingOf<{
  readonly "key-outlives-lease": {
    readonly key: string;
    readonly use: KeyUse;
    readonly role: string;
    /** How long it has been dead. */
    readonly deadMs: number;
    /** How long its lease allows the key. */
    readonly allowedMs: number;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "key-outlives-lease": {
    cause: ["use", "role"],
    tell: ({ facts: { allowedMs, deadMs, key }, nodes: [node] }) =>
      `${key} is still there ${seconds(deadMs)} after ${node} died; its lease allows ${seconds(allowedMs)}.`,
  },
};

export const keysExpire: Property<"keys-expire", Found, never> = {
  name: "keys-expire",
  guarantee:
    "Every session key of a process that is gone is deleted within its lease's TTL and one expiry scan.",
  assumes: [trueClocks, historyKept],
  kills: ["session-without-lease", "role-without-lease"],
  witnesses: [witness("keys-expired", "a dead process's keys expired", "faults")],
  reads: [...DISTURBANCES, "change", "end"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const around = environmentOf(scenario);
    const disturbances = new Disturbances(scenario);
    const prefix = `${DEFAULT_META_ROOT}/session/`;
    const owners = new Map<string, number>();
    const orphans = new Map<string, { node: number; since: number }>();
    const seen = [0];

    const overdue = (at: number): Found | undefined => {
      for (const [key, { node, since }] of orphans) {
        // A new leader starts every lease again (etcd lessor Promote); while etcd is away nothing expires. A renewal
        // that was still under way keeps the lease of the dead a little longer.
        const deathMs = leaseDeathMs(timingOf(scenario, node), around) + around.oneWayMs;
        const dueAt =
          Math.max(
            since,
            disturbances.heardUntil(node),
            disturbances.touchedAt(ETCD_ITSELF) + outageTailMs(around),
          ) + deathMs;
        if (at <= dueAt) continue;
        const role = scenario.coordinators[node]?.role ?? "";
        const facts = { key, use: useOf(key, role), role, deadMs: at - since, allowedMs: dueAt - since };
        return { kind: "key-outlives-lease", at: dueAt, nodes: [node], facts };
      }
      return undefined;
    };

    return {
      seen,
      observe(observation: Observation) {
        if (orphans.size > 0) {
          const late = overdue(observation.at);
          if (late !== undefined) return late;
        }
        disturbances.note(observation);
        const { at } = observation;
        if (observation.type === "change") {
          const { cause, event, node } = observation;
          const { key } = event.kv;
          if (!key.startsWith(prefix) || key === `${prefix}id`) return undefined;
          if (event.type === "PUT") {
            owners.set(key, node);
            orphans.delete(key);
          } else {
            owners.delete(key);
            if (orphans.delete(key) && cause === "expiry") seen[0] = (seen[0] ?? 0) + 1;
          }
        } else if (observation.type === "ended") {
          for (const [key, node] of owners) {
            if (node === observation.node && !orphans.has(key)) orphans.set(key, { node, since: at });
          }
        }
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
