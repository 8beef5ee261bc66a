/**
 * A list that only grows and never changes: appending gives a new list that shares all but one small array with the old
 * one. A store's history is one; forks of a world append to it without seeing each other, and it survives JSON.
 *
 * Sixteen-way tree with a tail, as in Clojure's vectors (Bagwell; L'orange).
 */

const BITS = 4;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

type Branch<T> = readonly (Branch<T> | T)[];

export interface Vector<T> {
  readonly length: number;
  /** How far the root's index bits are from the right. */
  readonly shift: number;
  readonly root: Branch<T>;
  /** The newest items, at most sixteen. */
  readonly tail: readonly T[];
}

const EMPTY: Vector<never> = Object.freeze({
  length: 0,
  shift: BITS,
  root: Object.freeze([]),
  tail: Object.freeze([]),
});

export function emptyVector<T>(): Vector<T> {
  return EMPTY;
}

export function vectorOf<T>(items: readonly T[]): Vector<T> {
  let vector: Vector<T> = EMPTY;
  for (let at = 0; at < items.length; at++) vector = vectorAppend(vector, items[at] as T);
  return vector;
}

export function vectorAppend<T>(vector: Vector<T>, item: T): Vector<T> {
  const { length, shift, root, tail } = vector;
  if (tail.length < WIDTH) {
    const longer = tail.slice();
    longer.push(item);
    return { length: length + 1, shift, root, tail: longer };
  }
  const full = length - WIDTH;
  // The root has no room left: one more level above it.
  if (full >= WIDTH << shift) {
    const wider = withTail([root], shift + BITS, full, tail);
    return { length: length + 1, shift: shift + BITS, root: wider, tail: [item] };
  }
  return { length: length + 1, shift, root: withTail(root, shift, full, tail), tail: [item] };
}

/** The item at `index`, 0 being the first. Asking outside the list is a bug and throws. */
export function vectorAt<T>(vector: Vector<T>, index: number): T {
  if (index < 0 || index >= vector.length) throw new RangeError(`index ${index} of ${vector.length} items`);
  if (index >= vector.length - vector.tail.length) return vector.tail[index & MASK] as T;
  let branch = vector.root;
  for (let shift = vector.shift; shift > 0; shift -= BITS)
    branch = branch[(index >>> shift) & MASK] as Branch<T>;
  return branch[index & MASK] as T;
}

function withTail<T>(branch: Branch<T>, shift: number, at: number, tail: readonly T[]): Branch<T> {
  const copy = branch.slice();
  const slot = (at >>> shift) & MASK;
  if (shift === BITS) copy[slot] = tail;
  else copy[slot] = withTail((copy[slot] as Branch<T> | undefined) ?? [], shift - BITS, at, tail);
  return copy;
}
