/**
 * Which watchers a change may concern: those of its key, and those of ranges. Worked out once for each list of watchers, which lasts until one
 * comes or goes; who hears what, and in which order, is the same with it and without.
 */
import { isSingle } from "../store/range.ts";
import type { StoreEvent } from "../etcd-api.ts";
import type { Watcher } from "./types.ts";

interface WatcherIndex {
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  readonly ofRanges: readonly number[];
}

/** Fewer are looked through one by one sooner. */
const WORTH_AN_INDEX = 32;

const indices = new WeakMap<readonly Watcher[], WatcherIndex>();

/** Those who may want one of these changes, in their order. */
export function concernedBy(watchers: readonly Watcher[], events: readonly StoreEvent[]): readonly Watcher[] {
  if (watchers.length < WORTH_AN_INDEX) return watchers;
  const { byKey, ofRanges } = indexOf(watchers);
  const places = new Set(ofRanges);
  for (let at = 0; at < events.length; at++)
    for (const place of byKey.get((events[at] as StoreEvent).kv.key) ?? []) places.add(place);
  return [...places].sort((left, right) => left - right).map((place) => watchers[place] as Watcher);
}

function indexOf(watchers: readonly Watcher[]): WatcherIndex {
  let known = indices.get(watchers);
  if (known === undefined) indices.set(watchers, (known = createIndex(watchers)));
  return known;
}

function createIndex(watchers: readonly Watcher[]): WatcherIndex {
  const byKey = new Map<string, number[]>();
  const ofRanges: number[] = [];
  for (let at = 0; at < watchers.length; at++) {
    const { key, rangeEnd } = watchers[at] as Watcher;
    const places = isSingle(rangeEnd) ? byKey.get(key) : ofRanges;
    if (places === undefined) byKey.set(key, [at]);
    else places.push(at);
  }
  return { byKey, ofRanges };
}
