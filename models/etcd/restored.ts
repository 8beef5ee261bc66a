/** An etcd that was restored from a snapshot of an older revision: what came later never was, and its revisions are given anew. */
import { createWatchers } from "./watch.ts";
import { promote, reattach, withLease, withLeases } from "./lessor.ts";
import { storeAt } from "../store.ts";
import { treeCollect, treeGet } from "../store/tree.ts";
import type { Tree } from "../store/tree.ts";
import type { Lease } from "../lease.ts";
import { NO_LEASE } from "../etcd-api.ts";
import type { Etcd, Lessor, Work } from "./types.ts";

/**
 * As of `revision`, which must not be compacted, with the leases of then, each with its whole time. A key whose lease is not among them
 * stays, as it does in etcd.
 */
export function restoredAt(etcd: Etcd, revision: number, leases: Lessor["leases"], nowMs: number): Etcd {
  const store = storeAt(etcd.store, revision);
  let bare: Tree<Lease> = null;
  for (const lease of treeCollect(leases, "", null, Infinity, []))
    bare = withLease(bare, { ...lease, keys: null });
  const events = treeCollect(store.keys, "", null, Infinity, []).map((kv) => ({ type: "PUT", kv }) as const);
  const lessor = promote(reattach(withLeases(etcd.lessor, bare), events), etcd.options, nowMs);
  const { cluster } = etcd;
  const members = cluster?.members.map((member) => ({ ...member, behind: null })) ?? [];
  return {
    ...etcd,
    store,
    lessor,
    raftTerm: etcd.raftTerm + 1,
    watchers: createWatchers(),
    cluster: cluster && { ...cluster, members },
  };
}

/**
 * The store becomes that of so many revisions ago, as far as history reaches; every key that is another then has changed. Leases under which
 * keys stood then live again, for `ttlSeconds`: a store's history does not tell their own.
 */
export function restoreOlder(work: Work, by: number, ttlSeconds: number): void {
  const { next, nowMs } = work;
  const { compactRevision, keys, revision } = next.store;
  const then = Math.max(1, compactRevision, revision - by);
  let { leases } = next.lessor;
  for (const { lease: id } of treeCollect(storeAt(next.store, then).keys, "", null, Infinity, []))
    if (id !== NO_LEASE && treeGet(leases, id) === undefined)
      leases = withLease(leases, { id, ttlSeconds, expiresAtMs: nowMs, keys: null });
  const older = restoredAt(next, then, leases, nowMs);
  const before = new Map(treeCollect(keys, "", null, Infinity, []).map((kv) => [kv.key, kv]));
  for (const kv of treeCollect(older.store.keys, "", null, Infinity, [])) {
    const prevKv = before.get(kv.key);
    before.delete(kv.key);
    if (prevKv === undefined) work.changes.push({ event: { type: "PUT", kv }, cause: "restore" });
    else if (prevKv.modRevision !== kv.modRevision)
      work.changes.push({ event: { type: "PUT", kv, prevKv }, cause: "restore" });
  }
  for (const prevKv of before.values()) {
    const gone = {
      value: "",
      createRevision: 0,
      modRevision: older.store.revision,
      version: 0,
      lease: NO_LEASE,
    };
    work.changes.push({
      event: { type: "DELETE", kv: { key: prevKv.key, ...gone }, prevKv },
      cause: "restore",
    });
  }
  Object.assign(next, older);
}
