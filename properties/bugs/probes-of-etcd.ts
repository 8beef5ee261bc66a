/** Probes of what people expect of etcd, and what it does not promise. */
import { keysFor } from "../../models/dialect.ts";
import { environmentOf, slowestTiming } from "../../src/simulation/scenario.ts";
import { seconds } from "../../src/words/seconds.ts";
import { singleActive } from "../single-active.ts";
import type { FindingOf } from "../violation.ts";
import { probe, type Watchman } from "./probe.ts";

type ProcessEnded = FindingOf<{ readonly "process-ended": Readonly<Record<never, never>> }>;

export const outlivesOutages = probe<"outlives-outages", ProcessEnded>({
  name: "outlives-outages",
  guarantee: "An outage of etcd ends no coordinator's process.",
  reads: ["ended"],
  kinds: {
    "process-ended": {
      cause: [],
      tell: ({ at, nodes: [node] }) =>
        `${node}'s process ends by itself at ${seconds(at)}, because etcd was away.`,
    },
  },
  watch: (): Watchman<ProcessEnded> => (observation) => {
    if (observation.type !== "ended" || observation.cause !== "exit") return undefined;
    const { at, node } = observation;
    return { kind: "process-ended", at, nodes: [node], facts: {} };
  },
});

/** `nodes`: who held the key. */
type Outlived = FindingOf<{
  readonly "key-outlives-ttl": { readonly key: string; readonly boundMs: number };
}>;

/** What people believe of a TTL; etcd does not promise it. */
export const ttlIsADeadline = probe<"ttl-is-a-deadline", Outlived>({
  name: "ttl-is-a-deadline",
  guarantee:
    "The keys of a dead process are deleted within its TTL and one scan, whatever etcd goes through.",
  reads: ["ended", "change", "end", "fault"],
  kinds: {
    "key-outlives-ttl": {
      cause: ["key"],
      tell: ({ facts: { boundMs, key } }) =>
        `${key} is still there ${seconds(boundMs)} after its holder died.`,
    },
  },
  watch: (scenario): Watchman<Outlived> => {
    const boundMs = slowestTiming(scenario).ttlMs + environmentOf(scenario).leaseScanMs;
    const keys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    const holders = new Map<string, number>();
    const dead = new Map<string, number>();
    return (observation) => {
      const { at } = observation;
      for (const [key, since] of dead) {
        if (at <= since + boundMs) continue;
        const nodes = [holders.get(key) ?? -1];
        return { kind: "key-outlives-ttl", at: since + boundMs, nodes, facts: { key, boundMs } };
      }
      if (observation.type === "change" && keys.has(observation.event.kv.key)) {
        const { kv, type } = observation.event;
        dead.delete(kv.key);
        if (type === "PUT") holders.set(kv.key, observation.node);
        else holders.delete(kv.key);
      }
      if (observation.type === "ended")
        for (const [key, node] of holders) if (node === observation.node) dead.set(key, at);
      return undefined;
    };
  },
});

/** `nodes`: who holds the key. */
type Expired = FindingOf<{
  readonly "claimed-key-expired": {
    readonly key: string;
    /** Until when its holder may serve by its own clock; absent: for ever. */
    readonly untilMs?: number;
  };
}>;

/** What a claim by one's own clock stands on, and an etcd before 3.4.31 or 3.5.13 may break. */
export const leaseOutlivesClaim = probe<"lease-outlives-claim", Expired>({
  name: "lease-outlives-claim",
  guarantee: "An active key does not expire while its holder may serve by its own clock.",
  reads: ["claim", "claimEnded", "change"],
  kinds: {
    "claimed-key-expired": {
      cause: ["key"],
      tell: ({ facts: { key, untilMs = Number.POSITIVE_INFINITY }, nodes: [holder] }) =>
        `${key} expires, though ${holder} renewed its lease and may serve until ${seconds(untilMs)}.`,
    },
  },
  watch: (scenario): Watchman<Expired> => {
    const claims = new Map<number, number>();
    const holders = new Map<string, number>();
    const keys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    return (observation) => {
      if (observation.type === "claim") claims.set(observation.node, observation.until);
      if (observation.type === "claimEnded") claims.delete(observation.node);
      if (observation.type !== "change" || !keys.has(observation.event.kv.key)) return undefined;
      const { at, cause, event, node } = observation;
      if (event.type === "PUT") holders.set(event.kv.key, node);
      const holder = holders.get(event.kv.key);
      if (cause !== "expiry" || holder === undefined) return undefined;
      const until = claims.get(holder) ?? 0;
      if (until <= at) return undefined;
      const facts = { key: event.kv.key, ...(Number.isFinite(until) ? { untilMs: until } : {}) };
      return { kind: "claimed-key-expired", at, nodes: [holder], facts };
    };
  },
});

/** The promise without its assumption about etcd. */
export const singleActiveAnywhere = {
  ...singleActive,
  name: "single-active-anywhere",
  guarantee: "At every instant at most one coordinator of a role serves, on any release of etcd.",
  assumes: [],
  kills: [],
  witnesses: [],
} as const;
