/** The probes of the known bugs: what the catalogue does not promise under every fault, and these scenarios must keep. */
import { keysFor } from "../../models/dialect.ts";
import { lostMessageTailMs } from "../../models/timing.ts";
import { asksToStop } from "../../src/simulation/fault.ts";
import { environmentOf, slowestTiming } from "../../src/simulation/scenario.ts";
import { seconds } from "../../src/words/seconds.ts";
import { useOf, type KeyUse } from "../key-use.ts";
import type { Property } from "../property.ts";
import type { FindingOf } from "../violation.ts";
import { probe, type Watchman } from "./probe.ts";
import {
  leaseOutlivesClaim,
  outlivesOutages,
  singleActiveAnywhere,
  ttlIsADeadline,
} from "./probes-of-etcd.ts";

/** `nodes`: who begins to serve. */
type NotItsKey = FindingOf<{
  readonly "active-key-gone": { readonly role: string; readonly token: number };
  readonly "active-key-of-another": {
    readonly role: string;
    readonly token: number;
    readonly currentToken: number;
  };
}>;

export const servesWhatItHolds = probe<"serves-what-it-holds", NotItsKey>({
  name: "serves-what-it-holds",
  guarantee: "Who begins to serve holds the active key at that moment.",
  reads: ["change", "milestone"],
  kinds: {
    "active-key-gone": {
      cause: ["role"],
      tell: ({ facts: { role, token }, nodes: [node] }) =>
        `${node} begins to serve ${role} under token ${token}, but the active key is gone.`,
    },
    "active-key-of-another": {
      cause: ["role"],
      tell: ({ facts: { currentToken, role, token }, nodes: [node] }) =>
        `${node} begins to serve ${role} under token ${token}, but the active key belongs to token ${currentToken}.`,
    },
  },
  watch: (scenario): Watchman<NotItsKey> => {
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
      return current === 0
        ? { kind: "active-key-gone", at, nodes: [node], facts: { role, token } }
        : { kind: "active-key-of-another", at, nodes: [node], facts: { role, token, currentToken: current } };
    };
  },
});

type NotRegistered = FindingOf<{ readonly "not-registered": { readonly waitedMs: number } }>;

