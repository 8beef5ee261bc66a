/** The probes of the known bugs: what the catalogue does not promise under every fault, and these scenarios must keep. */
import { keysFor } from "../../models/dialect.ts";
import { lostMessageTailMs, timingFor } from "../../models/timing.ts";
import { asksToStop } from "../../src/simulation/fault.ts";
import { environmentOf } from "../../src/simulation/scenario.ts";
import { nameOf, seconds, type Property } from "../property.ts";
import { singleActive } from "../single-active.ts";
import { probe } from "./probe.ts";

export const servesWhatItHolds = probe(
  "serves-what-it-holds",
  "Who begins to serve holds the active key at that moment.",
  ["change", "milestone"],
  (scenario) => {
    const roles = new Map(scenario.coordinators.map(({ role }) => [keysFor(role).role, role]));
    const tokens = new Map<string, number>();
    return (observation) => {
      if (observation.type === "change") {
        const { kv, type } = observation.event;
        const role = roles.get(kv.key);
        if (role !== undefined) tokens.set(role, type === "PUT" ? kv.createRevision : 0);
        return undefined;
      }
      if (observation.type !== "milestone" || observation.milestone !== "active") return undefined;
      const { at, node, role, token } = observation;
      const current = tokens.get(role) ?? 0;
      if (current === token) return undefined;
      const now = current === 0 ? "is gone" : `belongs to token ${current}`;
      return {
        at,
        nodes: [node],
        story: `${nameOf(scenario, node)} begins to serve ${role} under token ${token}, but the active key ${now}.`,
      };
    };
  },
);

export const registersPromptly = probe(
  "registers-promptly",
  "A coordinator with a server id is registered soon after the last message that was lost.",
  ["milestone", "message", "ended", "end", "request"],
  (scenario) => {
    const tailMs = lostMessageTailMs(timingFor(scenario.ttlSeconds), environmentOf(scenario));
    const waiting = new Map<number, number>();
    return (observation) => {
      for (const [node, since] of waiting) {
        if (observation.at <= since + tailMs) continue;
        return {
          at: since + tailMs,
          nodes: [node],
          story:
            `${nameOf(scenario, node)} has had a server id for ${seconds(tailMs)} and nothing disturbed it since, ` +
            `but it is not registered.`,
        };
      }
      if (observation.type === "ended") waiting.delete(observation.node);
      if (observation.type === "message" && waiting.has(observation.node))
        waiting.set(observation.node, Math.max(observation.at, observation.until));
      if (observation.type === "milestone") {
        if (observation.milestone === "identified") waiting.set(observation.node, observation.at);
        if (observation.milestone === "registered") waiting.delete(observation.node);
      }
      return undefined;
    };
  },
);

export const oneLease = probe(
  "one-lease",
  "A membership asks for one lease, unless the answer to its request was lost.",
  ["milestone", "message", "request"],
  (scenario) => {
    const grants = new Map<number, number>();
    return (observation) => {
      if (observation.type === "milestone" && observation.milestone === "identified")
        grants.set(observation.node, 0);
      if (observation.type === "message" && observation.purpose === "grant") grants.set(observation.node, 0);
      if (observation.type !== "request" || observation.purpose !== "grant") return undefined;
      const { at, node } = observation;
      const count = (grants.get(node) ?? 0) + 1;
      grants.set(node, count);
      if (count < 2) return undefined;
      return {
        at,
        nodes: [node],
        story: `${nameOf(scenario, node)} asks for lease number ${count} of one membership; those before are left to run out.`,
      };
    };
  },
);

export const stopsWhenTold = probe(
  "stops-when-told",
  "A coordinator that is told to stop ends within the time of its attempts to give its lease back.",
  ["fault", "ended", "end", "request"],
  (scenario) => {
    const { backOffJitterMs, backOffMs, requestTimeoutMs } = timingFor(scenario.ttlSeconds);
    const boundMs = 3 * (requestTimeoutMs + backOffMs + backOffJitterMs);
    const told = new Map<number, number>();
    return (observation) => {
      for (const [node, since] of told) {
        if (observation.at <= since + boundMs) continue;
        return {
          at: since + boundMs,
          nodes: [node],
          story: `${nameOf(scenario, node)} was told to stop at ${seconds(since)} and still runs ${seconds(boundMs)} later.`,
        };
      }
      if (observation.type === "ended") told.delete(observation.node);
      if (observation.type === "fault" && observation.phase === "begins" && asksToStop(observation.kind))
        told.set(observation.node, observation.at);
      return undefined;
    };
  },
);

