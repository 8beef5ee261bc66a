/**
 * A back-off that takes jitter: most questions of the scheduler are of messages, so chance seldom meets those of jitter. The schedule is run
 * until one is asked, and it gets another answer than 0.
 */
import { shipped } from "../models/variant.ts";
import { execute } from "../src/simulation/execute.ts";
import type { Scenario } from "../src/simulation/scenario.ts";
import { decided, JITTER_STEPS, type Decision } from "../src/simulation/scheduler.ts";
import { createSetup } from "../src/simulation/setup.ts";

/** One case in so many gets one, of the first so many questions. */
const EVERY = 20;
const FIRST = 5;

/** The decisions, and in some cases one more. `spice`: of the case's draw. */
export function withJitter(
  scenario: Scenario,
  decisions: readonly Decision[],
  spice: number,
): readonly Decision[] {
  if (spice % EVERY !== 0) return decisions;
  const asked: number[] = [];
  const wanted = 1 + (Math.floor(spice / EVERY) % FIRST);
  const given = decided(decisions);
  execute(createSetup(scenario, shipped), {
    scheduler: {
      choose(index, question) {
        if (question.type === "jitter") asked.push(index);
        return given.choose(index, question);
      },
    },
    enough: () => asked.length >= wanted,
  });
  const index = asked.at(-1);
  if (index === undefined || decisions.some((one) => one.index === index)) return decisions;
  const answer = 1 + (spice % (JITTER_STEPS - 1));
  return [...decisions, { index, answer }].toSorted((left, right) => left.index - right.index);
}
