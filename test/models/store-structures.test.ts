/** The two persistent structures under the store, against a sorted array and an array. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  treeCollect,
  treeDue,
  treeGet,
  treeKeys,
  treePut,
  treeRank,
  treeRemove,
  type Tree,
} from "../../models/store/tree.ts";
import { emptyVector, vectorAppend, vectorAt, vectorOf } from "../../models/store/vector.ts";

const key = fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom("a", "b", "c", "\xff") });
const changes = fc.array(fc.record({ key, due: fc.nat(20), remove: fc.boolean() }), { maxLength: 120 });

/** Depth, after checking what every node claims of the nodes below it. */
function checked(tree: Tree<number>): { depth: number; size: number; least: number } {
  if (tree === null) return { depth: 0, size: 0, least: Infinity };
  const left = checked(tree.left);
  const right = checked(tree.right);
  expect(tree.size).toBe(left.size + right.size + 1);
  expect(tree.least).toBe(Math.min(left.least, right.least, tree.due));
  if (left.size + right.size > 1)
    expect(Math.max(left.size, right.size)).toBeLessThanOrEqual(3 * Math.min(left.size, right.size));
  return { depth: 1 + Math.max(left.depth, right.depth), size: tree.size, least: tree.least };
}

describe("the sorted map", () => {
  it("holds what a plain map holds, sorted and balanced, after any puts and removals", () => {
    fc.assert(
      fc.property(changes, key, fc.option(key), fc.nat(20), (all, from, upTo, due) => {
        let tree: Tree<number> = null;
        const model = new Map<string, number>();
        for (const change of all) {
          tree = change.remove
            ? treeRemove(tree, change.key)
            : treePut(tree, change.key, change.due, change.due);
          if (change.remove) model.delete(change.key);
          else model.set(change.key, change.due);
        }
        const sorted = [...model.keys()].sort();
        checked(tree);
        expect(treeKeys(tree)).toEqual(sorted);
        expect(treeGet(tree, from)).toBe(model.get(from));
        expect(treeRank(tree, from)).toBe(sorted.filter((other) => other < from).length);
        const inside = sorted.filter((other) => other >= from && (upTo === null || other < upTo));
        expect(treeCollect(tree, from, upTo, 3, [])).toEqual(
          inside.slice(0, 3).map((other) => model.get(other)),
        );
        expect(treeDue(tree, due, [])).toEqual(
          sorted.map((other) => model.get(other) as number).filter((own) => own <= due),
        );
      }),
    );
  });

  it("stays shallow over 100,000 keys in order", () => {
    let tree: Tree<number> = null;
    for (let i = 0; i < 100_000; i++) tree = treePut(tree, String(1_000_000 + i), i);
    let depth = 0;
    for (let at: Tree<number> = tree; at !== null; at = at.right) depth++;
    expect(depth).toBeLessThan(30);
  });

  it("leaves the old map as it was", () => {
    const old = treePut(treePut(null, "a", 1), "b", 2);
    treePut(treeRemove(old, "a"), "b", 3);
    expect([treeGet(old, "a"), treeGet(old, "b"), old.size]).toEqual([1, 2, 2]);
  });
});

describe("the growing list", () => {
  it.each([0, 1, 16, 17, 32, 272, 273, 4368, 4369, 70_000])("holds %d items in order", (length) => {
    const items = Array.from({ length }, (_, i) => i);
    const vector = vectorOf(items);
    expect(vector.length).toBe(length);
    expect(items.every((item) => vectorAt(vector, item) === item)).toBe(true);
    expect(() => vectorAt(vector, length)).toThrow(RangeError);
  });

  it("lets two lists grow from one without meeting", () => {
    for (const common of [0, 15, 16, 31, 272, 300]) {
      const base = vectorOf(Array.from({ length: common }, () => "base"));
      let left = base;
      let right = base;
      for (let i = 0; i < 300; i++) {
        left = vectorAppend(left, "left");
        right = vectorAppend(right, "right");
      }
      for (let i = common; i < left.length; i++)
        expect([vectorAt(left, i), vectorAt(right, i)]).toEqual(["left", "right"]);
      expect(base.length).toBe(common);
    }
    expect(emptyVector().length).toBe(0);
  });
});
