/**
 * Where in a store's history each key changed: what makes a read of long ago quick. Worked out when such a read comes, from the history
 * alone, and remembered for the stores that go on from it; a read gives the same with it and without.
 */
import type { Revision, StoreEvent } from "../etcd-api.ts";
import { vectorAt, type Vector } from "./vector.ts";

interface PastIndex {
  /** Up to how many changes it knows, and the last of them: a history in which that one stands there goes on from it. */
  length: number;
  last: StoreEvent;
  /** Places in the history, rising, by key. */
  readonly places: Map<string, number[]>;
}

/** Fewer changes are looked through one by one sooner. */
export const WORTH_AN_INDEX = 512;

/** The one that was asked last: one server has one history. */
let remembered: PastIndex | undefined;

/** Every key that ever changed in this history, with the places. */
export function placesIn(history: Vector<StoreEvent>): ReadonlyMap<string, readonly number[]> {
  const { length } = history;
  const known = remembered;
  const goesOn =
    known !== undefined && known.length <= length && vectorAt(history, known.length - 1) === known.last;
  const index = goesOn
    ? known
    : { length: 0, last: vectorAt(history, 0), places: new Map<string, number[]>() };
  for (let at = index.length; at < length; at++) {
    const event = vectorAt(history, at);
    const places = index.places.get(event.kv.key);
    if (places === undefined) index.places.set(event.kv.key, [at]);
    else places.push(at);
    index.last = event;
  }
  index.length = length;
  remembered = index;
  return index.places;
}

/** The first change of one key after a revision; undefined: it is as it was. */
export function firstChangeAfter(
  history: Vector<StoreEvent>,
  places: readonly number[],
  revision: Revision,
): StoreEvent | undefined {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (vectorAt(history, places[middle] as number).kv.modRevision <= revision) low = middle + 1;
    else high = middle;
  }
  const place = places[low];
  return place === undefined ? undefined : vectorAt(history, place);
}
