/**
 * Watches (etcd `server/storage/mvcc/watchable_store.go`, `server/etcdserver/api/v3rpc/watch.go`). A watcher is either
 * synced, and fed with each revision as it is made, or behind, and fed from the history by a loop.
 */
import { firstEventFrom } from "../store.ts";
import { inRange } from "../store/range.ts";
import { vectorAt } from "../store/vector.ts";
import type { ResponseHeader, StoreEvent, WatchRequest, WatchResponse } from "../etcd-api.ts";
import { sendEvents } from "./fragments.ts";
import { follows } from "./release.ts";
import { concernedBy } from "./watcher-index.ts";
import { endedBy, forgetEnded, forgetIds, idsOf, isEnded, pickedId } from "./watch-ids.ts";
import {
  nextOnGrid,
  type ClientId,
  type EtcdInput,
  type SimulatedEtcdOptions,
  type Watcher,
  type Watchers,
  type Work,
} from "./types.ts";

/** One pass of the loop serves so many watchers, and each with so many revisions. */
const WATCHERS_PER_SYNC = 512;
const REVISIONS_PER_SYNC = 1000;

type WatchInput = Extract<EtcdInput, { readonly type: "watch" }>;

const NO_EVENTS: readonly StoreEvent[] = Object.freeze([]);

export function createWatchers(): Watchers {
  return { synced: [], unsynced: [], syncAtMs: 0, progressAtMs: 0, ids: [] };
}

/** Answers a request for a watch, and registers it unless that failed. `watchId` 0 takes the next free one. */
export function openWatch(work: Work, input: WatchInput): void {
  const { client, hasLeader, request, stream = 0, watchId } = input;
  const { options, store, watchers } = work.next;
  const key = request.key === "" ? "\0" : request.key;
  const rangeEnd = request.rangeEnd ?? "";
  const start = request.startRevision ?? 0;
  const ids = idsOf(watchers.ids, client, stream);
  const taken = (id: number): boolean => isEnded(ids, id) || find(watchers, client, stream, id) !== undefined;
  let id = watchId;
  if (id === 0) for (id = ids.next; taken(id);) id++;
  const reason = refusal(options, request, taken(id), key, rangeEnd);
  const header = headerAt(work, store.revision);
  if (reason !== "") {
    send(work, client, stream, {
      ...EMPTY,
      watchId: -1,
      header,
      created: true,
      canceled: true,
      cancelReason: reason,
    });
    return;
  }
  send(work, client, stream, { ...EMPTY, watchId: id, header, created: true });
  const watcher: Watcher = {
    client,
    stream,
    watchId: id,
    key,
    rangeEnd,
    startRevision: start,
    nextRevision: start === 0 ? store.revision + 1 : start,
    prevKv: request.prevKv === true,
    noPut: request.noPut === true,
    noDelete: request.noDelete === true,
    fragment: request.fragment === true,
    progressAtMs: request.progressNotify === true ? nextProgressMs(work, client, stream) : 0,
    heard: false,
    ...(hasLeader === true ? { hasLeader } : {}),
  };
  if (watchId === 0) work.next.watchers = { ...watchers, ids: pickedId(watchers.ids, ids, id) };
  const { synced, unsynced } = watchers;
  const isSynced = watcher.nextRevision > store.revision;
  setWatchers(work, isSynced ? [...synced, watcher] : synced, isSynced ? unsynced : [...unsynced, watcher]);
}

/** All watches of a stream are told at once: with those that are there, or an interval from now on. */
function nextProgressMs({ next, nowMs }: Work, client: ClientId, stream: number): number {
  const { options, watchers } = next;
  const isTold = (watcher: Watcher): boolean =>
    watcher.progressAtMs > 0 && watcher.client === client && watcher.stream === stream;
  const found = watchers.synced.find(isTold) ?? watchers.unsynced.find(isTold);
  return found?.progressAtMs ?? nowMs + options.progressNotifyIntervalMs;
}

/** Why there is no watch, `""` if there is. */
function refusal(
  options: SimulatedEtcdOptions,
  request: WatchRequest,
  taken: boolean,
  key: string,
  rangeEnd: string,
): string {
  if (follows(options.version, "refusesNegativeStart") && (request.startRevision ?? 0) < 0) {
    return "etcdserver: mvcc: required revision has been compacted";
  }
  if (rangeEnd !== "" && rangeEnd !== "\0" && rangeEnd <= key) return "mvcc: watcher range is empty";
  return taken ? "mvcc: duplicate watch ID provided on the WatchStream" : "";
}

/** Cancels a watch, one that a compaction ended too; nobody answers for one that never was. */
export function cancelWatch(work: Work, client: ClientId, stream: number, watchId: number): void {
  const { synced, unsynced } = work.next.watchers;
  const watcher = find(work.next.watchers, client, stream, watchId);
  const ids = idsOf(work.next.watchers.ids, client, stream);
  if (watcher === undefined && !isEnded(ids, watchId)) return;
  work.next.watchers = { ...work.next.watchers, ids: forgetEnded(work.next.watchers.ids, ids, watchId) };
  setWatchers(
    work,
    synced.filter((other) => other !== watcher),
    unsynced.filter((other) => other !== watcher),
  );
  const header = headerAt(work, work.next.store.revision);
  send(work, client, stream, { ...EMPTY, watchId, header, canceled: true });
}