export const registersPromptly = probe<"registers-promptly", NotRegistered>({
  name: "registers-promptly",
  guarantee: "A coordinator with a server id is registered soon after the last message that was lost.",
  reads: ["milestone", "message", "ended", "end", "request"],
  kinds: {
    "not-registered": {
      cause: [],
      tell: ({ facts: { waitedMs }, nodes: [node] }) =>
        `${node} has had a server id for ${seconds(waitedMs)} and nothing disturbed it since, ` +
        `but it is not registered.`,
    },
  },
  watch: (scenario): Watchman<NotRegistered> => {
    const tailMs = lostMessageTailMs(slowestTiming(scenario), environmentOf(scenario));
    const waiting = new Map<number, number>();
    return (observation) => {
      for (const [node, since] of waiting) {
        if (observation.at <= since + tailMs) continue;
        const facts = { waitedMs: tailMs };
        return { kind: "not-registered", at: since + tailMs, nodes: [node], facts };
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
});

type AskedAgain = FindingOf<{ readonly "lease-asked-again": { readonly count: number } }>;

export const oneLease = probe<"one-lease", AskedAgain>({
  name: "one-lease",
  guarantee: "A membership asks for one lease, unless the answer to its request was lost.",
  reads: ["milestone", "message", "request"],
  kinds: {
    "lease-asked-again": {
      cause: [],
      tell: ({ facts: { count }, nodes: [node] }) =>
        `${node} asks for lease number ${count} of one membership; those before are left to run out.`,
    },
  },
  watch: (): Watchman<AskedAgain> => {
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
      return { kind: "lease-asked-again", at, nodes: [node], facts: { count } };
    };
  },
});

type StillRuns = FindingOf<{
  readonly "still-runs": { readonly toldAtMs: number; readonly boundMs: number };
}>;

export const stopsWhenTold = probe<"stops-when-told", StillRuns>({
  name: "stops-when-told",
  guarantee:
    "A coordinator that is told to stop ends within the time of its attempts to give its lease back.",
  reads: ["fault", "ended", "end", "request"],
  kinds: {
    "still-runs": {
      cause: [],
      tell: ({ facts: { boundMs, toldAtMs }, nodes: [node] }) =>
        `${node} was told to stop at ${seconds(toldAtMs)} and still runs ${seconds(boundMs)} later.`,
    },
  },
  watch: (scenario): Watchman<StillRuns> => {
    const { backOffJitterMs, backOffMs, requestTimeoutMs } = slowestTiming(scenario);
    const boundMs = 3 * (requestTimeoutMs + backOffMs + backOffJitterMs);
    const told = new Map<number, number>();
    return (observation) => {
      for (const [node, since] of told) {
        if (observation.at <= since + boundMs) continue;
        const facts = { toldAtMs: since, boundMs };
        return { kind: "still-runs", at: since + boundMs, nodes: [node], facts };
      }
      if (observation.type === "ended") told.delete(observation.node);
      if (observation.type === "fault" && observation.phase === "begins" && asksToStop(observation.kind))
        told.set(observation.node, observation.at);
      return undefined;
    };
  },
});

type KeysLeft = FindingOf<{
  readonly "keys-left": { readonly keys: readonly string[]; readonly uses: readonly KeyUse[] };
}>;

export const leavesNothing = probe<"leaves-nothing", KeysLeft>({
  name: "leaves-nothing",
  guarantee: "Who says that it has stopped has left no key behind.",
  reads: ["change", "milestone"],
  kinds: {
    "keys-left": {
      cause: ["uses"],
      tell: ({ facts: { keys }, nodes: [node] }) =>
        `${node} says that it has stopped, but ${keys.join(" and ")} still stand under its lease.`,
    },
  },
  watch: (): Watchman<KeysLeft> => {
    const owners = new Map<string, { node: number; lease: string }>();
    return (observation) => {
      if (observation.type === "change") {
        const { kv, type } = observation.event;
        if (type === "DELETE") owners.delete(kv.key);
        else if (kv.lease !== "0") owners.set(kv.key, { node: observation.node, lease: kv.lease });
        return undefined;
      }
      if (observation.type !== "milestone" || observation.milestone !== "stopped") return undefined;
      const { at, leaseId, node, role } = observation;
      const keys = [...owners].filter(([, owner]) => owner.lease === leaseId).map(([key]) => key);
      if (keys.length === 0) return undefined;
      const facts = { keys, uses: keys.map((key) => useOf(key, role)) };
      return { kind: "keys-left", at, nodes: [node], facts };
    };
  },
});

/** Renewals are three a TTL, a question whether the role is held one; this leaves room for the odd broken watch. */
const MOST_A_TTL = 20;

type Restless = FindingOf<{
  readonly "restless-standby": { readonly count: number; readonly withinMs: number };
}>;

export const quietStandby = probe<"quiet-standby", Restless>({
  name: "quiet-standby",
  guarantee: `A standby that nothing disturbs sends at most ${MOST_A_TTL} requests within a TTL.`,
  reads: ["milestone", "request", "ended"],
  kinds: {
    "restless-standby": {
      cause: [],
      tell: ({ facts: { count, withinMs }, nodes: [node] }) =>
        `${node} has sent ${count} requests as a standby within ${seconds(withinMs)}, though nothing happened.`,
    },
  },
  watch: (scenario): Watchman<Restless> => {
    const { ttlMs } = slowestTiming(scenario);
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
      const facts = { count: recent.length, withinMs: at - (recent[0] ?? at) };
      return { kind: "restless-standby", at, nodes: [node], facts };
    };
  },
});

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
] as const satisfies readonly Property[];
