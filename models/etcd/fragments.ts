/**
 * Sends events to a watcher: with or without what they replaced, and in pieces if they are many and the client can put
 * pieces together (etcd `server/etcdserver/api/v3rpc/watch.go`, sendFragments).
 */
import { eventSize, MAX_MESSAGE_BYTES } from "../store/size.ts";
import type { ResponseHeader, Revision, StoreEvent } from "../vocabulary.ts";
import type { Watcher, Work } from "./types.ts";

/** Fewer events than this of the usual size never need pieces; below it nobody measures. */
const RESPONSE_OVERHEAD = 32;

export function sendEvents(
  work: Work,
  watcher: Watcher,
  header: ResponseHeader,
  events: readonly StoreEvent[],
): void {
  const shown = shownEvents(watcher, events, work.next.store.compactRevision);
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

/** What was replaced is looked up one revision earlier, and so is absent if that is compacted. */
function shownEvents(
  watcher: Watcher,
  events: readonly StoreEvent[],
  compactRevision: Revision,
): readonly StoreEvent[] {
  const shown: StoreEvent[] = [];
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as StoreEvent;
    const keeps = watcher.prevKv && event.kv.modRevision > compactRevision;
    shown.push(keeps || event.prevKv === undefined ? event : { type: event.type, kv: event.kv });
  }
  return shown;
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
