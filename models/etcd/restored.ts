/** An etcd that was restored from a snapshot of an older revision: what came later never was, and its revisions are given anew. */
import { createWatchers } from "./watch.ts";
import { promote, reattach, withLease, withLeases } from "./lessor.ts";
import { storeAt } from "../store.ts";
import { treeCollect } from "../store/tree.ts";
import type { Tree } from "../store/tree.ts";
import type { Lease } from "../lease.ts";
import type { Etcd, Lessor } from "./types.ts";

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
