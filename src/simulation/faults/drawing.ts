/** What several kinds make of a draw alike. */
import type { Purpose } from "../../kv/kv.ts";
import type { Draw } from "./kind.ts";
import type { Leg } from "./message.ts";

/** One in so many of those that die is never started again. */
const NEVER_RESTARTED = 3;
/** Longest pause of a supervisor, partition or standstill, in TTLs: a lease runs out in it, and another begins. */
export const LONG_TTLS = 2;

export function drawRestart({ spice, ttlMs, within }: Draw): { readonly restartAfterMs?: number } {
  return spice % NEVER_RESTARTED === 0 ? {} : { restartAfterMs: within(LONG_TTLS * ttlMs) };
}

/** Those that matter most first. */
const PURPOSES: readonly Purpose[] = [
  "campaign",
  "renew",
  "write",
  "watch",
  "revoke",
  "enroll",
  "grant",
  "claimId",
  "reload",
];

/** A kind of message, on its way there or back. */
export function drawMessage({ spice }: Draw): { readonly leg: Leg; readonly purpose: Purpose } {
  const purpose = PURPOSES[spice % PURPOSES.length] as Purpose;
  const back = purpose === "watch" ? "watch" : "reply";
  return { leg: spice % 2 === 0 ? back : "request", purpose };
}

/** From 1 to 3 messages. */
export function drawCount({ spice }: Draw): number {
  return 1 + (Math.floor(spice / 10) % 3);
}
