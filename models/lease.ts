/**
 * One lease as etcd's lessor sees it (etcd `server/lease/lessor.go`).
 *
 * The chart is the rule; a {@link Lease} is the data it is applied to. Where a lease stands is not stored: it follows from
 * the instant at which its time ends and from whether this server is the primary lessor, see {@link leaseState}.
 */
import { setup } from "xstate";
import { tabulate } from "./etcd/table.ts";
import type { Tree } from "./store/tree.ts";
import type { LeaseId } from "./etcd-api.ts";

/** A granted lease. Plain data. */
export interface Lease {
  readonly id: LeaseId;
  /** The granted TTL, at least the server's minimum. */
  readonly ttlSeconds: number;
  /** The server's own instant, in ms, at which its time ends unless renewed. */
  readonly expiresAtMs: number;
  /** The keys attached to it. */
  readonly keys: Tree<0>;
}

/**
 * `expired` is dead but not buried: the lease still exists for puts, its keys are still there, and it can not be revived.
 * `ageless`: no primary lessor, so that nobody's time runs.
 */
export type LeaseState = "alive" | "expired" | "ageless" | "revoked";
export type LeaseEvent = "renew" | "ttlEnds" | "revoke" | "demote" | "promote";
export type LeaseAction =
  | "restartTtl"
  | "answerTtl"
  | "answerWhenRevoked"
  | "answerWhenLed"
  | "deleteKeys"
  | "extendByElection";

export const leaseChart = setup({
  types: { events: {} as { type: LeaseEvent } },
  actions: {
    /** Its time ends a full TTL from now. */
    restartTtl: () => {},
    /** The renewal is answered at once, with the full TTL. */
    answerTtl: () => {},
    /** The renewal waits for the revocation and is then answered with TTL 0. */
    answerWhenRevoked: () => {},
    /** The renewal waits for the next leader. */
    answerWhenLed: () => {},
    /** Every attached key is deleted, bytewise in order, in one revision. */
    deleteKeys: () => {},
    /** Its time ends a full TTL and one election timeout from now, whatever was left of it. */
    extendByElection: () => {},
  },
}).createMachine({
  id: "lease",
  initial: "alive",
  states: {
    alive: {
      on: {
        renew: { actions: ["restartTtl", "answerTtl"] },
        ttlEnds: "expired",
        revoke: { target: "revoked", actions: "deleteKeys" },
        demote: "ageless",
      },
    },
    expired: {
      on: {
        renew: { actions: "answerWhenRevoked" },
        revoke: { target: "revoked", actions: "deleteKeys" },
        demote: "ageless",
      },
    },
    ageless: {
      on: {
        renew: { actions: "answerWhenLed" },
        promote: { target: "alive", actions: "extendByElection" },
      },
    },
    revoked: { type: "final" },
  },
});

export const LEASE_STATES: Readonly<Record<LeaseState, unknown>> = {
  alive: "alive",
  expired: "expired",
  ageless: "ageless",
  revoked: "revoked",
};
export const LEASE_EVENTS: readonly LeaseEvent[] = ["renew", "ttlEnds", "revoke", "demote", "promote"];

/** The chart, remembered. */
export const LEASE_TABLE = tabulate<LeaseState, LeaseEvent, LeaseAction>(
  leaseChart,
  LEASE_STATES,
  LEASE_EVENTS,
);

/** Where the lease stands at `nowMs` of the server's clock. `undefined` is a lease that nobody knows (any more). */
export function leaseState(lease: Lease | undefined, nowMs: number, hasLeader: boolean): LeaseState {
  if (lease === undefined) return "revoked";
  if (!hasLeader) return "ageless";
  return lease.expiresAtMs <= nowMs ? "expired" : "alive";
}

/** Whole seconds left, cut towards zero; negative when the revocation is late. */
export function remainingSeconds(lease: Lease, nowMs: number): number {
  // Adding 0 turns -0, which JSON does not have, into 0.
  return Math.trunc((lease.expiresAtMs - nowMs) / 1000) + 0;
}
