/** The words that kinds of faults share. */
import { messageText, type Leg } from "./message.ts";

/** `77 ms`, `3.5 s`. */
export function durationText(ms: number): string {
  return Math.abs(ms) < 1000 ? `${trim(ms)} ms` : `${trim(ms / 1000)} s`;
}

function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** `the next renew reply`, `the next 3 of renew reply`. */
export function nextMessages(count: number, leg: Leg, purpose: string | undefined): string {
  const what = messageText(leg, purpose);
  return count === 1 ? `the next ${what}` : `the next ${count} of ${what}`;
}

/** `5 % too slow`. */
export function rateText(rate: number): string {
  const off = Math.round(Math.abs(rate - 1) * 1000) / 10;
  return rate === 1 ? "true" : `${off} % too ${rate < 1 ? "slow" : "fast"}`;
}
