/**
 * A coordinator that nothing disturbs keeps what it has: no takeover without cause.
 */
import type { LossReason } from "../models/election.ts";
import type { Observation } from "../models/observation.ts";
import { seconds } from "../src/words/seconds.ts";
import { timingOf } from "../src/simulation/scenario.ts";
import { fittingNetwork, keysLeftAlone, trueClocks } from "./assumptions.ts";
import { Disturbances, DISTURBANCES, ETCD_ITSELF } from "./disturbances.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: the one who gave up. */
type Found = FindingOf<{
  readonly "undisturbed-gave-up": {
    /** Its own; absent: it gave none. */
    readonly reason?: LossReason;
    /** Since when nothing had befallen it or etcd. */
    readonly quietSinceMs: number;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "undisturbed-gave-up": {
    cause: ["reason"],
    tell: ({ at, facts: { quietSinceMs, reason }, nodes: [node] }) =>
      `${node} gave up its membership at ${seconds(at)} (${String(reason)}), although nothing had ` +
      `disturbed it or etcd since ${seconds(quietSinceMs)}.`,
  },
};

export const noCauselessLoss: Property<"no-causeless-takeover", Found, never> = {
  name: "no-causeless-takeover",
  guarantee:
    "A coordinator that is up and undisturbed, with an undisturbed etcd, loses neither lease nor role.",
  assumes: [trueClocks, fittingNetwork, keysLeftAlone],
  kills: ["renews-too-late", "deletes-rival", "renews-once"],
  witnesses: [witness("served-undisturbed", "an undisturbed coordinator served for two TTLs")],
  reads: [...DISTURBANCES, "milestone", "claim", "claimEnded"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const ttls = scenario.coordinators.map((_, node) => timingOf(scenario, node).ttlMs);
    const disturbances = new Disturbances(scenario);
    const servesSince = new Map<number, number>();
    const seen = [0];
    return {
      seen,
      observe(observation: Observation) {
        // First, for what is told of a loss excuses the next one and not itself.
        const found = causeless(disturbances, observation);
        disturbances.note(observation);
        if (observation.type === "claim") {
          const since = servesSince.get(observation.node);
          const ttlMs = ttls[observation.node] ?? Number.POSITIVE_INFINITY;
          if (since === undefined) servesSince.set(observation.node, observation.at);
          else if (
            observation.at - since > 2 * ttlMs &&
            disturbances.readyAt(observation.node) < observation.at - ttlMs
          )
            seen[0] = 1;
        }
        if (observation.type === "claimEnded") servesSince.delete(observation.node);
        return found;
      },
      conclude: () => HOLDS,
    };
  },
};

function causeless(disturbances: Disturbances, observation: Observation): Found | undefined {
  if (observation.type !== "milestone" || observation.milestone !== "lost") return undefined;
  const { at, node, reason } = observation;
  // A start is a disturbance too, so a newcomer's first steps are given their time.
  if (at <= disturbances.readyAt(node) || at <= disturbances.readyAt(ETCD_ITSELF)) return undefined;
  const quietSinceMs = Math.max(disturbances.touchedAt(node), disturbances.touchedAt(ETCD_ITSELF));
  const facts = { ...(reason === undefined ? {} : { reason }), quietSinceMs };
  return { kind: "undisturbed-gave-up", at, nodes: [node], facts };
}
