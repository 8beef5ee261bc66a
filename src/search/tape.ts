/** A scheduler that walks through all answers that a space looks at, one tape after the other. */
import type { Question, Scheduler } from "../simulation/scheduler.ts";
import { fatesOf, JITTERS, type Space } from "./space.ts";

/** The answers that the space looks at while so many faults are left. */
function answersTo(
  space: Space,
  { options, purpose, type, which }: Question,
  left: number,
): readonly number[] {
  switch (type) {
    case "order":
      return Array.from({ length: options }, (_, at) => at);
    case "jitter":
      return JITTERS;
    case "fate":
      return left > 0 ? [0, ...fatesOf(space, which, purpose)] : [0];
  }
}

/** Answers by a tape of places, and 0 beyond it; notes what it was asked. */
export class Tape implements Scheduler {
  readonly #space: Space;
  readonly #left: number;
  readonly #tape: readonly number[];
  readonly answers: number[] = [];
  readonly sizes: number[] = [];
  /** How many faults were among the answers. */
  cost = 0;

  constructor(space: Space, left: number, tape: readonly number[]) {
    this.#space = space;
    this.#left = left;
    this.#tape = tape;
  }

  choose(_index: number, question: Question): number {
    const all = answersTo(this.#space, question, this.#left - this.cost);
    const place = this.#tape[this.answers.length] ?? 0;
    this.answers.push(place);
    this.sizes.push(all.length);
    if (question.type === "fate" && place > 0) this.cost += 1;
    return all[place] ?? 0;
  }

  /** The tape after this one; undefined: this was the last. */
  next(): number[] | undefined {
    for (let at = this.answers.length - 1; at >= 0; at--) {
      const place = this.answers[at] ?? 0;
      if (place + 1 < (this.sizes[at] ?? 0)) return [...this.answers.slice(0, at), place + 1];
    }
    return undefined;
  }
}
