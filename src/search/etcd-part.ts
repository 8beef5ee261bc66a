/**
 * etcd as a part of the world: what it holds, in plain lists, without what nobody can ask it for any more. Its normal form has
 * instants relative to now; an etcd built from it goes on like the one it was taken from.
 */
import type { Etcd } from "../../models/etcd.ts";
import { keysOf } from "../../models/etcd/lessor.ts";
import type { StreamIds, Waiting, Watcher } from "../../models/etcd/types.ts";
import type { Keys } from "../../models/dialect.ts";
import type { KeyValue, StoreEvent } from "../../models/etcd-api.ts";
import type { Lease } from "../../models/lease.ts";
import { treeCollect, treePut, type Tree } from "../../models/store/tree.ts";
import { vectorAt, vectorOf } from "../../models/store/vector.ts";
import { clientOf, lifeOfClient, nodeOfClient, type FaultInEffect } from "../simulation/world.ts";
import { LIFE, NOW, STALE, uncounted, type ToCome } from "./parts.ts";
import type { IdentityWalk } from "./identities.ts";
import type { Past, Renaming } from "./ranks.ts";

/** A change in etcd's history. `prev`, of metadata alone: older pages are read by undoing. */
export interface PastChange {
  readonly type: StoreEvent["type"];
  readonly past: KeyValue;
  readonly prev?: KeyValue;
}

/** A lease with its keys by name. */
export interface HeldLease extends Pick<Lease, "id" | "ttlSeconds" | "expiresAtMs"> {
  readonly keys: readonly string[];
}

/** etcd, and what is to come for it beside its own ticks. */
export interface EtcdPart extends Pick<Etcd, "mode" | "stallEndsMs" | "electionEndsMs" | "waiting"> {
  readonly revision: number;
  readonly compactRevision: number;
  readonly stored: readonly KeyValue[];
  readonly history: readonly PastChange[];
  readonly leases: readonly HeldLease[];
  readonly picked: number;
  readonly scanOriginMs: number;
  readonly lastScanMs: number;
  readonly synced: readonly Watcher[];
  readonly unsynced: readonly Watcher[];
  readonly syncAtMs: number;
  readonly streams: readonly StreamIds[];
  readonly items: readonly ToCome[];
  readonly inEffect: readonly FaultInEffect[];
}

/** Both the lease scans and the sync loop repeat within this, ms. */
const PERIOD_MS = 500;
/** The last scan, where it no longer matters when it was. */
const LONG_AGO = NOW - 100_000 * PERIOD_MS;
/** Stands for a revision or a version that is something, and nobody compares. */
const SOME = 1;
/** Of versions, whether it is the first. */
const MOST_VERSIONS = 2;

/** etcd's part as of `now`; everything but revisions, leases and server ids is in normal form. */
export function takeEtcd(
  etcd: Etcd,
  items: readonly ToCome[],
  inEffect: readonly FaultInEffect[],
  now: number,
  keys: Keys,
): EtcdPart {
  if (etcd.stale !== null) throw new RangeError("the search knows no leader that lost touch");
  if (etcd.cluster !== null) throw new RangeError("the search knows one member of etcd alone");
  if (etcd.spaceAlarms > 0) throw new RangeError("the search knows no etcd whose space is used up");
  const by = now - NOW;
  const moved = (instant: number) => (instant === 0 ? 0 : instant - by);
  const { lessor, store, watchers } = etcd;
  const least = lessor.leases === null ? Number.POSITIVE_INFINITY : lessor.leases.least;
  const history: PastChange[] = [];
  for (let at = 0; at < store.history.length; at++) history.push(pastOf(vectorAt(store.history, at), keys));
  return {
    mode: etcd.mode,
    stallEndsMs: moved(etcd.stallEndsMs),
    electionEndsMs: moved(etcd.electionEndsMs),
    revision: store.revision,
    compactRevision: store.compactRevision,
    stored: treeCollect(store.keys, "", null, Number.POSITIVE_INFINITY, []).map((kv) => storedOf(kv, keys)),
    history,
    leases: allLeases(lessor.leases).map(({ expiresAtMs, id, keys: attached, ttlSeconds }) => ({
      id,
      ttlSeconds,
      expiresAtMs: expiresAtMs - by,
      keys: keysOf({ id, ttlSeconds, expiresAtMs, keys: attached }),
    })),
    picked: lessor.picked,
    scanOriginMs: NOW - modulo(now - lessor.scanOriginMs, PERIOD_MS),
    // It matters only to a lease that was over by then and is still there.
    lastScanMs: least > lessor.lastScanMs ? LONG_AGO : lessor.lastScanMs - by,
    synced: byClient(watchers.synced).map((one) => ({
      ...watcherOf(one),
      nextRevision: Math.max(one.nextRevision, store.revision + 1),
    })),
    unsynced: byClient(watchers.unsynced).map(watcherOf),
    syncAtMs: moved(watchers.syncAtMs),
    streams: watchers.ids,
    waiting: etcd.waiting.map((one) => ({ ...one, deadlineMs: moved(one.deadlineMs) })),
    items: items.map(({ at, item }) => ({ at: at - by, item })),
    inEffect,
  };
}