export const leavesNothing = probe(
  "leaves-nothing",
  "Who says that it has stopped has left no key behind.",
  ["change", "milestone"],
  (scenario) => {
    const owners = new Map<string, { node: number; lease: string }>();
    return (observation) => {
      if (observation.type === "change") {
        const { kv, type } = observation.event;
        if (type === "DELETE") owners.delete(kv.key);
        else if (kv.lease !== "0") owners.set(kv.key, { node: observation.node, lease: kv.lease });
        return undefined;
      }
      if (observation.type !== "milestone" || observation.milestone !== "stopped") return undefined;
      const { at, leaseId, node } = observation;
      const left = [...owners].filter(([, owner]) => owner.lease === leaseId).map(([key]) => key);
      if (left.length === 0) return undefined;
      return {
        at,
        nodes: [node],
        story: `${nameOf(scenario, node)} says that it has stopped, but ${left.join(" and ")} still stand under its lease.`,
      };
    };
  },
);

/** Renewals are three a TTL, a question whether the role is held one; this leaves room for the odd broken watch. */
const MOST_A_TTL = 20;

export const quietStandby = probe(
  "quiet-standby",
  `A standby that nothing disturbs sends at most ${MOST_A_TTL} requests within a TTL.`,
  ["milestone", "request", "ended"],
  (scenario) => {
    const { ttlMs } = timingFor(scenario.ttlSeconds);
    const sent = new Map<number, number[]>();
    return (observation) => {
      if (observation.type === "milestone") {
        if (observation.milestone === "standby") sent.set(observation.node, []);
        if (observation.milestone === "won" || observation.milestone === "lost")
          sent.delete(observation.node);
      }
      if (observation.type === "ended") sent.delete(observation.node);
      if (observation.type !== "request") return undefined;
      const { at, node } = observation;
      const recent = sent.get(node)?.filter((instant) => instant > at - ttlMs);
      if (recent === undefined) return undefined;
      recent.push(at);
      sent.set(node, recent);
      if (recent.length <= MOST_A_TTL) return undefined;
      return {
        at,
        nodes: [node],
        story:
          `${nameOf(scenario, node)} has sent ${recent.length} requests as a standby within ` +
          `${seconds(at - (recent[0] ?? at))}, though nothing happened.`,
      };
    };
  },
);

export const outlivesOutages = probe(
  "outlives-outages",
  "An outage of etcd ends no coordinator's process.",
  ["ended"],
  (scenario) => (observation) => {
    if (observation.type !== "ended" || observation.cause !== "exit") return undefined;
    const { at, node } = observation;
    return {
      at,
      nodes: [node],
      story: `${nameOf(scenario, node)}'s process ends by itself at ${seconds(at)}, because etcd was away.`,
    };
  },
);

/** What people believe of a TTL; etcd does not promise it. */
export const ttlIsADeadline = probe(
  "ttl-is-a-deadline",
  "The keys of a dead process are deleted within its TTL and one scan, whatever etcd goes through.",
  ["ended", "change", "end", "fault"],
  (scenario) => {
    const boundMs = timingFor(scenario.ttlSeconds).ttlMs + environmentOf(scenario).leaseScanMs;
    const keys = new Set(scenario.coordinators.map(({ role }) => keysFor(role).role));
    const holders = new Map<string, number>();
    const dead = new Map<string, number>();
    return (observation) => {
      const { at } = observation;
      for (const [key, since] of dead) {
        if (at <= since + boundMs) continue;
        return {
          at: since + boundMs,
          nodes: [holders.get(key) ?? -1],
          story: `${key} is still there ${seconds(boundMs)} after its holder died.`,
        };
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
);

/** What a claim by one's own clock stands on, and an etcd before 3.4.31 or 3.5.13 may break. */
export const leaseOutlivesClaim = probe(
  "lease-outlives-claim",
  "An active key does not expire while its holder may serve by its own clock.",
  ["claim", "claimEnded", "change"],
  (scenario) => {
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
      return {
        at,
        nodes: [holder],
        story: `${event.kv.key} expires, though ${nameOf(scenario, holder)} renewed its lease and may serve until ${seconds(until)}.`,
      };
    };
  },
);

/** The promise without its assumption about etcd. */
export const singleActiveAnywhere: Property = {
  ...singleActive,
  name: "single-active-anywhere",
  guarantee: "At every instant at most one coordinator of a role serves, on any release of etcd.",
  assumes: [],
  kills: [],
  witnesses: [],
};

export const probes = [
  servesWhatItHolds,
  registersPromptly,
  oneLease,
  stopsWhenTold,
  leavesNothing,
  quietStandby,
  outlivesOutages,
  ttlIsADeadline,
  leaseOutlivesClaim,
  singleActiveAnywhere,
];
