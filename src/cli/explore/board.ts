/** How far each space is, and whether all are to end: numbers that threads share. */
import type { Reached } from "../../search/walk.ts";

/** What is told of a space. */
export interface SpaceProgress extends Pick<Reached, "states" | "frontier" | "depth"> {
  /** All its states are visited, and the promises about the ways between them are being judged. */
  readonly isJudging?: boolean;
}

const OF_A_SPACE = 4;
const STOP = 0;
const STATE = { waits: 0, runs: 1, ended: 2, judges: 3 } as const;

export class Board {
  readonly shared: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  /** `shared`: of another thread's board; or for so many spaces. */
  constructor(shared: SharedArrayBuffer | number) {
    this.shared = typeof shared === "number" ? new SharedArrayBuffer(4 * (1 + shared * OF_A_SPACE)) : shared;
    this.#numbers = new Int32Array(this.shared);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#numbers, STOP) === 1;
  }

  stop(): void {
    Atomics.store(this.#numbers, STOP, 1);
  }

  tell(space: number, { depth, frontier, isJudging = false, states }: SpaceProgress): void {
    const from = 1 + space * OF_A_SPACE;
    [isJudging ? STATE.judges : STATE.runs, states, frontier, depth].forEach((value, at) =>
      Atomics.store(this.#numbers, from + at, value),
    );
  }

  end(space: number): void {
    Atomics.store(this.#numbers, 1 + space * OF_A_SPACE, STATE.ended);
  }

  /** Of those that are under way, by their places. */
  underWay(): Map<number, SpaceProgress> {
    const found = new Map<number, SpaceProgress>();
    for (let space = 0; space * OF_A_SPACE + 1 < this.#numbers.length; space++) {
      const [state, states = 0, frontier = 0, depth = 0] = this.#numbers.subarray(1 + space * OF_A_SPACE);
      const isJudging = state === STATE.judges;
      if (isJudging || state === STATE.runs) found.set(space, { states, frontier, depth, isJudging });
    }
    return found;
  }
}