function allLeases(tree: Tree<Lease>): Lease[] {
  return treeCollect(tree, "", null, Number.POSITIVE_INFINITY, []);
}

/** Only the token's key is compared by its creation, only metadata is dated by its last change. */
function storedOf(kv: KeyValue, keys: Keys): KeyValue {
  return {
    ...kv,
    value: uncounted(kv.value),
    createRevision: kv.key === keys.role ? kv.createRevision : SOME,
    modRevision: kv.key.startsWith(keys.metadata) ? kv.modRevision : SOME,
    version: Math.min(kv.version, MOST_VERSIONS),
  };
}

function pastOf({ kv, prevKv, type }: StoreEvent, keys: Keys): PastChange {
  const past = { ...kv, value: uncounted(kv.value), createRevision: 0, version: 0 };
  if (prevKv === undefined || !kv.key.startsWith(keys.metadata)) return { type, past };
  return { type, past, prev: storedOf(prevKv, keys) };
}

function watcherOf(watcher: Watcher): Watcher {
  return { ...watcher, startRevision: 0, progressAtMs: 0, heard: false };
}

/** Whose watchers come first among different processes does not matter. */
function byClient(watchers: readonly Watcher[]): Watcher[] {
  return watchers.toSorted((left, right) => left.client - right.client);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** An etcd that goes on as the part says, at {@link NOW}; all but its instants as `like` has them. */
export function buildEtcd(part: EtcdPart, { options }: Pick<Etcd, "options">): Etcd {
  let stored: Tree<KeyValue> = null;
  for (const kv of part.stored) stored = treePut(stored, kv.key, kv);
  let leases: Tree<Lease> = null;
  for (const { expiresAtMs, id, keys, ttlSeconds } of part.leases) {
    let attached: Tree<0> = null;
    for (const key of keys) attached = treePut<0>(attached, key, 0);
    leases = treePut(leases, id, { id, ttlSeconds, expiresAtMs, keys: attached }, expiresAtMs);
  }
  const events = part.history.map(({ past, prev, type }): StoreEvent =>
    prev === undefined ? { type, kv: past } : { type, kv: past, prevKv: prev },
  );
  const { compactRevision, electionEndsMs, mode, revision, stallEndsMs, waiting } = part;
  return {
    options,
    mode,
    stallEndsMs,
    // Matters only to clients that will not wait for a leader; coordinators do.
    leaderLostMs: 0,
    electionEndsMs,
    // Nobody reads it, but 0 is the mark of a transaction within another.
    raftTerm: 1,
    store: { revision, compactRevision, keys: stored, history: vectorOf(events) },
    lessor: { leases, scanOriginMs: part.scanOriginMs, lastScanMs: part.lastScanMs, picked: part.picked },
    watchers: {
      synced: part.synced,
      unsynced: part.unsynced,
      syncAtMs: part.syncAtMs,
      progressAtMs: 0,
      ids: part.streams,
    },
    waiting,
    stale: null,
    spaceAlarms: 0,
    cluster: null,
  };
}

/** How a process' numbers are called from now on; what it does not know any more has no name. */
export interface NewNames {
  readonly node: number;
  /** Of the life that is called present from now on; undefined: it is over. */
  readonly life: number | undefined;
  readonly requests: ReadonlyMap<number, number>;
  readonly watches: ReadonlyMap<number, number>;
}

/** Watches that etcd alone remembers are numbered from here. */
const FORGOTTEN = 60;

/** The part with processes' numbers under their new names, by place; a process without new names keeps those it has. */
export function renameClients(part: EtcdPart, all: readonly (NewNames | undefined)[]): EtcdPart {
  const forgotten = new Map<number, Map<number, number>>();
  const namesOf = (client: number): NewNames | undefined => {
    const names = all[nodeOfClient(client)];
    return names !== undefined && names.life === lifeOfClient(client) ? names : undefined;
  };
  const client = (old: number): number => {
    const node = nodeOfClient(old);
    if (node < 0 || all[node] === undefined) return old;
    return clientOf(node, namesOf(old) === undefined ? LIFE.past : LIFE.present);
  };
  const watch = (old: number, id: number): number => {
    if (all[nodeOfClient(old)] === undefined) return id;
    const name = namesOf(old)?.watches.get(id);
    if (name !== undefined) return name;
    let given = forgotten.get(old);
    if (given === undefined) forgotten.set(old, (given = new Map<number, number>()));
    const renamed = given.get(id) ?? FORGOTTEN + given.size;
    given.set(id, renamed);
    return renamed;
  };
  const request = (old: number, id: number): number =>
    all[nodeOfClient(old)] === undefined ? id : (namesOf(old)?.requests.get(id) ?? STALE);
  const watcher = (one: Watcher): Watcher => ({
    ...one,
    client: client(one.client),
    watchId: watch(one.client, one.watchId),
  });
  const waiting = (one: Waiting): Waiting => {
    const { input } = one;
    const renamed =
      input.type === "request"
        ? { ...input, client: client(input.client), id: request(input.client, input.id) }
        : input.type === "watchProgress"
          ? { ...input, client: client(input.client) }
          : { ...input, client: client(input.client), watchId: watch(input.client, input.watchId) };
    return { ...one, input: renamed };
  };
  return {
    ...part,
    synced: part.synced.map(watcher),
    unsynced: part.unsynced.map(watcher),
    streams: part.streams
      .map((one) => ({
        ...one,
        client: client(one.client),
        ended: one.ended.map((id) => watch(one.client, id)),
      }))
      .filter(({ ended, next }) => ended.length > 0 || next > 0),
    waiting: part.waiting.map(waiting),
  };
}

/** Changes that the history still has, by whom they concern. */
export function pastChanges(part: EtcdPart, keys: Keys): Past[] {
  return part.history.map(({ past: { key, modRevision } }) => ({
    key: classOf(key, keys),
    revision: modRevision,
  }));
}

/** Metadata is asked for as a whole. */
function classOf(key: string, keys: Keys): string {
  return key.startsWith(keys.metadata) ? keys.metadata : key;
}

/** The part under new names, with those changes alone in its history. */
export function rankEtcd(
  part: EtcdPart,
  { keys, walk }: { readonly keys: Keys; readonly walk: IdentityWalk },
  kept: readonly Past[],
  { picked, visitor }: Renaming,
): EtcdPart {
  const renamed = walk.over({ ...cutHistory(part, keys, kept), picked }, visitor);
  return { ...renamed, stored: renamed.stored.toSorted((left, right) => (left.key < right.key ? -1 : 1)) };
}

/** The part with those changes alone in its history. */
export function cutHistory(part: EtcdPart, keys: Keys, kept: readonly Past[]): EtcdPart {
  const keeps = ({ past: { key, modRevision } }: PastChange) =>
    kept.some((one) => one.key === classOf(key, keys) && one.revision === modRevision);
  return { ...part, history: part.history.filter(keeps) };
}
