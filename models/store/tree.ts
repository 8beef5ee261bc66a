/**
 * A sorted map that never changes: an update gives a new map and shares all but one path with the old one. So keeping
 * every state of a store costs a few nodes each, and forking one costs nothing. Plain data: it survives JSON as it is.
 *
 * A weight-balanced tree (Adams 1993; the balance numbers are Hirai and Yamamoto's, 2011). Each node knows the least
 * `due` below it, so that "what comes next" over a hundred thousand leases is one look at the root.
 */

export interface TreeNode<V> {
  readonly key: string;
  readonly value: V;
  readonly due: number;
  readonly least: number;
  readonly size: number;
  readonly left: Tree<V>;
  readonly right: Tree<V>;
}
/** `null` is the empty map. */
export type Tree<V> = TreeNode<V> | null;

const TOO_HEAVY = 3;
const SINGLE = 2;

export function treeSize<V>(tree: Tree<V>): number {
  return tree === null ? 0 : tree.size;
}

/** The value under `key`; absent keys give `undefined`. */
export function treeGet<V>(tree: Tree<V>, key: string): V | undefined {
  for (let at = tree; at !== null;) {
    if (at.key === key) return at.value;
    at = key < at.key ? at.left : at.right;
  }
  return undefined;
}

/** The map with `value` under `key`; `due` is any number whose least one matters, e.g. an instant in ms. */
export function treePut<V>(tree: Tree<V>, key: string, value: V, due = 0): TreeNode<V> {
  if (tree === null) return { key, value, due, least: due, size: 1, left: null, right: null };
  if (tree.key === key) return node(key, value, due, tree.left, tree.right);
  if (key < tree.key) return balanced(tree, treePut(tree.left, key, value, due), tree.right);
  return balanced(tree, tree.left, treePut(tree.right, key, value, due));
}

/** The map without `key`: the same map where it was absent. */
export function treeRemove<V>(tree: Tree<V>, key: string): Tree<V> {
  if (tree === null) return null;
  if (tree.key === key) return joined(tree.left, tree.right);
  if (key < tree.key) {
    const left = treeRemove(tree.left, key);
    return left === tree.left ? tree : balanced(tree, left, tree.right);
  }
  const right = treeRemove(tree.right, key);
  return right === tree.right ? tree : balanced(tree, tree.left, right);
}

/** How many keys are less than `key`. */
export function treeRank<V>(tree: Tree<V>, key: string): number {
  let rank = 0;
  for (let at = tree; at !== null;) {
    if (key <= at.key) at = at.left;
    else {
      rank += 1 + treeSize(at.left);
      at = at.right;
    }
  }
  return rank;
}

/** Appends the values from `from` up to, not including, `upTo` (`null`: to the end) to `into`, until it holds `limit`. */
export function treeCollect<V>(
  tree: Tree<V>,
  from: string,
  upTo: string | null,
  limit: number,
  into: V[],
): V[] {
  if (tree === null || into.length >= limit) return into;
  const below = upTo === null || tree.key < upTo;
  if (tree.key >= from) {
    treeCollect(tree.left, from, upTo, limit, into);
    if (below && into.length < limit) into.push(tree.value);
  }
  if (below) treeCollect(tree.right, from, upTo, limit, into);
  return into;
}

/** Appends every value whose `due` is at most `due`, in key order. */
export function treeDue<V>(tree: Tree<V>, due: number, into: V[]): V[] {
  if (tree === null || tree.least > due) return into;
  treeDue(tree.left, due, into);
  if (tree.due <= due) into.push(tree.value);
  return treeDue(tree.right, due, into);
}

/** Every key, in order. */
export function treeKeys<V>(tree: Tree<V>, into: string[] = []): string[] {
  if (tree === null) return into;
  treeKeys(tree.left, into);
  into.push(tree.key);
  return treeKeys(tree.right, into);
}

function node<V>(key: string, value: V, due: number, left: Tree<V>, right: Tree<V>): TreeNode<V> {
  let least = due;
  let size = 1;
  if (left !== null) {
    size += left.size;
    if (left.least < least) least = left.least;
  }
  if (right !== null) {
    size += right.size;
    if (right.least < least) least = right.least;
  }
  return { key, value, due, least, size, left, right };
}

/** `top` over the two sides, turned once or twice if one of them has grown too heavy. */
function balanced<V>(top: TreeNode<V>, left: Tree<V>, right: Tree<V>): TreeNode<V> {
  const leftSize = treeSize(left);
  const rightSize = treeSize(right);
  if (leftSize + rightSize > 1) {
    if (right !== null && rightSize > TOO_HEAVY * leftSize) return turnedLeft(top, left, right);
    if (left !== null && leftSize > TOO_HEAVY * rightSize) return turnedRight(top, left, right);
  }
  return node(top.key, top.value, top.due, left, right);
}

function turnedLeft<V>(top: TreeNode<V>, left: Tree<V>, right: TreeNode<V>): TreeNode<V> {
  const inner = right.left;
  if (inner === null || inner.size < SINGLE * treeSize(right.right)) {
    return over(right, over(top, left, inner), right.right);
  }
  return over(inner, over(top, left, inner.left), over(right, inner.right, right.right));
}

function turnedRight<V>(top: TreeNode<V>, left: TreeNode<V>, right: Tree<V>): TreeNode<V> {
  const inner = left.right;
  if (inner === null || inner.size < SINGLE * treeSize(left.left)) {
    return over(left, left.left, over(top, inner, right));
  }
  return over(inner, over(left, left.left, inner.left), over(top, inner.right, right));
}

function over<V>(top: TreeNode<V>, left: Tree<V>, right: Tree<V>): TreeNode<V> {
  return node(top.key, top.value, top.due, left, right);
}

/** Both sides without what stood between them. */
function joined<V>(left: Tree<V>, right: Tree<V>): Tree<V> {
  if (left === null) return right;
  if (right === null) return left;
  if (left.size > right.size) {
    let last = left;
    while (last.right !== null) last = last.right;
    return balanced(last, treeRemove(left, last.key), right);
  }
  let first = right;
  while (first.left !== null) first = first.left;
  return balanced(first, left, treeRemove(right, first.key));
}
