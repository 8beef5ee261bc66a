/**
 * A back-off that takes jitter: most questions of the scheduler are of messages, so chance seldom meets those of jitter. One of the first
 * that a run asks gets another answer than 0, or several in a row.
 */
import { JITTER_STEPS, type Decision, type Question, type Scheduler } from "../src/simulation/scheduler.ts";

/** One case in so many gets one, of the first so many questions, and one in as many these and what follows. */
const EVERY = 19;
const FIRST = 3;
const IN_A_ROW = 12;

/** The answer to questions of jitter, from the `nth` of a run on, which is 1 or more. */
export interface JitterAim {
  readonly nth: number;
  readonly count: number;
  readonly answer: number;
}

/** `spice`: of the case's draw. */
export function jitterAim(spice: number): JitterAim | undefined {
  if (spice % EVERY > 1) return undefined;
  const further = Math.floor(spice / EVERY);
  return {
    nth: 1 + (further % FIRST),
    count: spice % EVERY === 0 ? 1 : IN_A_ROW,
    answer: 1 + (further % (JITTER_STEPS - 1)),
  };
}

/** Answers as another does, and those questions as it is aimed. */
export class JitterAimed implements Scheduler {
  /** What it answered of itself. */
  readonly decisions: Decision[] = [];
  readonly #given: Scheduler;
  readonly #aim: JitterAim;
  #asked = 0;

  constructor(given: Scheduler, aim: JitterAim) {
    this.#given = given;
    this.#aim = aim;
  }

  choose(index: number, question: Question): number {
    const given = this.#given.choose(index, question);
    if (question.type !== "jitter") return given;
    const asked = ++this.#asked - this.#aim.nth;
    if (asked < 0 || asked >= this.#aim.count || given !== 0) return given;
    const answer = this.#aim.answer % question.options;
    if (answer !== 0) this.decisions.push({ index, answer });
    return answer;
  }
}
