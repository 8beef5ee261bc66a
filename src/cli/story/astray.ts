/** Messages that met another fate than to arrive: no faults of the scenario, but decisions of the run. */
import type { MeantDecision } from "../../simulation/meant-decisions.ts";
import { FATES } from "../../simulation/scheduler.ts";
import { countOf } from "../../words/count.ts";

const ASTRAY: readonly unknown[] = ["lost", "late", "doubled"] satisfies (typeof FATES)[number][];

/** How many of them there are. */
export function countAstray(decisions: readonly MeantDecision[]): number {
  return decisions.filter(
    ({ answer, means, question }) => question === "fate" && ASTRAY.includes(means ?? FATES[answer]),
  ).length;
}

/** The same in words; nothing where there are none. */
export function tellAstray(count: number): string[] {
  return count > 0 ? [countOf(count, "message lost, late or doubled", "messages lost, late or doubled")] : [];
}
