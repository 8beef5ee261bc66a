/** Whoever asks for kinds of faults gets no other: messages meet no fate that would be a fault of another kind. */
import { FATES, type Question, type Scheduler } from "../src/simulation/scheduler.ts";

export type FateAnswer = (typeof FATES)[number];

/** The kind of fault that does to a message what chance may do; slowly is within what a network does. */
const KIND_OF: Partial<Readonly<Record<FateAnswer, string>>> = {
  late: "delay",
  lost: "lose",
  doubled: "duplicate",
};

/** The fates that are left out where these kinds alone are to strike; default: none. */
export function sparedBy(kinds: readonly string[] | undefined): { readonly spared?: readonly FateAnswer[] } {
  if (kinds === undefined) return {};
  return { spared: FATES.filter((fate) => KIND_OF[fate] !== undefined && !kinds.includes(KIND_OF[fate])) };
}

/** Answers as another does, but that messages which would meet a spared fate arrive. */
export class Sparing implements Scheduler {
  /** Questions that were answered otherwise, by their indices. */
  readonly spared = new Set<number>();
  readonly #given: Scheduler;
  readonly #fates: readonly FateAnswer[];

  constructor(given: Scheduler, fates: readonly FateAnswer[]) {
    this.#given = given;
    this.#fates = fates;
  }

  choose(index: number, question: Question): number {
    const answer = this.#given.choose(index, question);
    const fate = question.type === "fate" ? FATES[answer] : undefined;
    if (fate === undefined || !this.#fates.includes(fate)) return answer;
    this.spared.add(index);
    return 0;
  }
}
