/**
 * The metadata, read page by page at one revision. One answer that holds everything grows without a bound until no request
 * gets it in its time; pages do not, so whatever etcd can hold can be loaded, and all of it as it stood at one revision.
 */
import type { KeyValue, KvReply, RangeRequest, Revision } from "./etcd-api.ts";
import type { Timing } from "./timing.ts";

/** How much of the metadata was read, and how the next page is asked for. Replaced as a whole, never changed. */
export interface ReloadCursor {
  /** At which every page is read: that of the first; 0: none was read yet. */
  readonly revision: Revision;
  /** The last key read; `""`: none. */
  readonly lastKey: string;
  /** The newest modification among the keys read. */
  readonly newestRevision: Revision;
  /** How many keys the next page may bring... */
  readonly pageKeys: number;
  /** ...which is about so many bytes, going by the page before. */
  readonly pageBytes: number;
  /** How many times the usual time-out it may take: etcd counts all that is left for every page. */
  readonly patience: number;
}

/** A megabyte is well within the time of a request. */
const MOST_BYTES = 1 << 20;
const LEAST_BYTES = 1 << 14;
/** So many small keys are still quick to read and to decode. */
const MOST_KEYS = 10_000;
const MOST_PATIENCE = 8;

/** Before the first page. */
export const RELOAD_START: ReloadCursor = Object.freeze({
  revision: 0,
  lastKey: "",
  newestRevision: 0,
  pageKeys: 1000,
  pageBytes: MOST_BYTES,
  patience: 1,
});

/** How long a page may go unanswered; never so long that another could not have taken over meanwhile. */
export function pageTimeoutMs({ requestTimeoutMs, ttlMs }: Timing, { patience }: ReloadCursor): number {
  return Math.max(requestTimeoutMs, Math.min(requestTimeoutMs * patience, ttlMs / 4));
}

/** How long a page may go unanswered at most, after others have. */
export function longestPageMs(timing: Timing): number {
  return pageTimeoutMs(timing, { ...RELOAD_START, patience: MOST_PATIENCE });
}

/** The next page of `range`. */
export function reloadPage(
  range: Pick<RangeRequest, "key" | "rangeEnd">,
  { lastKey, pageKeys, revision }: ReloadCursor,
): RangeRequest {
  const key = lastKey === "" ? range.key : `${lastKey}\0`;
  return { type: "range", ...range, key, limit: pageKeys, ...(revision === 0 ? {} : { revision }) };
}

/** What a page's reply means, and what is read with it. */
export function readReloadPage(
  reply: KvReply,
  cursor: ReloadCursor,
): { readonly meaning: "page" | "loaded" | "failed"; readonly cursor: ReloadCursor } {
  if (reply.type !== "ok") return { meaning: "failed", cursor: afterFailure(reply.code, cursor) };
  if (reply.response.type !== "range") return { meaning: "failed", cursor };
  const { header, kvs, more } = reply.response;
  const last = kvs.at(-1);
  if (last === undefined) return { meaning: "loaded", cursor };
  let { newestRevision } = cursor;
  for (const { modRevision } of kvs) newestRevision = Math.max(newestRevision, modRevision);
  const revision = cursor.revision === 0 ? header.revision : cursor.revision;
  const pageBytes = Math.min(cursor.pageBytes * 2, MOST_BYTES);
  return {
    meaning: more ? "page" : "loaded",
    cursor: {
      ...cursor,
      revision,
      lastKey: last.key,
      newestRevision,
      pageBytes,
      pageKeys: keysWithin(pageBytes, kvs),
    },
  };
}

/**
 * Whatever else was the matter, smaller pages and more patience have better chances. `OutOfRange`: the revision was compacted
 * away, or etcd was restored from before it; what was read of it is worth nothing any more.
 */
function afterFailure(code: string, cursor: ReloadCursor): ReloadCursor {
  if (code === "OutOfRange") return { ...cursor, revision: 0, lastKey: "", newestRevision: 0 };
  return {
    ...cursor,
    pageKeys: Math.max(1, Math.floor(cursor.pageKeys / 4)),
    pageBytes: Math.max(LEAST_BYTES, Math.floor(cursor.pageBytes / 4)),
    patience: Math.min(cursor.patience * 2, MOST_PATIENCE),
  };
}

/** How many keys like these make `bytes`. */
function keysWithin(bytes: number, kvs: readonly KeyValue[]): number {
  let size = 0;
  for (const { key, value } of kvs) size += key.length + value.length;
  return Math.min(Math.max(1, Math.floor((kvs.length * bytes) / Math.max(1, size))), MOST_KEYS);
}
