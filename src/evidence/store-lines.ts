/** What `etcdctl watch -w json` and `etcdctl get -w json` print, as changes of the store. */
import { fromBase64 } from "./base64.ts";
import type { StatedChange } from "./fact.ts";
import type { LoggedKeyValue } from "../milvus/read-lines.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The changes in one object that etcdctl printed; undefined: it is nothing of etcdctl's, or one of its changes cannot be read. Half a
 * revision is none: whoever judged by it would miss what stands in the other half.
 */
export function readStoreLine(json: Json): readonly StatedChange[] | undefined {
  const events = json["Events"];
  if ("Header" in json && (Array.isArray(events) || events === null))
    return wholly((events ?? []).map((event: unknown) => changeIn(event, "etcd")));
  const header = json["header"];
  if (typeof header !== "object" || header === null || !("revision" in header)) return undefined;
  const kvs = json["kvs"];
  // What is there now was put; by what it changed before, a snapshot does not say.
  return Array.isArray(kvs) ? wholly(kvs.map((kv: unknown) => changeIn({ kv }, "snapshot"))) : [];
}

function wholly(changes: readonly (StatedChange | undefined)[]): readonly StatedChange[] | undefined {
  const read = changes.filter((one) => one !== undefined);
  return read.length === changes.length ? read : undefined;
}

function changeIn(event: unknown, by: StatedChange["by"]): StatedChange | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const { kv, type } = event as Json;
  const read = typeof kv === "object" && kv !== null ? readKeyValue(kv as Json) : undefined;
  if (read === undefined) return undefined;
  const deleted = type === 1 || type === "DELETE";
  return { type: "change", by, event: deleted ? "DELETE" : "PUT", kv: read };
}

function readKeyValue(kv: Json): LoggedKeyValue | undefined {
  const key = typeof kv["key"] === "string" ? fromBase64(kv["key"]) : undefined;
  const value = typeof kv["value"] === "string" ? fromBase64(kv["value"]) : undefined;
  const modRevision = whole(kv["mod_revision"]);
  if (key === undefined || modRevision === 0) return undefined;
  const { lease } = kv;
  return {
    key,
    createRevision: whole(kv["create_revision"]),
    modRevision,
    version: whole(kv["version"]),
    lease: typeof lease === "string" || typeof lease === "number" ? String(lease) : "0",
    ...(value === undefined ? {} : { value }),
  };
}

function whole(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
