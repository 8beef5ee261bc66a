/**
 * The metadata, read page by page at one revision. One answer that holds everything grows without a bound until no request
 * gets it in its time; pages do not, so whatever etcd can hold can be loaded, and all of it as it stood at one revision.
 */
import type { KeyValue, KvReply, RangeRequest, Revision } from "./etcd-api.ts";

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
}

/** Before the first page: so many keys of any size; a megabyte is well within the time of a request. */
export const RELOAD_START: ReloadCursor = Object.freeze({
  revision: 0,
  lastKey: "",
  newestRevision: 0,
  pageKeys: 1000,
  pageBytes: 1 << 20,
});

/** So many small keys are still quick to read and to decode. */
const MOST_KEYS = 10_000;
const LEAST_BYTES = 1 << 14;

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
  const pageKeys = keysWithin(cursor.pageBytes, kvs);
  return {
    meaning: more ? "page" : "loaded",
    cursor: { ...cursor, revision, lastKey: last.key, newestRevision, pageKeys },
  };
}

/**
 * Whatever else was the matter, smaller pages have better chances. `OutOfRange`: the revision was compacted away, or etcd was
 * restored from before it; what was read of it is worth nothing any more.
 */
function afterFailure(code: string, cursor: ReloadCursor): ReloadCursor {
  const pageKeys = Math.max(1, Math.floor(cursor.pageKeys / 4));
  const pageBytes = Math.max(LEAST_BYTES, Math.floor(cursor.pageBytes / 4));
  if (code === "OutOfRange")
    return { ...RELOAD_START, pageKeys: cursor.pageKeys, pageBytes: cursor.pageBytes };
  return { ...cursor, pageKeys, pageBytes };
}

/** How many keys like these make `bytes`. */
function keysWithin(bytes: number, kvs: readonly KeyValue[]): number {
  let size = 0;
  for (const { key, value } of kvs) size += key.length + value.length;
  return Math.min(Math.max(1, Math.floor((kvs.length * bytes) / Math.max(1, size))), MOST_KEYS);
}
