/**
 * The lessor: all leases, and the keys attached to them (etcd `server/lease/lessor.go`).
 */
import { LEASE_TABLE, leaseState, type Lease } from "../lease.ts";
import { treeDue, treeGet, treeKeys, treePut, treeRemove, type Tree } from "../store/tree.ts";
import { NO_LEASE, type LeaseId, type StoreEvent } from "../etcd-api.ts";
import { nextOnGrid, type SimulatedEtcdOptions, type Lessor } from "./types.ts";

/** A longer TTL is refused. etcd server/lease/lessor.go. */
export const MAX_TTL_SECONDS = 9_000_000_000;

/** From this number of leases on, a new leader spreads their ends; it is also twice the scan limit. */
const PILE_UP = 1000;

export function createLessor(nowMs: number): Lessor {
  return { leases: null, scanOriginMs: nowMs, lastScanMs: nowMs, picked: 0 };
}

/** The least TTL in seconds: one and a half election timeouts in whole heartbeats, rounded up to seconds. */
export function minimumTtlSeconds({ electionTimeoutMs, heartbeatMs }: SimulatedEtcdOptions): number {
  const electionTicks = Math.floor(electionTimeoutMs / heartbeatMs);
  return Math.ceil((Math.floor((3 * electionTicks) / 2) * heartbeatMs) / 1000);
}

/** A positive 63-bit id that no lease has; above 2^53, so that nobody takes ids for JavaScript numbers. */
export function pickLeaseId(lessor: Lessor): { readonly id: LeaseId; readonly picked: number } {
  let { picked } = lessor;
  let id: LeaseId;
  do id = `7587${String(++picked).padStart(15, "0")}`;
  while (treeGet(lessor.leases, id) !== undefined);
  return { id, picked };
}

export function withLease(leases: Tree<Lease>, lease: Lease): Tree<Lease> {
  return treePut(leases, lease.id, lease, lease.expiresAtMs);
}

export function withLeases(lessor: Lessor, leases: Tree<Lease>): Lessor {
  const { scanOriginMs, lastScanMs, picked } = lessor;
  return { leases, scanOriginMs, lastScanMs, picked };
}

/** The lease with a full TTL from now on. */
export function restarted(lease: Lease, nowMs: number): Lease {
  return {
    id: lease.id,
    ttlSeconds: lease.ttlSeconds,
    expiresAtMs: nowMs + lease.ttlSeconds * 1000,
    keys: lease.keys,
  };
}

/** Moves keys between leases as the changes of a committed transaction say. */
export function reattach(lessor: Lessor, events: readonly StoreEvent[]): Lessor {
  let { leases } = lessor;
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as StoreEvent;
    const from = event.prevKv === undefined ? NO_LEASE : event.prevKv.lease;
    const to = event.kv.lease;
    if (from === to) continue;
    leases = changeKeys(leases, from, event.kv.key, false);
    leases = changeKeys(leases, to, event.kv.key, true);
  }
  return leases === lessor.leases ? lessor : withLeases(lessor, leases);
}

function changeKeys(leases: Tree<Lease>, id: LeaseId, key: string, attach: boolean): Tree<Lease> {
  if (id === NO_LEASE) return leases;
  const lease = treeGet(leases, id);
  // A lease under revocation is gone before its keys are.
  if (lease === undefined) return leases;
  const keys = attach ? treePut<0>(lease.keys, key, 0) : treeRemove(lease.keys, key);
  return withLease(leases, { id, ttlSeconds: lease.ttlSeconds, expiresAtMs: lease.expiresAtMs, keys });
}

/** The next scan that will find something; Infinity if there is no lease. */
export function nextScanMs(lessor: Lessor, options: SimulatedEtcdOptions): number {
  const { leases, scanOriginMs, lastScanMs } = lessor;
  if (leases === null) return Infinity;
  const interval = options.leaseScanIntervalMs;
  const soonest = scanOriginMs + Math.ceil((leases.least - scanOriginMs) / interval) * interval;
  return soonest > lastScanMs ? soonest : nextOnGrid(lastScanMs, scanOriginMs, interval);
}

/** The leases that a scan now hands over for revocation: those whose time ended first, at most the limit. */
export function expiredLeases(lessor: Lessor, nowMs: number, limit: number): Lease[] {
  const expired = treeDue(lessor.leases, nowMs, []);
  return byExpiry(
    expired.filter((lease) => LEASE_TABLE[leaseState(lease, nowMs, true)].revoke.next === "revoked"),
  ).slice(0, limit);
}

/** Lease ids, the one whose time ends first foremost. */
export function leasesByExpiry(lessor: Lessor): LeaseId[] {
  return byExpiry(treeDue(lessor.leases, Infinity, [])).map((lease) => lease.id);
}

function byExpiry(leases: Lease[]): Lease[] {
  return leases.sort((left, right) => left.expiresAtMs - right.expiresAtMs || (left.id < right.id ? -1 : 1));
}

/** Attached keys, bytewise in order. */
export function keysOf(lease: Lease): string[] {
  return treeKeys(lease.keys);
}

/**
 * A leader takes over: every lease gets its full TTL and one election timeout, however little was left of it. A thousand
 * leases or more are spread so that at most three quarters of what scans can revoke end in any one second.
 */
export function promote(lessor: Lessor, options: SimulatedEtcdOptions, nowMs: number): Lessor {
  const extended: Lease[] = [];
  for (const lease of treeDue(lessor.leases, Infinity, [])) {
    const { id, ttlSeconds, keys } = lease;
    extended.push({
      id,
      ttlSeconds,
      expiresAtMs: nowMs + ttlSeconds * 1000 + options.electionTimeoutMs,
      keys,
    });
  }
  let leases: Tree<Lease> = null;
  for (const lease of extended.length < PILE_UP ? extended : spread(byExpiry(extended)))
    leases = withLease(leases, lease);
  return withLeases(lessor, leases);
}

/** Delays what is too much for its second, each by as many seconds as the queue before it needs. */
function spread(sorted: readonly Lease[]): Lease[] {
  const perSecond = (3 * PILE_UP) / 4;
  let windowStart = sorted[0]?.expiresAtMs ?? 0;
  let windowEnd = windowStart + 1000;
  let inWindow = 0;
  return sorted.map((lease) => {
    if (lease.expiresAtMs > windowEnd) {
      windowStart = lease.expiresAtMs;
      windowEnd = windowStart + 1000;
      inWindow = 1;
      return lease;
    }
    inWindow++;
    if (inWindow <= perSecond) return lease;
    const delayMs = (1000 * inWindow) / perSecond - (lease.expiresAtMs - windowStart);
    windowEnd = windowStart + delayMs;
    return { ...lease, expiresAtMs: lease.expiresAtMs + delayMs };
  });
}
