/** What the world leaves open from an event on: the next questions that a run asks its scheduler, to be answered otherwise. */
import { answersTo, byNumber, type MeantDecision } from "../simulation/meant-decisions.ts";
import { execute } from "../simulation/execute.ts";
import { decided } from "../simulation/scheduler.ts";
import { createSetup } from "../simulation/setup.ts";
import type { Forkable } from "./fork.ts";

export interface OpenQuestion {
  /** Every answer that can be given. */
  readonly answers: readonly MeantDecision[];
  /** The place of the one that this run gives. */
  readonly given: number;
}

/** After event `n`, at most so many, in the order in which they are asked. */
export function questionsAfter(history: Forkable, n: number, most: number): OpenQuestion[] {
  const { header, makers, variant } = history;
  const { asked } = history.worldAt(n);
  const setup = createSetup(header.scenario, variant, { makers });
  const answering = decided(byNumber(header.decisions));
  const found: OpenQuestion[] = [];
  execute(setup, {
    scheduler: (now) => ({
      choose(index, question) {
        const given = answering.choose(index, question);
        if (index >= asked && found.length < most)
          found.push({ answers: answersTo(question, index, setup, now()), given });
        return given;
      },
    }),
    enough: () => found.length >= most,
  });
  return found;
}
