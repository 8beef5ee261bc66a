/** The lines of one log in the order of its own clock. */
import type { Fact, LinePlace } from "./fact.ts";

/** What was printed newest first is turned round; what has no instant stays put. */
export function inOwnOrder(facts: readonly Fact[]): readonly Fact[] {
  const printed = asPrinted(facts);
  if (facts.some(({ at }) => at === undefined)) return printed;
  return printed.toSorted((left, right) => (left.at ?? 0) - (right.at ?? 0));
}

/** Oldest first, and otherwise as they stand in the file: right where a clock was set back meanwhile, and lines did not wander. */
export function asPrinted(facts: readonly Fact[]): readonly Fact[] {
  let falls = 0;
  let rises = 0;
  for (let index = 1; index < facts.length; index++) {
    const step = (facts[index]?.at ?? 0) - (facts[index - 1]?.at ?? 0);
    if (step < 0) falls++;
    else if (step > 0) rises++;
  }
  return falls > rises ? facts.toReversed() : facts;
}

/** Lines that overtook each other differ by less, ms. */
const OVERTAKING_MS = 1000;

/** Where its instants go back farthest, if they do by more than lines overtake each other: its clock was set, or files were joined. */
export function fallIn(
  facts: readonly Fact[],
): { readonly place: LinePlace; readonly byMs: number } | undefined {
  let most: { readonly place: LinePlace; readonly byMs: number } | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  for (const { at, place } of asPrinted(facts)) {
    if (at === undefined) continue;
    const byMs = latest - at;
    if (byMs > Math.max(OVERTAKING_MS, most?.byMs ?? 0)) most = { place, byMs };
    latest = Math.max(latest, at);
  }
  return most;
}
