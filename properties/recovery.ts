/**
 * Once the last fault is over, every role comes back to exactly one active coordinator, and stays there.
 */
import type { Observation } from "../models/observation.ts";
import { noticeBoundMs, recoveryBoundMs } from "../models/timing.ts";
import { environmentOf, slowestTiming } from "../src/simulation/scenario.ts";
import { seconds } from "../src/words/seconds.ts";
import { fittingNetwork, trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD_ITSELF } from "./disturbances.ts";
import { HOLDS, type Conclusion, type Judge, type Property } from "./property.ts";
import type { FindingOf, UndecidedKinds, UndecidedOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: those who could serve, and those who do. */
type Found = FindingOf<{
  readonly "nobody-serves": SinceLastFault;
  readonly "several-serve": SinceLastFault;
}>;

type SinceLastFault = {
  readonly role: string;
  readonly quietMs: number;
};

const kinds: ViolationKinds<Found> = {
  "nobody-serves": {
    cause: ["role"],
    tell: ({ at, facts: { quietMs, role }, nodes }) =>
      `${seconds(quietMs)} after ${quietMs < at ? "the last fault" : "the beginning"} nobody serves ${role}, though ${nodes.join(" and ")} could.`,
  },
  "several-serve": {
    cause: ["role"],
    tell: ({ facts: { quietMs, role }, nodes }) =>
      `${seconds(quietMs)} after the last fault ${nodes.join(" and ")} all serve ${role}.`,
  },
};

type Open = UndecidedOf<{
  readonly "too-soon-after-fault": { readonly quietMs: number; readonly boundMs: number };
  readonly "nobody-left": Record<never, never>;
}>;

const open: UndecidedKinds<Open> = {
  "too-soon-after-fault": {
    tell: ({ boundMs, quietMs }) =>
      `the run ends ${seconds(quietMs)} after its last fault; recovery may take ${seconds(boundMs)}`,
  },
  "nobody-left": { tell: () => "nobody who could serve is left in the end" },
};

export const recovery: Property<"recovery", Found, Open> = {
  name: "recovery",
  guarantee: "After the last fault every role with a live coordinator returns to exactly one active one.",
  assumes: [trueClocks, fittingNetwork],
  kills: [
    "standby-ignores-lease-loss",
    "blind-to-own-key",
    "never-asks-for-its-key",
    "confirms-anybody",
    "deaf-while-activating",
  ],
  witnesses: [
    witness("changed-hands", "after the last fault somebody serves who did not when it ended", "faults"),
  ],
  reads: [...DISTURBANCES, "milestone", "claim", "claimEnded", "end"],
  kinds,
  open,
  judge(scenario): Judge<Found, Open> {
    const timing = slowestTiming(scenario);
    const around = environmentOf(scenario);
    const usualMs = recoveryBoundMs(timing, around);
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
      get tested() {
        return lastFault > 0 && servedFrom.size > 0;
      },
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
      conclude(): Conclusion<Found, Open> {
        const roles = new Map<string, number[]>();
        scenario.coordinators.forEach(({ activeStandby, role }, node) => {
          const able = activeStandby && !leaving.has(node) && disturbances.isSound(node);
          if (able) roles.set(role, [...(roles.get(role) ?? []), node]);
        });
        const served = new Set(
          [...serving.values()].flatMap(({ role, until }) => (until > endedAt ? [role] : [])),
        );
        const deserted = scenario.coordinators.some(({ role }) => !roles.has(role) && !served.has(role));
        // That it is not broken because nobody is left to keep it is no merit.
        if (deserted) return { type: "inconclusive", kind: "nobody-left", facts: {} };
        if (roles.size === 0) return HOLDS;
        // A fault that is not over yet leaves nothing to judge.
        const lasting = [ETCD_ITSELF, ...scenario.coordinators.keys()].map((party) =>
          disturbances.touchedAt(party),
        );
        const quietMs = endedAt - Math.max(lastFault, ...lasting);
        // Whoever's watches brought nothing had to ask for itself.
        const muted = [...scenario.coordinators.keys()].some((node) =>
          disturbances.wasMuted(node, lastFault),
        );
        const boundMs = usualMs + (muted ? noticeBoundMs(timing, around) : 0);
        if (quietMs <= boundMs) {
          const facts = { quietMs: Math.max(0, quietMs), boundMs };
          return { type: "inconclusive", kind: "too-soon-after-fault", facts };
        }
        for (const [role, able] of roles) {
          const claims = [...serving].filter(([, claim]) => claim.role === role && claim.until > endedAt);
          const active = claims.map(([node]) => node);
          if (active.length === 1) {
            const came = claims.some(([, { since }]) => since > lastFault);
            if (came && (servedFrom.get(role) ?? endedAt) < lastFault) seen[0] = (seen[0] ?? 0) + 1;
            continue;
          }
          const facts = { role, quietMs: endedAt - lastFault };
          return {
            type: "violated",
            violation:
              active.length === 0
                ? { kind: "nobody-serves", at: endedAt, nodes: able, facts }
                : { kind: "several-serve", at: endedAt, nodes: active, facts },
          };
        }
        return HOLDS;
      },
    };
  },
};
