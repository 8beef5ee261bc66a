/** The lines of one log in the order of its own clock. */
import type { Fact } from "./fact.ts";

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
