/**
 * A space explored: every state that can be reached, breadth first, until there is none left, a promise is broken or somebody says
 * that it is enough. It goes on in pieces, so that whoever runs it can look up in between.
 */
import { shippedDialect } from "../../models/dialect.ts";
import { CompiledSpace } from "./compiled-space.ts";
import type { PromiseFold } from "./memory.ts";
import { foldsOf, type StatePromise } from "./promises.ts";
import type { Space } from "./space.ts";
import { Walk, type Reached, type WalkPosition } from "./walk.ts";
import type { WholeState } from "./whole-steps.ts";
import { BARE } from "./world-parts.ts";

/** A state in which a promise is broken. */
export interface FoundBreach {
  readonly promise: string;
  readonly state: number;
  /** Where the step to it began that breaks it; absent: the one by which it was first reached. */
  readonly from?: number;
  /** It is broken by waiting there: nothing happens any more. */
  readonly rests?: true;
}

/**
 * History is cut at what the shipped watches can still ask for: the revision after the one last read. Others may begin earlier, or watch more
 * keys, as Milvus' releases do.
 */
export function mayLookBack({ variant }: Space): boolean {
  const { role, session } = variant.dialect.watches;
  return role !== shippedDialect.watches.role || session !== shippedDialect.watches.session;
}

export class Exploration {
  readonly #space: Space;
  #compiled: CompiledSpace;
  #walk: Walk;
  readonly #promises: readonly StatePromise[];
  readonly #folds: readonly PromiseFold[];
  #breach: FoundBreach | undefined;

  constructor(space: Space, promises: readonly StatePromise[]) {
    this.#space = space;
    this.#promises = promises;
    this.#folds = foldsOf(promises, space);
    this.#compiled = new CompiledSpace(space, {
      ...BARE,
      wholeHistory: mayLookBack(space),
      folds: this.#folds,
    });
    this.#walk = this.#begin();
  }

  get compiled(): CompiledSpace {
    return this.#compiled;
  }

  /** Where it stands. */
  get position(): WalkPosition {
    return this.#walk.position;
  }

  get reached(): Reached {
    return this.#walk.reached;
  }

  /** The first breach that was found, on a shortest path; undefined: none was. */
  get breach(): FoundBreach | undefined {
    return this.#breach;
  }

  /** What the table of states would take at once if it went on, bytes. */
  get growthBytes(): number {
    return this.#walk.growthBytes;
  }

  /** Everything anew, with all of etcd's history in the state: for a protocol that watches from the beginning. */
  keepWholeHistory(): void {
    this.#compiled = new CompiledSpace(this.#space, { wholeHistory: true, folds: this.#folds });
    this.#walk = this.#begin();
  }

  /** Takes the place of what was reached: states of the same space, in which nothing is broken. */
  goOnFrom(walk: Walk): void {
    this.#walk = walk;
  }

  #begin(): Walk {
    const initial = this.#compiled.initial();
    const walk = new Walk(initial);
    this.#breach = undefined;
    this.#judge(walk, Int32Array.from(initial), true, -1, -1);
    return walk;
  }

  /**
   * Goes on from up to so many states; ends early at a breach, and where more than `most` states are known. False: there is nothing
   * to go on from.
   */
  advance(states: number, most = Number.POSITIVE_INFINITY): boolean {
    for (let count = 0; count < states && this.#walk.size < most && this.#breach === undefined; count++) {
      const from = this.#walk.take();
      if (from < 0) break;
      const row = this.#walk.row(from).slice();
      const gapMs = this.#compiled.steps(row, (next, { activated }) => {
        const isNew = this.#walk.add(next, from);
        this.#judge(this.#walk, next, isNew, from, activated);
      });
      if (gapMs === Number.POSITIVE_INFINITY) this.#judgeRest(row, from);
      if (this.#compiled.asksForMore) {
        this.keepWholeHistory();
        return true;
      }
    }
    return this.#walk.reached.frontier > 0 && this.#breach === undefined;
  }

  /** The states on a way to the breach. */
  pathToBreach({ from, state }: FoundBreach): WholeState[] {
    if (from === undefined) return this.pathTo(state);
    return [...this.pathTo(from), this.stateAt(state)];
  }

  /** The states from the beginning to that one, each led to by the one before. */
  pathTo(state: number): WholeState[] {
    return this.#walk.wayTo(state).map((at) => this.stateAt(at));
  }

  stateAt(state: number): WholeState {
    return this.#compiled.stateOf(this.#walk.row(state));
  }

  /** Where a row is among those that were reached; -1: it is not. */
  find(row: ArrayLike<number>): number {
    return this.#walk.find(row);
  }

  /** The state that led to that one; -1: none did. */
  parent(state: number): number {
    return this.#walk.parent(state);
  }

  row(state: number): Int32Array {
    return this.#walk.row(state);
  }

  /** Hands every row that was reached to `each`. */
  forEach(each: (row: Int32Array) => void): void {
    for (let at = 0; at < this.#walk.size; at++) each(this.#walk.row(at));
  }

  /** Nothing comes after that state any more, but time passes. */
  #judgeRest(row: ArrayLike<number>, state: number): void {
    const broken = this.#promises.find(({ name }) => this.#compiled.isBrokenAtRest(row, name));
    if (broken !== undefined) this.#breach ??= { promise: broken.name, state, rests: true };
  }

  #judge(walk: Walk, row: ArrayLike<number>, isNew: boolean, from: number, activated: number): void {
    // A state that is known may still be reached by a step that breaks something.
    if ((!isNew && activated < 0) || this.#breach !== undefined) return;
    for (const { broken, name } of this.#promises) {
      if (!broken(this.#compiled, row, activated)) continue;
      this.#breach = isNew
        ? { promise: name, state: walk.size - 1 }
        : { promise: name, state: walk.find(row), from };
      return;
    }
  }
}
