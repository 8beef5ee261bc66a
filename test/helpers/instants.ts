/**
 * When a usual pair (TTL 60 s, the calm network) does what, worked out from its timing. Tests name these instants instead of
 * repeating their figures, so that another timing changes one place.
 */
import { timingFor } from "../../models/timing.ts";
import { CALM_NETWORK, DEFAULT_SERVICE, environmentOf, scenario } from "../../src/simulation/scenario.ts";

const TRIP_MS = CALM_NETWORK.delayMs;
const ROUND_MS = 2 * TRIP_MS;
const { renewEveryMs, ttlMs } = timingFor(60);
const { leaseScanMs } = environmentOf(scenario({ coordinators: [] }));

/** The first comer asks for its lease once its id was read and claimed, and every renewal counts from there. */
export const LEASE_ASKED_AT = 2 * ROUND_MS;

/** Id read and claimed, lease, session key, campaign, reload; then the service prepares. */
export const SERVES_AT = 6 * ROUND_MS + DEFAULT_SERVICE.activationMs;

/** From a change of the store to the successor that serves: the watch tells, it campaigns, reloads and prepares. */
export const HANDOVER_MS = TRIP_MS + 2 * ROUND_MS + DEFAULT_SERVICE.activationMs;

/** When the successor serves after a clean stop: the revoke travels first. */
export function servesAfterStop(stopMs: number): number {
  return stopMs + TRIP_MS + HANDOVER_MS;
}

/** When the first comer, which was undisturbed until `atMs`, sent its last renewal before. */
export function renewedBefore(atMs: number): number {
  return LEASE_ASKED_AT + Math.floor((atMs - LEASE_ASKED_AT) / renewEveryMs) * renewEveryMs;
}

/** When its lease is gone if it renews no more from `atMs` on: at the lessor's next scan. */
export function leaseGoneAfter(atMs: number): number {
  return Math.ceil((renewedBefore(atMs) + TRIP_MS + ttlMs) / leaseScanMs) * leaseScanMs;
}

/** When the successor serves if the first comer dies, or cannot renew any more, at `atMs`. */
export function servesAfterCrash(atMs: number): number {
  return leaseGoneAfter(atMs) + HANDOVER_MS;
}
