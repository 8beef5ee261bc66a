/**
 * Sends events to a watcher: with or without what they replaced, and in pieces if they are many and the client can put
 * pieces together (etcd `server/etcdserver/api/v3rpc/watch.go`, sendFragments).
 */
import { eventSize, MAX_MESSAGE_BYTES } from "../store/size.ts";
import { firstEventFrom, type Store } from "../store.ts";
import { vectorAt } from "../store/vector.ts";
import type { KeyValue, ResponseHeader, StoreEvent } from "../vocabulary.ts";
import type { Watcher, Work } from "./types.ts";

/** Fewer events than this of the usual size never need pieces; below it nobody measures. */
const RESPONSE_OVERHEAD = 32;

export function sendEvents(
  work: Work,
  watcher: Watcher,
  header: ResponseHeader,
  events: readonly StoreEvent[],
): void {
  const shown = shownEvents(watcher, events, work.next.store);
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
 * What was replaced is looked up one revision earlier: it is absent if that is compacted, and what the same transaction put
 * there in between is never seen (etcd 3.4.23, measured by `leasehold fidelity`).
 */
function shownEvents(watcher: Watcher, events: readonly StoreEvent[], store: Store): readonly StoreEvent[] {
  const shown: StoreEvent[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as StoreEvent;
    const { kv, type } = event;
    const keeps = watcher.prevKv && kv.modRevision > store.compactRevision;
    if (event.prevKv === undefined || (keeps && event.prevKv.modRevision < kv.modRevision)) {
      shown.push(event);
      continue;
    }
    const prevKv = keeps ? replacedBefore(store, kv) : undefined;
    shown.push(prevKv === undefined ? { type, kv } : { type, kv, prevKv });
  }
  return shown;
}

/** The key as it was before the whole revision that changed it. */
function replacedBefore(store: Store, { key, modRevision }: KeyValue): KeyValue | undefined {
  for (let at = firstEventFrom(store, modRevision); at < store.history.length; at++) {
    const event = vectorAt(store.history, at);
    if (event.kv.key === key) return event.prevKv;
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
