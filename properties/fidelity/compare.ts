/** When two answers count as the same, and where they differ. Each allowance has a name and a reason; there are no others. */
import type { KeyValue, KvRequest, RangeRequest, ServerReply, WatchResponse } from "../../models/etcd-api.ts";

/** What is not compared in an answer, and why. Listed in docs/fidelity.md. */
export const ALLOWANCES = [
  { name: "raft-term", reason: "the raft term counts a server's own elections, not the requests of a case" },
  {
    name: "picked-id",
    reason: "which id a server picks for a lease is its own affair; the simulated one is given the same",
  },
  {
    name: "seconds-left",
    reason: "both clocks run, but not alike: the seconds left of a lease may be up to 60 fewer",
  },
  { name: "key-order", reason: "etcd lists the keys of a lease in no order" },
  {
    name: "between-watches",
    reason: "etcd tells several watches of one revision in no order; each watch by itself is in order",
  },
  {
    name: "ties",
    reason: "of more than twelve keys, etcd sorts those that compare as equal in an order of its Go's",
  },
] as const;

/** A case takes a few seconds at most; TTLs lie further apart than this. */
const SLACK_SECONDS = 60;

export interface Mismatch {
  /** The way to the first field that differs, such as `response.kvs[0].modRevision`. */
  readonly path: string;
  readonly simulated: unknown;
  readonly real: unknown;
}

/** The first difference between two answers to a request; undefined: they are the same. */
export function compareReplies(
  request: KvRequest,
  simulated: ServerReply,
  real: ServerReply,
): Mismatch | undefined {
  return mismatch(normalReply(request, simulated, real), normalReply(request, real, real), "");
}

/** The first difference between what two servers told a stream's watches; undefined: they are the same. */
export function compareHeard(
  simulated: readonly WatchResponse[],
  real: readonly WatchResponse[],
): Mismatch | undefined {
  const [ours, theirs] = [byOrigin(simulated), byOrigin(real)];
  for (const origin of new Set([...ours.keys(), ...theirs.keys()])) {
    const [own, other] = [ours.get(origin) ?? [], theirs.get(origin) ?? []];
    for (let at = 0; at < Math.max(own.length, other.length); at++) {
      const found = mismatch(normalWatch(own[at]), normalWatch(other[at]), "");
      if (found !== undefined)
        return {
          ...found,
          path: `${origin}, message ${at + 1}${found.path === "" ? "" : `: ${found.path}`}`,
        };
    }
  }
  return undefined;
}

/** What is told in order: the messages of one watch, and the answers about progress, whose id -1 a watch may have too. */
export function originOf({ canceled, created, events, watchId }: WatchResponse): string {
  const isProgress = watchId === -1 && !created && !canceled && events.length === 0;
  return isProgress ? "progress" : `watch ${watchId}`;
}

function byOrigin(heard: readonly WatchResponse[]): Map<string, WatchResponse[]> {
  const origins = new Map<string, WatchResponse[]>();
  for (const response of heard) {
    const origin = originOf(response);
    const one = origins.get(origin);
    if (one === undefined) origins.set(origin, [response]);
    else one.push(response);
  }
  return origins;
}

function normalReply(request: KvRequest, reply: ServerReply, real: ServerReply): unknown {
  if (reply.type === "error") return reply;
  const { response } = reply;
  const normal = { ...response, header: { revision: response.header.revision } };
  const theirs = real.type === "ok" ? real.response : undefined;
  if (response.type === "leaseTimeToLive") {
    const left =
      theirs?.type === "leaseTimeToLive" && isJustFewer(theirs.ttlSeconds, response.ttlSeconds)
        ? theirs.ttlSeconds
        : response.ttlSeconds;
    return { ...normal, ttlSeconds: left, keys: [...response.keys].sort() };
  }
  if (response.type === "leaseGrant" && request.type === "leaseGrant" && (request.id ?? "0") === "0")
    return { ...normal, id: /^[1-9]\d*$/u.test(response.id) ? "a positive id" : response.id };
  if (response.type === "range" && request.type === "range")
    return { ...normal, kvs: withTiesInOrder(request, response.kvs) };
  return normal;
}

/** Go's sort keeps the order of what compares as equal in so short a list. */
const MOST_IN_ORDER = 12;

/** Those that compare as equal in the order of their keys; where a limit cuts through them, nobody knows which are there. */
function withTiesInOrder(
  { limit = 0, sortTarget }: RangeRequest,
  kvs: readonly KeyValue[],
): readonly KeyValue[] {
  const by = sortTarget === undefined ? undefined : COMPARED[sortTarget];
  if (by === undefined || limit > 0 || kvs.length <= MOST_IN_ORDER) return kvs;
  let run = 0;
  const runs = new Map<KeyValue, number>();
  for (const [at, kv] of kvs.entries()) {
    const before = kvs[at - 1];
    if (before !== undefined && by(before) !== by(kv)) run++;
    runs.set(kv, run);
  }
  return kvs.toSorted(
    (one, other) => (runs.get(one) ?? 0) - (runs.get(other) ?? 0) || (one.key < other.key ? -1 : 1),
  );
}

const COMPARED: Readonly<Partial<Record<string, (kv: KeyValue) => number | string>>> = {
  version: ({ version }) => version,
  create: ({ createRevision }) => createRevision,
  mod: ({ modRevision }) => modRevision,
  value: ({ value }) => value,
};

/** -1 says that there is no such lease. */
function isJustFewer(real: number, simulated: number): boolean {
  return real >= 0 && real <= simulated && real >= simulated - SLACK_SECONDS;
}

function normalWatch(response: WatchResponse | undefined): unknown {
  return response && { ...response, header: { revision: response.header.revision } };
}

/** Compares plain data; a field that is undefined counts as absent. */
function mismatch(simulated: unknown, real: unknown, path: string): Mismatch | undefined {
  if (Object.is(simulated, real)) return undefined;
  if (typeof simulated !== "object" || typeof real !== "object" || simulated === null || real === null)
    return { path, simulated, real };
  if (Array.isArray(simulated) !== Array.isArray(real)) return { path, simulated, real };
  const [own, other] = [simulated as Record<string, unknown>, real as Record<string, unknown>];
  for (const field of new Set([...Object.keys(own), ...Object.keys(other)])) {
    const step = Array.isArray(simulated) ? `[${field}]` : path === "" ? field : `.${field}`;
    const found = mismatch(own[field], other[field], path + step);
    if (found !== undefined) return found;
  }
  return undefined;
}