export function dropWatches(work: Work, client: ClientId): void {
  const { ids, synced, unsynced } = work.next.watchers;
  const others = (watcher: Watcher): boolean => watcher.client !== client;
  if (ids.length > 0) work.next.watchers = { ...work.next.watchers, ids: forgetIds(ids, client) };
  if (synced.every(others) && unsynced.every(others)) return;
  setWatchers(work, synced.filter(others), unsynced.filter(others));
}

/** Takes a client's watches away, or all; each as far as it has been told. */
export function takeWatches(work: Work, client?: ClientId): readonly Watcher[] {
  const { store, watchers } = work.next;
  const own = (watcher: Watcher): boolean => client === undefined || watcher.client === client;
  const others = (watcher: Watcher): boolean => !own(watcher);
  const synced = watchers.synced.filter(own).map((watcher) => ({
    ...watcher,
    nextRevision: Math.max(watcher.nextRevision, store.revision + 1),
  }));
  const unsynced = watchers.unsynced.filter(own);
  setWatchers(work, watchers.synced.filter(others), watchers.unsynced.filter(others));
  return [...synced, ...unsynced];
}

/** Gives them back; those that missed something catch up. */
export function returnWatches(work: Work, taken: readonly Watcher[]): void {
  const { store, watchers } = work.next;
  const isSynced = (watcher: Watcher): boolean => watcher.nextRevision > store.revision;
  const isBehind = (watcher: Watcher): boolean => !isSynced(watcher);
  setWatchers(
    work,
    [...watchers.synced, ...taken.filter(isSynced)],
    [...watchers.unsynced, ...taken.filter(isBehind)],
  );
}

/** All of them, or those that want a leader; `message`: why, by default because the server ends. */
export function breakWatches(work: Work, message = "transport is closing", wantLeader = false): void {
  const { ids, synced, unsynced } = work.next.watchers;
  const isBroken = ({ hasLeader }: Watcher): boolean => !wantLeader || hasLeader === true;
  const isKept = (watcher: Watcher): boolean => !isBroken(watcher);
  const clients = new Set([...synced, ...unsynced].filter(isBroken).map((watcher) => watcher.client));
  for (const client of clients) {
    work.outputs.push({
      type: "watchesBroken",
      client,
      code: "Unavailable",
      message,
    });
  }
  work.next.watchers = createWatchers();
  if (!wantLeader) return;
  work.next.watchers = { ...work.next.watchers, ids: ids.filter(({ client }) => !clients.has(client)) };
  setWatchers(work, synced.filter(isKept), unsynced.filter(isKept));
}

/** Feeds the synced watchers with the changes of one revision: one response each. */
export function notify(work: Work, events: readonly StoreEvent[]): void {
  const { synced } = work.next.watchers;
  const { revision } = work.next.store;
  let heard = false;
  const concerned = concernedBy(synced, events);
  for (let at = 0; at < concerned.length; at++) {
    const watcher = concerned[at] as Watcher;
    const matching = revision >= watcher.nextRevision ? eventsFor(watcher, events) : NO_EVENTS;
    if (matching.length === 0) continue;
    sendEvents(work, watcher, headerAt(work, revision), matching);
    heard ||= watcher.progressAtMs > 0 && !watcher.heard;
  }
  if (!heard) return;
  const marked = synced.map((watcher) =>
    watcher.progressAtMs > 0 && revision >= watcher.nextRevision && eventsFor(watcher, events).length > 0
      ? { ...watcher, heard: true }
      : watcher,
  );
  setWatchers(work, marked, work.next.watchers.unsynced);
}

function eventsFor(watcher: Watcher, events: readonly StoreEvent[]): readonly StoreEvent[] {
  let found: StoreEvent[] | undefined;
  for (let at = 0; at < events.length; at++) {
    const event = events[at] as StoreEvent;
    if (!wants(watcher, event)) continue;
    (found ??= []).push(event);
  }
  return found ?? NO_EVENTS;
}

function wants(watcher: Watcher, event: StoreEvent): boolean {
  if (event.type === "PUT" ? watcher.noPut : watcher.noDelete) return false;
  return inRange(event.kv.key, watcher.key, watcher.rangeEnd);
}

/** One pass of the loop for watchers behind the present. */
export function syncWatchers(work: Work): void {
  const { synced, unsynced } = work.next.watchers;
  const caughtUp: Watcher[] = [];
  const behind: Watcher[] = [];
  for (let at = 0; at < unsynced.length; at++) {
    const watcher = unsynced[at] as Watcher;
    const after = at < WATCHERS_PER_SYNC ? catchUp(work, watcher) : watcher;
    if (after === null) continue;
    if (after.nextRevision > work.next.store.revision) caughtUp.push(after);
    else behind.push(after);
  }
  setWatchers(work, [...synced, ...caughtUp], behind);
}

