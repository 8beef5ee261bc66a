/**
 * At every instant of true time at most one coordinator of a role serves.
 */
import type { Observation } from "../models/observation.ts";
import { seconds } from "../src/words/seconds.ts";
import { historyKept, keysLeftAlone, leadersInTouch, steadyClocks } from "./assumptions.ts";
import { HOLDS, type Judge, type Property } from "./property.ts";
import type { FindingOf, ViolationKinds } from "./violation.ts";
import { witness } from "./witness.ts";

/** `nodes`: the one who served already, and the one who begins to. */
type Found = FindingOf<{
  readonly "two-active": Overlap & {
    /** When the other's claim ends by its own clock. */
    readonly untilMs: number;
    readonly overlapMs: number;
  };
  /** A metadata write is sent by one that serves no more by its own clock, or never did. */
  readonly "wrote-without-claim": { readonly endedAtMs: number };
  /** Nothing on the other's own clock ends its claim. */
  readonly "two-active-without-end": Overlap;
}>;

type Overlap = {
  readonly role: string;
  /** Of the one who begins to serve. */
  readonly token: number;
  readonly otherToken: number;
};

/** No claim is meant to last so long, ms. */
const ENDLESS_MS = 86_400_000;
/** A clock shows no less than this: a claim that is over when it is told has no length. */
const NOISE_MS = 1e-3;

const kinds: ViolationKinds<Found> = {
  "two-active": {
    cause: ["role"],
    tell: ({ facts, nodes }) =>
      `${tellOverlap(facts, nodes)}, until ${seconds(facts.untilMs)}: two are active for ${seconds(facts.overlapMs)}.`,
  },
  "wrote-without-claim": {
    cause: [],
    tell: ({ at, facts: { endedAtMs }, nodes: [node] }) =>
      `${node} sends a write at ${seconds(at)}, though its claim ended at ${seconds(endedAtMs)} by its own clock.`,
  },
  "two-active-without-end": {
    cause: ["role"],
    tell: ({ facts, nodes }) => `${tellOverlap(facts, nodes)}, and nothing on its own clock will end that.`,
  },
};

function tellOverlap({ otherToken, role, token }: Overlap, [other, node]: readonly string[]): string {
  return `${node} serves ${role} under token ${token} while ${other} still serves it under token ${otherToken}`;
}

export const singleActive: Property<"single-active", Found, never> = {
  name: "single-active",
  guarantee: "At every instant at most one coordinator of a role serves.",
  assumes: [steadyClocks, keysLeftAlone, leadersInTouch, historyKept],
  kills: [
    "claim-from-reply",
    "claim-never-ends",
    "claim-outlives-lease",
    "unknown-is-won",
    "deletes-rival",
    "claim-without-margin",
    "drains-after-revoke",
  ],
  witnesses: [
    witness("takeover", "another coordinator took over", "faults", "rivals"),
    witness("claim-ran-out", "a claim ended by its own clock", "faults"),
    witness(
      "asked-beside-paused",
      "another asked for the role while its holder stood still",
      "faults",
      "rivals",
    ),
  ],
  reads: ["claim", "claimEnded", "request", "fault"],
  kinds,
  open: {},
  judge(scenario): Judge<Found, never> {
    const claims = new Map<number, { role: string; token: number; until: number }>();
    const lastOf = new Map<string, number>();
    const paused = new Set<number>();
    const roleOf = (node: number) => scenario.coordinators[node]?.role;
    const seen = [0, 0, 0];
    return {
      seen,
      observe(observation: Observation) {
        if (observation.type === "claimEnded") {
          const claim = claims.get(observation.node);
          if (claim !== undefined && Math.abs(claim.until - observation.at) < 1) seen[1] = (seen[1] ?? 0) + 1;
          claims.delete(observation.node);
          return undefined;
        }
        if (observation.type === "fault") {
          if (observation.kind !== "pause") return undefined;
          if (observation.phase === "begins") paused.add(observation.node);
          else paused.delete(observation.node);
          return undefined;
        }
        if (observation.type === "request") {
          const { at, node } = observation;
          if (observation.purpose === "campaign")
            for (const other of paused)
              if (other !== node && claims.get(other)?.role === roleOf(node)) seen[2] = (seen[2] ?? 0) + 1;
          if (observation.purpose !== "write") return undefined;
          const endedAtMs = claims.get(node)?.until ?? 0;
          if (at <= endedAtMs + NOISE_MS) return undefined;
          return { kind: "wrote-without-claim", at, nodes: [node], facts: { endedAtMs } };
        }
        if (observation.type !== "claim") return undefined;
        const { at, node, role, token, until } = observation;
        for (const [other, claim] of claims) {
          if (other === node || claim.role !== role) continue;
          // A claim that ran out by its own clock serves no more, whether or not its process has noticed.
          const early = Math.min(claim.until, until);
          if (early <= at + NOISE_MS) continue;
          const nodes = [other, node];
          const overlap: Overlap = { role, token, otherToken: claim.token };
          return claim.until - at > ENDLESS_MS
            ? { kind: "two-active-without-end", at, nodes, facts: overlap }
            : {
                kind: "two-active",
                at,
                nodes,
                facts: { ...overlap, untilMs: claim.until, overlapMs: early - at },
              };
        }
        if (!claims.has(node)) {
          if (lastOf.has(role) && lastOf.get(role) !== node) seen[0] = (seen[0] ?? 0) + 1;
          lastOf.set(role, node);
        }
        claims.set(node, { role, token, until });
        return undefined;
      },
      conclude: () => HOLDS,
    };
  },
};
