/**
 * etcd's multi-version store as a reducer: keys with revisions, and the history that watches and old reads need.
 *
 * The present is a sorted map; the past is the present undone, event by event, since every event knows what it replaced.
 * A write transaction is a {@link Draft}: begin, change, commit. All its changes share one new revision, and a draft that
 * changed nothing leaves the store's revision alone (etcd `server/storage/mvcc/kvstore_txn.go`).
 */
import { treeCollect, treeGet, treePut, treeRemove, type Tree } from "./store/tree.ts";
import { emptyVector, vectorAppend, vectorAt, vectorOf, type Vector } from "./store/vector.ts";
import { firstChangeAfter, placesIn, WORTH_AN_INDEX } from "./store/past-index.ts";
import { NO_LEASE, type KeyValue, type LeaseId, type Revision, type StoreEvent } from "./etcd-api.ts";

/** A store at one revision. Never changes; plain JSON data. */
export interface Store {
  readonly revision: Revision;
  /** Reads and watches below it fail; -1: never compacted. */
  readonly compactRevision: Revision;
  readonly keys: Tree<KeyValue>;
  /** Changes in order of (revision, place in the transaction), from the compact revision on. */
  readonly history: Vector<StoreEvent>;
}

/** A write transaction under way. Lives within one call and is never stored. */
export interface Draft {
  readonly before: Store;
  keys: Tree<KeyValue>;
  readonly events: StoreEvent[];
}

/** A fresh store is at revision 1, its first write makes revision 2. etcd 3.4.23, measured. */
export function createStore(): Store {
  return { revision: 1, compactRevision: -1, keys: null, history: emptyVector() };
}

export function begin(store: Store): Draft {
  return { before: store, keys: store.keys, events: [] };
}

/** The revision that a response made now would show: one more than at the beginning once something has changed. */
export function draftRevision(draft: Draft): Revision {
  return draft.events.length > 0 ? draft.before.revision + 1 : draft.before.revision;
}

/** Puts a key and gives what it replaced. */
export function putKey(draft: Draft, key: string, value: string, lease: LeaseId): KeyValue | undefined {
  const prevKv = treeGet(draft.keys, key);
  const modRevision = draft.before.revision + 1;
  const kv: KeyValue =
    prevKv === undefined
      ? { key, value, createRevision: modRevision, modRevision, version: 1, lease }
      : {
          key,
          value,
          createRevision: prevKv.createRevision,
          modRevision,
          version: prevKv.version + 1,
          lease,
        };
  draft.keys = treePut(draft.keys, key, kv);
  draft.events.push(prevKv === undefined ? { type: "PUT", kv } : { type: "PUT", kv, prevKv });
  return prevKv;
}

/** Deletes a key that exists. Its tombstone has the key and the revision, everything else is zero. */
export function deleteKey(draft: Draft, prevKv: KeyValue): void {
  const { key } = prevKv;
  const modRevision = draft.before.revision + 1;
  draft.keys = treeRemove(draft.keys, key);
  const kv = { key, value: "", createRevision: 0, modRevision, version: 0, lease: NO_LEASE };
  draft.events.push({ type: "DELETE", kv, prevKv });
}

/** The store after the draft: the same store if nothing changed. */
export function commit(draft: Draft): Store {
  const { before, events, keys } = draft;
  if (events.length === 0) return before;
  let history = before.history;
  for (let at = 0; at < events.length; at++) history = vectorAppend(history, events[at] as StoreEvent);
  return { revision: before.revision + 1, compactRevision: before.compactRevision, keys, history };
}

/**
 * Forgets what was before `revision`, which must be above the last compaction and at most the present. The newest version
 * of each key up to there stays readable. `keepTombstones`: whether a deletion *at* `revision` can still be watched; etcd
 * forgot those before 3.4.34 and 3.5.16, so that a watch from exactly there waits for ever.
 */
export function compact(store: Store, revision: Revision, keepTombstones: boolean): Store {
  const kept: StoreEvent[] = [];
  for (let at = firstEventFrom(store, revision); at < store.history.length; at++) {
    const event = vectorAt(store.history, at);
    if (keepTombstones || event.type === "PUT" || event.kv.modRevision !== revision) kept.push(event);
  }
  return { revision: store.revision, compactRevision: revision, keys: store.keys, history: vectorOf(kept) };
}

/** The store as it was at an older revision, which must not be compacted; later revisions never were. */
export function storeAt(store: Store, revision: Revision): Store {
  let keys: Tree<KeyValue> = null;
  for (const kv of pastKeys(begin(store), "", null, revision)) keys = treePut(keys, kv.key, kv);
  let history: Vector<StoreEvent> = emptyVector();
  for (let at = 0; at < store.history.length; at++) {
    const event = vectorAt(store.history, at);
    if (event.kv.modRevision <= revision) history = vectorAppend(history, event);
  }
  return { revision, compactRevision: store.compactRevision, keys, history };
}

/** Index in the history of the first change at or after `revision`; the history's length if there is none. */
export function firstEventFrom(store: Store, revision: Revision): number {
  let low = 0;
  let high = store.history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (vectorAt(store.history, middle).kv.modRevision < revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The key-values from `from` up to `upTo` (`null`: to the end) as the draft has them now, in key order. */
export function presentKeys(draft: Draft, from: string, upTo: string | null, limit: number): KeyValue[] {
  return treeCollect(draft.keys, from, upTo, limit, []);
}

/** The same at an older revision, by undoing everything since. */
export function pastKeys(draft: Draft, from: string, upTo: string | null, revision: Revision): KeyValue[] {
  const then = new Map<string, KeyValue | undefined>();
  const inRange = (key: string): boolean => key >= from && (upTo === null || key < upTo);
  const undo = (event: StoreEvent): void => {
    const { key } = event.kv;
    if (inRange(key)) then.set(key, event.prevKv);
  };
  for (let at = draft.events.length - 1; at >= 0; at--) undo(draft.events[at] as StoreEvent);
  const { history } = draft.before;
  const since = history.length - firstEventFrom(draft.before, revision + 1);
  if (since < WORTH_AN_INDEX) {
    for (let at = history.length - 1; at >= history.length - since; at--) undo(vectorAt(history, at));
  } else {
    const places = placesIn(history);
    const keys = upTo === `${from}\0` ? [from] : [...places.keys()].filter(inRange);
    for (const key of keys) {
      const first = firstChangeAfter(history, places.get(key) ?? [], revision);
      if (first !== undefined) then.set(key, first.prevKv);
    }
  }
  const unchanged = presentKeys(draft, from, upTo, Infinity).filter((kv) => !then.has(kv.key));
  for (const kv of then.values()) if (kv !== undefined) unchanged.push(kv);
  return unchanged.sort((left, right) => (left.key < right.key ? -1 : 1));
}
