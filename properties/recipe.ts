/** Several faults in a row, made for whom they strike. */
import type { Fault } from "../src/simulation/fault.ts";

/** Whom a recipe strikes, and two numbers that vary it. `size` is from 0 to 1, `spice` whole. */
export interface RecipeSetting {
  readonly atMs: number;
  readonly on: string;
  /** The other coordinators. */
  readonly others: readonly string[];
  readonly size: number;
  readonly spice: number;
  readonly ttlMs: number;
}

/** `longMs`: longer than a lease. */
export type Recipe = (setting: RecipeSetting, longMs: number) => readonly Fault[];

/** Soon after `atMs`: within a renewal. */
export function soonMs({ atMs, spice, ttlMs }: RecipeSetting): number {
  return atMs + Math.round(((spice % 100) / 100) * (ttlMs / 3)) + 1;
}

/** So many of its writes come to nothing: no refusal tells it that its term is over. */
export function unanswered(on: string, atMs: number): Fault {
  return { type: "lose", atMs, on, leg: "request", purpose: "write", count: 40 };
}
