/** What makes long histories and many watches quick changes nothing of what is read and told. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  begin,
  commit,
  compact,
  createStore,
  deleteKey,
  pastKeys,
  putKey,
  type Store,
} from "../../models/store.ts";
import { treeGet } from "../../models/store/tree.ts";
import { drive } from "./etcd-driver.ts";

const KEYS = ["a", "b", "c", "d", "e"];

function changed(store: Store, key: string, value: string): Store {
  const draft = begin(store);
  const kv = treeGet(draft.keys, key);
  if (value === "" && kv !== undefined) deleteKey(draft, kv);
  else putKey(draft, key, value, "0");
  return commit(draft);
}

describe("a read of long ago", () => {
  it("finds what stood there then, after thousands of changes, forks and a compaction", () => {
    const then = new Map<number, readonly string[]>();
    const standing = (store: Store) =>
      pastKeys(begin(store), "", null, store.revision).map(({ key, value }) => key + value);
    let store = createStore();
    for (let at = 0; at < 1500; at++) {
      store = changed(store, KEYS[(at * 7) % 5] ?? "", at % 11 === 0 ? "" : String(at));
      then.set(store.revision, standing(store));
    }
    const fork = Array.from({ length: 700 }, (_, at) => at).reduce(
      (one, at) => changed(one, "a", `fork${at}`),
      store,
    );
    const compacted = compact(fork, 300, true);
    const check = (of: Store, revision: number): void => {
      const found = pastKeys(begin(of), "", null, revision).map(({ key, value }) => key + value);
      expect(found).toEqual(then.get(revision));
      const single = pastKeys(begin(of), "b", "b\0", revision).map(({ key, value }) => key + value);
      expect(single).toEqual(then.get(revision)?.filter((one) => one.startsWith("b")));
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 301, max: 1400 }),
        fc.constantFrom(store, fork, compacted),
        (revision, of) => check(of, revision),
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("a change beside many watches", () => {
  it("is told to those of its key and those of ranges around it, in the order in which they came", () => {
    const etcd = drive();
    for (let id = 1; id <= 100; id++)
      etcd.watch(id, id % 10 === 0 ? { key: "k", rangeEnd: "l" } : { key: `k${id % 7}` });
    etcd.watched();
    const concerned = (key: string): number[] =>
      Array.from({ length: 100 }, (_, at) => at + 1).filter((id) => id % 10 === 0 || `k${id % 7}` === key);
    for (const key of ["k3", "k0", "k3"]) {
      etcd.ok({ type: "put", key, value: "v" });
      expect(etcd.watched().map(({ watchId }) => watchId)).toEqual(concerned(key));
    }
    etcd.step({ type: "cancelWatch", client: 1, watchId: 10 });
    etcd.watched();
    etcd.ok({ type: "txn", compare: [], success: [put("k1"), put("k2")], failure: [] });
    const told = etcd.watched();
    expect(told.map(({ watchId }) => watchId)).toEqual(
      Array.from({ length: 100 }, (_, at) => at + 1).filter(
        (id) => id !== 10 && (id % 10 === 0 || [1, 2].includes(id % 7)),
      ),
    );
    expect(told.find(({ watchId }) => watchId === 20)?.events).toHaveLength(2);
  });
});

function put(key: string) {
  return { type: "put", key, value: "v" } as const;
}
