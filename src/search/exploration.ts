/**
 * A space explored: every state that can be reached, breadth first, until there is none left, a promise is broken or somebody says
 * that it is enough. It goes on in pieces, so that whoever runs it can look up in between.
 */
import { CompiledSpace } from "./compiled-space.ts";
import type { StatePromise } from "./promises.ts";
import type { Space } from "./space.ts";
import { StateTable } from "./state-table.ts";
import type { WholeState } from "./whole-steps.ts";

/** How far an exploration has come. */
export interface Reached {
  readonly states: number;
  /** States that were reached and not yet gone on from; 0: the space is closed. */
  readonly frontier: number;
  /** Steps, counted with every way that leads to a state known already. */
  readonly steps: number;
  /** The most things that happened in a row before a state was first reached. */
  readonly depth: number;
  readonly bytes: number;
}

/** A state in which a promise is broken. */
export interface FoundBreach {
  readonly promise: string;
  readonly state: number;
  /** Where the step to it began that breaks it; absent: the one by which it was first reached. */
  readonly from?: number;
}

export class Exploration {
  readonly #space: Space;
  #compiled: CompiledSpace;
  #table: StateTable;
  readonly #promises: readonly StatePromise[];
  #next = 0;
  #steps = 0;
  #depth = 0;
  /** Where the states of the next depth begin. */
  #levelEnds = 1;
  #breach: FoundBreach | undefined;

  constructor(space: Space, promises: readonly StatePromise[]) {
    this.#space = space;
    this.#promises = promises;
    this.#compiled = new CompiledSpace(space);
    this.#table = this.#begin();
  }

  get compiled(): CompiledSpace {
    return this.#compiled;
  }

  get reached(): Reached {
    const { bytes, size } = this.#table;
    return { states: size, frontier: size - this.#next, steps: this.#steps, depth: this.#depth, bytes };
  }

  /** The first breach that was found, on a shortest path; undefined: none was. */
  get breach(): FoundBreach | undefined {
    return this.#breach;
  }

  /** What the table of states would take at once if it went on, bytes. */
  get growthBytes(): number {
    return this.#table.growthBytes;
  }

  #begin(): StateTable {
    this.#table = new StateTable(this.#compiled.width);
    this.#next = 0;
    this.#steps = 0;
    this.#depth = 0;
    this.#levelEnds = 1;
    this.#breach = undefined;
    this.#add(this.#compiled.initial(), -1);
    return this.#table;
  }

  /**
   * Goes on from up to so many states; ends early at a breach, and where more than `most` states are known. False: there is nothing
   * to go on from.
   */
  advance(states: number, most = Number.POSITIVE_INFINITY): boolean {
    const end = this.#next + states;
    while (
      this.#next < end &&
      this.#table.size < most &&
      this.#next < this.#table.size &&
      this.#breach === undefined
    ) {
      const from = this.#next++;
      if (from === this.#levelEnds) {
        this.#depth += 1;
        this.#levelEnds = this.#table.size;
      }
      this.#compiled.steps(this.#table.row(from).slice(), (row, activated) => {
        this.#steps += 1;
        this.#add(row, from, activated);
      });
      if (this.#compiled.asksForMore) {
        // A protocol that watches from the beginning: everything anew, with all of etcd's history in the state.
        this.#compiled = new CompiledSpace(this.#space, true);
        this.#begin();
        return true;
      }
    }
    return this.#next < this.#table.size && this.#breach === undefined;
  }

  /** The states on a way to the breach. */
  pathToBreach({ from, state }: FoundBreach): WholeState[] {
    if (from === undefined) return this.pathTo(state);
    return [...this.pathTo(from), this.#compiled.stateOf(this.#table.row(state))];
  }

  /** The states from the beginning to that one, each led to by the one before. */
  pathTo(state: number): WholeState[] {
    const path: WholeState[] = [];
    for (let at = state; at >= 0; at = this.#table.parent(at))
      path.push(this.#compiled.stateOf(this.#table.row(at)));
    return path.toReversed();
  }

  /** Where a row is among those that were reached; -1: it is not. */
  find(row: ArrayLike<number>): number {
    return this.#table.find(row);
  }

  row(state: number): Int32Array {
    return this.#table.row(state);
  }

  /** Hands every row that was reached to `each`. */
  forEach(each: (row: Int32Array) => void): void {
    for (let at = 0; at < this.#table.size; at++) each(this.#table.row(at));
  }

  #add(row: ArrayLike<number>, from: number, activated = -1): void {
    const isNew = this.#table.add(row, from);
    // A state that is known may still be reached by a step that breaks something.
    if (!isNew && activated < 0) return;
    if (this.#breach !== undefined) return;
    for (const { broken, name } of this.#promises) {
      if (!broken(this.#compiled, row, activated)) continue;
      this.#breach = isNew
        ? { promise: name, state: this.#table.size - 1 }
        : { promise: name, state: this.#table.find(row), from };
      return;
    }
  }
}
