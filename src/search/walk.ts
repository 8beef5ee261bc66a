/**
 * Every row of numbers that can be reached, breadth first: what an exploration is where nobody asks what the rows mean. It goes on a
 * state at a time, so that whoever runs it can look up in between.
 */
import { StateTable } from "./state-table.ts";

/** Rows, and those that follow each. */
export interface Graph {
  /** Numbers in a row. */
  readonly width: number;
  initial(): ArrayLike<number>;
  /** Hands every row that follows to `add`, which copies it; some more than once. The row stays as it is. */
  steps(row: Int32Array, add: (next: ArrayLike<number>) => void): void;
}

/** How far a walk has come. */
export interface Reached {
  readonly states: number;
  /** States that were reached and not yet gone on from; 0: there are no others. */
  readonly frontier: number;
  /** Steps, counted with every way that leads to a state known already. */
  readonly steps: number;
  /** The most things that happened in a row before a state was first reached. */
  readonly depth: number;
  readonly bytes: number;
}

/** Where a walk stands: what it takes to go on with the same states. */
export interface WalkPosition {
  /** How many states were gone on from. */
  readonly next: number;
  readonly steps: number;
  readonly depth: number;
  readonly levelEnds: number;
}

export class Walk {
  #table: StateTable;
  #next = 0;
  #steps = 0;
  #depth = 0;
  /** Where the states of the next depth begin. */
  #levelEnds = 1;

  constructor(initial: ArrayLike<number>) {
    this.#table = new StateTable(initial.length);
    this.#table.add(initial, -1);
  }

  /** A walk that stands there already. */
  static at(table: StateTable, { depth, levelEnds, next, steps }: WalkPosition): Walk {
    const walk = new Walk(table.row(0));
    walk.#table = table;
    walk.#next = next;
    walk.#steps = steps;
    walk.#depth = depth;
    walk.#levelEnds = levelEnds;
    return walk;
  }

  get position(): WalkPosition {
    return { next: this.#next, steps: this.#steps, depth: this.#depth, levelEnds: this.#levelEnds };
  }

  get reached(): Reached {
    const { bytes, size } = this.#table;
    return { states: size, frontier: size - this.#next, steps: this.#steps, depth: this.#depth, bytes };
  }

  get size(): number {
    return this.#table.size;
  }

  /** What the table of states would take at once if it went on, bytes. */
  get growthBytes(): number {
    return this.#table.growthBytes;
  }

  /** The next state to go on from, which then counts as gone on from; -1: there is none. */
  take(): number {
    if (this.#next === this.#table.size) return -1;
    const state = this.#next++;
    if (state === this.#levelEnds) {
      this.#depth += 1;
      this.#levelEnds = this.#table.size;
    }
    return state;
  }

  /** Notes a step from that state. True: the row was not known. */
  add(row: ArrayLike<number>, from: number): boolean {
    this.#steps += 1;
    return this.#table.add(row, from);
  }

  /** Where a row is among those that were reached; -1: it is not. */
  find(row: ArrayLike<number>): number {
    return this.#table.find(row);
  }

  /** A view on a row; it is the table's own, and moves when a row is added. */
  row(state: number): Int32Array {
    return this.#table.row(state);
  }

  /** The state that led to that one; -1: none did. */
  parent(state: number): number {
    return this.#table.parent(state);
  }

  /** The states from the beginning to that one, each led to by the one before. */
  wayTo(state: number): number[] {
    const way: number[] = [];
    for (let at = state; at >= 0; at = this.#table.parent(at)) way.push(at);
    return way.toReversed();
  }
}

/** Walks a graph to its end. */
export function walkThrough(graph: Graph): Walk {
  const walk = new Walk(graph.initial());
  for (let from = walk.take(); from >= 0; from = walk.take())
    graph.steps(walk.row(from).slice(), (next) => void walk.add(next, from));
  return walk;
}
