/**
 * No hot loop: whatever fails, a coordinator asks etcd no more often than its back-off allows.
 */
import { timingFor } from "../models/timing.ts";
import type { Observation } from "../models/observation.ts";
import { kindNamed } from "../src/simulation/fault.ts";
import type { Purpose } from "../src/kv/kv.ts";
import { seconds } from "../src/words/seconds.ts";
import { ttlSecondsOf } from "../src/simulation/scenario.ts";
import { trueClocks } from "./assumptions.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** One membership from its server id to serving: nine requests and watches, and the revoke that ends it. */
const REQUESTS_A_ROUND = 10;

/** The most requests a coordinator may send in `windowMs`: one round at once, and one more after each back-off. */
export function requestLimit(ttlSeconds: number, windowMs: number): number {
  const { backOffMs, renewRetryMs } = timingFor(ttlSeconds);
  return REQUESTS_A_ROUND * (2 + windowMs / backOffMs) + windowMs / renewRetryMs;
}

/** `nodes`: the one who asks too often. */
type Found = FindingOf<{
  readonly "too-many-requests": {
    readonly count: number;
    readonly withinMs: number;
    /** How many are allowed in `windowMs`. */
    readonly limit: number;
    readonly windowMs: number;
    /** Of the last one. */
    readonly purpose: Purpose;
  };
}>;

const kinds: ViolationKinds<Found> = {
  "too-many-requests": {
    cause: ["purpose"],
    tell: ({ facts: { count, limit, purpose, windowMs, withinMs }, nodes: [node] }) =>
      `${node} sent ${count} requests within ${seconds(withinMs)}; ` +
      `its back-off allows ${limit} in ${seconds(windowMs)}. The last one is a ${purpose}.`,
  },
};

/** A coordinator's last requests, as many as it may send within the window, and one more. */
interface Recent {
  readonly windowMs: number;
  readonly limit: number;
  readonly at: number[];
  count: number;
  /** The last one. */
  purpose: Purpose;
}

/** Whether it asks the same again, after an attempt that must have failed. */
function repeats(ring: Recent, { at, purpose }: { readonly at: number; readonly purpose: Purpose }): boolean {
  const last = ring.at[(ring.count - 1) % (ring.limit + 1)] ?? at;
  const again = ring.count > 0 && ring.purpose === purpose && at - last < ring.windowMs;
  ring.purpose = purpose;
  return again;
}

export const bounded: Property<"bounded-requests", Found, never> = {
  name: "bounded-requests",
  guarantee: "A coordinator never sends more requests than its back-off allows, whatever fails.",
  assumes: [trueClocks],
  kills: ["hot-loop", "renews-without-pause", "confuses-units"],
  witnesses: [witness("repeated-in-outage", "requests were repeated while etcd did not serve", "faults")],
  reads: ["request", "fault"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const recent = scenario.coordinators.map((setup): Recent => {
      const ttlSeconds = ttlSecondsOf(scenario, setup);
      const windowMs = 10 * timingFor(ttlSeconds).backOffMs;
      const limit = Math.ceil(requestLimit(ttlSeconds, windowMs));
      return { windowMs, limit, at: [], count: 0, purpose: "" };
    });
    let outages = 0;
    let tested = false;
    /** What each last asked for during an outage. */
    const lastAsked = new Map<number, Purpose>();
    const seen = [0];
    return {
      seen,
      get tested() {
        return tested;
      },
      observe(observation: Observation) {
        if (observation.type === "fault") {
          if (kindNamed(observation.kind)?.outage !== undefined)
            outages += observation.phase === "begins" ? 1 : -1;
          return undefined;
        }
        // The service decides how often it writes; the election does not.
        if (observation.type !== "request" || observation.purpose === "write") return undefined;
        if (outages === 0) lastAsked.delete(observation.node);
        else if (lastAsked.get(observation.node) === observation.purpose) seen[0] = (seen[0] ?? 0) + 1;
        else lastAsked.set(observation.node, observation.purpose);
        const ring = recent[observation.node];
        if (ring === undefined) return undefined;
        tested ||= repeats(ring, observation);
        const { limit, windowMs } = ring;
        const slot = ring.count % (limit + 1);
        const oldest = ring.at[slot] ?? 0;
        ring.at[slot] = observation.at;
        ring.count += 1;
        if (ring.count <= limit + 1 || observation.at - oldest >= windowMs) return undefined;
        const { at, node, purpose } = observation;
        const facts = { count: limit + 1, withinMs: at - oldest, limit, windowMs, purpose };
        return { kind: "too-many-requests", at, nodes: [node], facts };
      },
      conclude: () => HOLDS,
    };
  },
};
