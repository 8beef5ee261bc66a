/**
 * Sends events to a watcher: with or without what they replaced, and in pieces if they are many and the client can put
 * pieces together (etcd `server/etcdserver/api/v3rpc/watch.go`, sendFragments).
 */
import { eventSize, MAX_MESSAGE_BYTES } from "../store/size.ts";
import { firstEventFrom, type Store } from "../store.ts";
import { vectorAt } from "../store/vector.ts";
import type { KeyValue, ResponseHeader, StoreEvent } from "../etcd-api.ts";
import type { Watcher, Work } from "./types.ts";

/** Fewer events than this of the usual size never need pieces; below it nobody measures. */
const RESPONSE_OVERHEAD = 32;

export function sendEvents(
  work: Work,
  watcher: Watcher,
  header: ResponseHeader,
  events: readonly StoreEvent[],
): void {
  const shown = shownEvents(work, watcher, events);
  if (!watcher.fragment || shown.length < 2) {
    push(work, watcher, header, shown, false);
    return;
  }
  let piece: StoreEvent[] = [];
  let size = RESPONSE_OVERHEAD;
  for (let at = 0; at < shown.length; at++) {
    const event = shown[at] as StoreEvent;
    const more = eventSize(event);
    if (piece.length > 0 && size + more >= MAX_MESSAGE_BYTES) {
      push(work, watcher, header, piece, true);
      piece = [];
      size = RESPONSE_OVERHEAD;
    }
    piece.push(event);
    size += more;
  }
  push(work, watcher, header, piece, false);
}

/**
 * What was there before is looked up one revision earlier: absent if that is compacted, and not what an earlier operation
 * of the same transaction put. Nothing is looked up for a key that the event creates (3.4.23, measured).
 */
function shownEvents(work: Work, watcher: Watcher, events: readonly StoreEvent[]): readonly StoreEvent[] {
  const { store } = work.next;
  const shown: StoreEvent[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as StoreEvent;
    const { kv, type } = event;
    const isLookedUp = watcher.prevKv && kv.modRevision > store.compactRevision && kv.version !== 1;
    const prevKv = isLookedUp ? valueBefore(store, event) : undefined;
    if (prevKv === event.prevKv) shown.push(event);
    else shown.push(prevKv === undefined ? { type, kv } : { type, kv, prevKv });
  }
  return shown;
}

/** What the event's key had before the event's transaction. */
function valueBefore(store: Store, event: StoreEvent): KeyValue | undefined {
  const { key, modRevision } = event.kv;
  if (event.prevKv !== undefined && event.prevKv.modRevision < modRevision) return event.prevKv;
  for (let at = firstEventFrom(store, modRevision); at < store.history.length; at++) {
    const first = vectorAt(store.history, at);
    if (first.kv.key === key) return first.prevKv;
  }
  return undefined;
}

function push(
  work: Work,
  watcher: Watcher,
  header: ResponseHeader,
  events: readonly StoreEvent[],
  fragment: boolean,
): void {
  const { client, stream, watchId } = watcher;
  work.outputs.push({
    type: "watch",
    client,
    stream,
    response: {
      watchId,
      header,
      created: false,
      canceled: false,
      compactRevision: 0,
      cancelReason: "",
      fragment,
      events,
    },
  });
}
