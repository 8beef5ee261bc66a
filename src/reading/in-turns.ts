/** Work that is done in turns, so that whoever shows it may do something else between. */

/** Yields between two turns. */
export type InTurns<Made> = Generator<undefined, Made>;

/** All turns at once. */
export function allTurns<Made>(work: InTurns<Made>): Made {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