/** The watcher after its next piece of history; `null` if that is compacted away and the watch with it. */
function catchUp(work: Work, watcher: Watcher): Watcher | null {
  const { store } = work.next;
  if (watcher.nextRevision < store.compactRevision) {
    const header = { revision: 0, raftTerm: work.next.raftTerm };
    const gone = {
      ...EMPTY,
      watchId: watcher.watchId,
      header,
      canceled: true,
      compactRevision: store.compactRevision,
    };
    send(work, watcher.client, watcher.stream, gone);
    work.next.watchers = { ...work.next.watchers, ids: endedBy(work.next.watchers.ids, watcher) };
    return null;
  }
  const found: StoreEvent[] = [];
  let revisions = 0;
  let last = 0;
  for (let at = firstEventFrom(store, watcher.nextRevision); at < store.history.length; at++) {
    const event = vectorAt(store.history, at);
    if (!wants(watcher, event)) continue;
    const { modRevision } = event.kv;
    if (modRevision !== last && ++revisions > REVISIONS_PER_SYNC) break;
    last = modRevision;
    found.push(event);
  }
  const nextRevision = revisions > REVISIONS_PER_SYNC ? last + 1 : store.revision + 1;
  if (found.length === 0) return { ...watcher, nextRevision };
  sendEvents(work, watcher, headerAt(work, store.revision), found);
  return { ...watcher, nextRevision, heard: true };
}

/**
 * An explicit request for progress, for a whole stream. 3.4.23 answers at once, though events may follow that are older;
 * later releases only if every watcher of the stream is synced: one that a compaction ended never is, until the client
 * cancels it.
 */
export function requestProgress(work: Work, client: ClientId, stream: number): void {
  const { options, store, watchers } = work.next;
  const ofStream = (watcher: Watcher): boolean => watcher.client === client && watcher.stream === stream;
  if (follows(options.version, "progressWhenSynced")) {
    if (watchers.unsynced.some(ofStream) || idsOf(watchers.ids, client, stream).ended.length > 0) return;
    const synced = watchers.synced.filter(ofStream);
    if (synced.length === 0 || synced.some((watcher) => isEarly(watcher, options, store.revision))) return;
  }
  send(work, client, stream, { ...EMPTY, watchId: -1, header: headerAt(work, store.revision) });
}

/** Tells the watchers that asked for it, and heard nothing for a whole interval, how far the store is. */
export function notifyProgress(work: Work): void {
  const { nowMs } = work;
  const { options, store, watchers } = work.next;
  const told = (watcher: Watcher, isSynced: boolean): Watcher => {
    if (watcher.progressAtMs === 0 || watcher.progressAtMs > nowMs) return watcher;
    if (isSynced && !watcher.heard && !isEarly(watcher, options, store.revision)) {
      send(work, watcher.client, watcher.stream, {
        ...EMPTY,
        watchId: watcher.watchId,
        header: headerAt(work, store.revision),
      });
    }
    const progressAtMs = nextOnGrid(nowMs, watcher.progressAtMs, options.progressNotifyIntervalMs);
    return { ...watcher, progressAtMs, heard: false };
  };
  setWatchers(
    work,
    watchers.synced.map((watcher) => told(watcher, true)),
    watchers.unsynced.map((watcher) => told(watcher, false)),
  );
}

/** Whether news of progress would be of revisions before those it waits for. */
function isEarly({ startRevision }: Watcher, { version }: SimulatedEtcdOptions, revision: number): boolean {
  return startRevision > revision && follows(version, "progressWhenReached");
}

function setWatchers(work: Work, synced: readonly Watcher[], unsynced: readonly Watcher[]): void {
  const { lessor, options } = work.next;
  let progressAtMs = 0;
  const look = (watcher: Watcher): void => {
    const at = watcher.progressAtMs;
    if (at > 0 && (progressAtMs === 0 || at < progressAtMs)) progressAtMs = at;
  };
  synced.forEach(look);
  unsynced.forEach(look);
  // The loop keeps the phase of the server's start, like the lease scans.
  const loopAtMs = nextOnGrid(work.nowMs, lessor.scanOriginMs, options.watchSyncIntervalMs);
  const syncAtMs = unsynced.length === 0 ? 0 : loopAtMs;
  work.next.watchers = { synced, unsynced, syncAtMs, progressAtMs, ids: work.next.watchers.ids };
}

function find(watchers: Watchers, client: ClientId, stream: number, watchId: number): Watcher | undefined {
  const same = (watcher: Watcher): boolean =>
    watcher.watchId === watchId && watcher.client === client && watcher.stream === stream;
  return watchers.synced.find(same) ?? watchers.unsynced.find(same);
}

function headerAt(work: Work, revision: number): ResponseHeader {
  return { revision, raftTerm: work.next.raftTerm };
}

function send(work: Work, client: ClientId, stream: number, response: WatchResponse): void {
  work.outputs.push({ type: "watch", client, stream, response });
}

const EMPTY = Object.freeze({
  watchId: 0,
  header: Object.freeze({ revision: 0, raftTerm: 0 }),
  created: false,
  canceled: false,
  compactRevision: 0,
  cancelReason: "",
  fragment: false,
  events: NO_EVENTS,
});
