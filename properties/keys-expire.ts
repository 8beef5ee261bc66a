/**
 * What a dead process left in etcd disappears when its lease must have run out.
 */
import type { Observation } from "../models/observation.ts";
import { leaseDeathMs, outageTailMs, timingFor } from "../models/timing.ts";
import { environmentOf } from "../src/simulation/scenario.ts";
import { DEFAULT_META_ROOT } from "../models/dialect.ts";
import { trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD } from "./disturbances.ts";
import { HOLDS, nameOf, seconds, type Judge, type Property, type Violation } from "./property.ts";
import { witness } from "./witness.ts";

export const keysExpire: Property = {
  name: "keys-expire",
  guarantee:
    "Every session key of a process that is gone is deleted within its lease's TTL and one expiry scan.",
  assumes: [trueClocks],
  kills: ["session-without-lease", "role-without-lease"],
  witnesses: [witness("a dead process's keys expired", "faults")],
  reads: [...DISTURBANCES, "change", "end"],
  judge(scenario): Judge {
    const around = environmentOf(scenario);
    const deathMs = leaseDeathMs(timingFor(scenario.ttlSeconds), around) + around.oneWayMs;
    const disturbances = new Disturbances(scenario);
    const prefix = `${DEFAULT_META_ROOT}/session/`;
    const owners = new Map<string, number>();
    const orphans = new Map<string, { node: number; since: number }>();
    const seen = [0];

    const overdue = (at: number): Violation | undefined => {
      for (const [key, { node, since }] of orphans) {
        // A new leader starts every lease again (etcd lessor Promote); while etcd is away nothing expires. A renewal
        // that was still under way keeps the lease of the dead a little longer.
        const dueAt =
          Math.max(
            since,
            disturbances.heardUntil(node),
            disturbances.touchedAt(ETCD) + outageTailMs(around),
          ) + deathMs;
        if (at <= dueAt) continue;
        return {
          at: dueAt,
          nodes: [node],
          story: `${key} is still there ${seconds(at - since)} after ${nameOf(scenario, node)} died; its lease allows ${seconds(dueAt - since)}.`,
        };
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
