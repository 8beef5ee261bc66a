/** What stood in the store at any event: folded from the changes that a trace tells. */
import type { KeyValue, StoreEvent } from "../../models/etcd-api.ts";
import type { TraceEvent } from "../trace/format.ts";

/** A change of the store, and the event in which it was made. */
export interface KeyChange {
  readonly n: number;
  readonly at: number;
  readonly event: StoreEvent;
  readonly cause: "request" | "expiry" | "revoke" | "restore" | "unknown";
  /** Whose request it was; absent: time's, or an outsider's. */
  readonly node?: string;
}

export function changesOf(events: readonly TraceEvent[]): KeyChange[] {
  return events.flatMap(({ at, n, seen = [] }) =>
    seen.flatMap((one): KeyChange[] =>
      one.type === "change"
        ? [
            {
              n,
              at,
              event: one["event"] as StoreEvent,
              cause: one["cause"] as KeyChange["cause"],
              ...(one.node === undefined ? {} : { node: one.node }),
            },
          ]
        : [],
    ),
  );
}

/** The keys after event `n`, in order; `before`: those that stood before the changes. */
export function keysAfter(
  changes: readonly KeyChange[],
  n: number,
  before: readonly KeyValue[] = [],
): KeyValue[] {
  const keys = new Map(before.map((kv) => [kv.key, kv]));
  for (const change of changes) {
    if (change.n > n) break;
    const { kv, type } = change.event;
    if (type === "PUT") keys.set(kv.key, kv);
    else keys.delete(kv.key);
  }
  return [...keys.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
}
