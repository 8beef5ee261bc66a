/**
 * A back-off that takes jitter: most questions of the scheduler are of messages, so chance seldom meets those of jitter. One of the first
 * that a run asks gets another answer than 0.
 */
import { JITTER_STEPS, type Decision, type Question, type Scheduler } from "../src/simulation/scheduler.ts";

/** One case in so many gets one, of the first so many questions. */
const EVERY = 20;
const FIRST = 3;

/** The answer to the question of jitter that is the `nth` of a run, from 1 on. */
export interface JitterAim {
  readonly nth: number;
  readonly answer: number;
}

/** `spice`: of the case's draw. */
export function jitterAim(spice: number): JitterAim | undefined {
  if (spice % EVERY !== 0) return undefined;
  return { nth: 1 + (Math.floor(spice / EVERY) % FIRST), answer: 1 + (spice % (JITTER_STEPS - 1)) };
}

/** Answers as another does, and that question as it is aimed. */
export class JitterAimed implements Scheduler {
  /** What it answered of itself, once it did. */
  decision: Decision | undefined;
  readonly #given: Scheduler;
  readonly #aim: JitterAim;
  #asked = 0;

  constructor(given: Scheduler, aim: JitterAim) {
    this.#given = given;
    this.#aim = aim;
  }

  choose(index: number, question: Question): number {
    const given = this.#given.choose(index, question);
    if (question.type !== "jitter" || ++this.#asked !== this.#aim.nth || given !== 0) return given;
    const answer = this.#aim.answer % question.options;
    if (answer !== 0) this.decision = { index, answer };
    return answer;
  }
}
