/**
 * Who decides what the world leaves open. The world never throws dice: it asks, and every answer can be written down.
 *
 * Questions are numbered from 0 in the order they are asked, so a scheduler needs no state of its own: a copied world
 * goes on with the same answers. Answer 0 is always the harmless one; a shrunk schedule is a calm world with the few
 * cruel moments left in.
 */

import type { Item } from "./world.ts";

export const FATES = ["arrives", "slow", "late", "lost", "doubled"] as const;
export const JITTER_STEPS = 4;

/** Something that the world leaves open, with everything a scheduler may want to know of it. */
export interface Question {
  /**
   * `fate` of a message: 0 arrives · 1 slowly · 2 late · 3 lost · 4 arrives twice.
   * `order`: which of several simultaneous things happens first, 0 the one that was arranged first.
   * `jitter`: how much of the allowed jitter a back-off takes, 0 none to 3 all.
   */
  readonly type: "fate" | "order" | "jitter";
  /** How many answers there are. */
  readonly options: number;
  /** Whose message or timer, by place; -1 for `order`. */
  readonly node: number;
  /** A message's leg, or the timer's id. */
  readonly which: string;
  /** What the message is for; empty for a timer. */
  readonly purpose: string;
  /** The simultaneous things, for `order` alone. */
  readonly tied?: readonly Item[];
}

/** Who answers what the world leaves open. */
export interface Scheduler {
  /** An answer from 0 to `options - 1` to question number `index`. */
  choose(index: number, question: Question): number;
}

/** Every answer harmless. */
export const harmless: Scheduler = { choose: () => 0 };

/** One answer that is not 0. */
export interface Decision {
  readonly index: number;
  readonly answer: number;
}

/** The few given answers, and 0 to every other question. An answer too large is taken modulo the options. */
export function decided(decisions: readonly Decision[]): Scheduler {
  if (decisions.length === 0) return harmless;
  const answers = new Map<number, number>(decisions.map(({ index, answer }) => [index, answer]));
  return {
    choose(index, { options }) {
      const answer = answers.get(index);
      return answer === undefined ? 0 : answer % options;
    },
  };
}
