/**
 * Once the last fault is over, every role comes back to exactly one active coordinator, and stays there.
 */
import type { Observation } from "../models/observation.ts";
import { recoveryBoundMs, timingFor } from "../models/timing.ts";
import { environmentOf } from "../src/simulation/scenario.ts";
import { trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD } from "./disturbances.ts";
import { HOLDS, nameOf, seconds, type Judge, type Property, type Verdict } from "./property.ts";
import { witness } from "./witness.ts";

export const recovery: Property = {
  name: "recovery",
  guarantee: "After the last fault every role with a live coordinator returns to exactly one active one.",
  assumes: [trueClocks],
  kills: ["standby-ignores-lease-loss", "blind-to-own-key"],
  witnesses: [witness("after the last fault somebody serves who did not when it ended", "faults")],
  reads: [...DISTURBANCES, "milestone", "claim", "claimEnded", "end"],
  judge(scenario): Judge {
    const boundMs = recoveryBoundMs(timingFor(scenario.ttlSeconds), environmentOf(scenario));
    const disturbances = new Disturbances(scenario);
    const serving = new Map<number, { role: string; since: number; until: number }>();
    /** When each role was first served: before that there is nothing to come back to. */
    const servedFrom = new Map<string, number>();
    const leaving = new Set<number>();
    let lastFault = 0;
    let endedAt = 0;
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        if (disturbances.note(observation) !== undefined) {
          lastFault = Math.max(
            lastFault,
            observation.type === "message" ? observation.until : observation.at,
          );
        }
        if (observation.type === "claim") {
          const { at, node, role, until } = observation;
          const known = serving.get(node);
          serving.set(node, {
            role,
            since: known !== undefined && known.until >= at ? known.since : at,
            until,
          });
          if (!servedFrom.has(role)) servedFrom.set(role, at);
        } else if (observation.type === "claimEnded") serving.delete(observation.node);
        else if (observation.type === "milestone" && observation.milestone === "stopping")
          leaving.add(observation.node);
        else if (observation.type === "started") leaving.delete(observation.node);
        else if (observation.type === "end") endedAt = observation.at;
        return undefined;
      },
      conclude(): Verdict {
        const roles = new Map<string, number[]>();
        scenario.coordinators.forEach(({ activeStandby, role }, node) => {
          const able = activeStandby && !leaving.has(node) && disturbances.isSound(node);
          if (able) roles.set(role, [...(roles.get(role) ?? []), node]);
        });
        if (roles.size === 0) return HOLDS;
        // A fault that is not over yet leaves nothing to judge.
        const lasting = [ETCD, ...scenario.coordinators.keys()].map((party) => disturbances.touchedAt(party));
        const quietMs = endedAt - Math.max(lastFault, ...lasting);
        if (quietMs <= boundMs) {
          const why = `the run ends ${seconds(Math.max(0, quietMs))} after its last fault; recovery may take ${seconds(boundMs)}`;
          return { type: "inconclusive", why };
        }
        for (const [role, able] of roles) {
          const claims = [...serving].filter(([, claim]) => claim.role === role && claim.until > endedAt);
          const active = claims.map(([node]) => node);
          if (active.length === 1) {
            const came = claims.some(([, { since }]) => since > lastFault);
            if (came && (servedFrom.get(role) ?? endedAt) < lastFault) seen[0] = (seen[0] ?? 0) + 1;
            continue;
          }
          const names = (active.length === 0 ? able : active)
            .map((node) => nameOf(scenario, node))
            .join(" and ");
          return {
            type: "violated",
            violation: {
              at: endedAt,
              nodes: active.length === 0 ? able : active,
              story:
                active.length === 0
                  ? `${seconds(endedAt - lastFault)} after the last fault nobody serves ${role}, though ${names} could.`
                  : `${seconds(endedAt - lastFault)} after the last fault ${names} all serve ${role}.`,
            },
          };
        }
        return HOLDS;
      },
    };
  },
};
