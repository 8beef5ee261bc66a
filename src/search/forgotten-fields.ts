/**
 * What states of the search forget, and a protocol that looks at it: it is refused, for what it would see in a state is not what it sees
 * in a run. Of what etcd says it is what {@link settleNode} leaves out; of requests, what a store in normal form answers otherwise.
 */
import type { Candidate, Keys, Ledger } from "../../models/dialect.ts";
import type {
  Compare,
  KeyValue,
  KvReply,
  KvRequest,
  ResponseHeader,
  StoreEvent,
  WatchRequest,
} from "../../models/etcd-api.ts";
import type { Purpose } from "../kv/kv.ts";

/** Replies whose revision is remembered. */
export const DATED: ReadonlySet<Purpose> = new Set<Purpose>(["enroll", "campaign", "confirm", "reload"]);
/** Replies that show the active key. */
export const TOKENS: ReadonlySet<Purpose> = new Set<Purpose>(["campaign", "confirm"]);

/** Requests of which it is known when they were sent: a driver uses that for the age of a lease alone. */
export const AGED: ReadonlySet<string> = new Set(["grant", "renew"]);

const FORGET = "which the states of a search forget";

/** Takes note of the first thing that was looked at. */
export type Note = (what: string) => void;

/** The object with those of its fields watched whose `what` says what looking at them is. */
function watched<Of extends object>(
  of: Of,
  fields: { readonly [Name in keyof Of]?: string },
  note: Note,
): Of {
  const copy = { ...of };
  for (const name of Object.keys(fields) as (keyof Of)[]) {
    const value = of[name];
    const what = fields[name];
    if (what === undefined) continue;
    Object.defineProperty(copy, name, {
      enumerable: true,
      get() {
        note(what);
        return value;
      },
    });
  }
  return copy;
}

function watchedHeader(header: ResponseHeader, isDated: boolean, note: Note): ResponseHeader {
  return watched(
    header,
    {
      raftTerm: `it reads the term of raft, ${FORGET}`,
      ...(isDated ? {} : { revision: `it reads the store's revision off an answer, ${FORGET}` }),
    },
    note,
  );
}

const MODIFIED = `it reads when a key was last modified, ${FORGET}`;
const CREATED = `it reads when another key than the active one was created, ${FORGET}`;
const VERSION = `it reads a key's version, ${FORGET}`;

/** Walks over what was answered; fields keep their places. */
function watchedPart(value: unknown, known: Known, isTop: boolean, note: Note): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => watchedPart(one, known, false, note));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [
    name,
    name === "header"
      ? watchedHeader(part as ResponseHeader, isTop && known.isDated, note)
      : watchedPart(part, known, false, note),
  ]);
  const copy = Object.fromEntries(parts) as KeyValue;
  if (!("modRevision" in copy)) return copy;
  return watched(
    copy,
    {
      version: VERSION,
      ...(known.hasToken && copy.key === known.keys.role ? {} : { createRevision: CREATED }),
      ...(known.isLoaded && copy.key.startsWith(known.keys.metadata) ? {} : { modRevision: MODIFIED }),
    },
    note,
  );
}

interface Known {
  readonly keys: Keys;
  readonly isDated: boolean;
  readonly hasToken: boolean;
  readonly isLoaded: boolean;
}

/** The reply as a state has it, with everything watched that a state has not. */
export function watchedReply(reply: KvReply, purpose: Purpose, keys: Keys, note: Note): KvReply {
  if (reply.type !== "ok") return reply;
  const known = {
    keys,
    isDated: DATED.has(purpose),
    hasToken: TOKENS.has(purpose),
    isLoaded: purpose === "reload",
  };
  return { ...reply, response: watchedPart(reply.response, known, true, note) as typeof reply.response };
}

/** The same of a watch's event. */
export function watchedEvent(event: StoreEvent, keys: Keys, note: Note): StoreEvent {
  const known = { keys, isDated: false, hasToken: false, isLoaded: false };
  return watchedPart(event, known, false, note) as StoreEvent;
}

/** What of the request a store in normal form would answer otherwise, in a sentence; undefined: nothing. */
export function forgetsAbout(
  request: KvRequest,
  purpose: Purpose,
  { keys }: Pick<Candidate, "keys">,
  ledger: Pick<Ledger, "token" | "idText">,
  isTop = true,
): string | undefined {
  switch (request.type) {
    case "txn": {
      for (const one of request.compare) {
        const what = compares(one, keys, ledger.token);
        if (what !== undefined) return what;
      }
      for (const one of [...request.success, ...request.failure]) {
        const what = forgetsAbout(one, purpose, { keys }, ledger, false);
        if (what !== undefined) return what;
      }
      return undefined;
    }
    case "range": {
      if (request.sortTarget !== undefined && request.sortTarget !== "key")
        return `it has keys sorted by ${request.sortTarget}, ${FORGET}`;
      if (
        (request.limit ?? 0) > 0 &&
        request.rangeEnd !== undefined &&
        request.key.startsWith(keys.sessionPrefix)
      )
        return `it asks for some of the sessions in the order of their keys, in which the tenth id comes before the second, ${FORGET}`;
      if (BOUNDS.some((name) => (request[name] ?? 0) > 0))
        return `it asks for keys by when they were created or modified, ${FORGET}`;
      if (
        (request.revision ?? 0) > 0 &&
        !(isTop && purpose === "reload" && request.key.startsWith(keys.metadata))
      )
        return "it reads as of an old revision, of which the states of a search know metadata alone";
      return undefined;
    }
    case "put":
      return request.key === keys.id &&
        ledger.idText !== null &&
        request.value !== String(Number(ledger.idText) + 1)
        ? "it counts server ids otherwise than one by one, and states of the search know their order alone"
        : undefined;
    case "compact":
      return "it compacts etcd's history itself, of which the states of a search keep what watches need";
    case "leaseGrant":
      return request.id === undefined
        ? undefined
        : `it names its lease itself, and leases' names are what states forget`;
    case "leaseLeases":
      return `it lists all leases, ${FORGET}`;
    default:
      return undefined;
  }
}

const BOUNDS = ["minModRevision", "maxModRevision", "minCreateRevision", "maxCreateRevision"] as const;

/** Of versions a store in normal form has whether there is one and whether it is the first. */
function compares(one: Compare, keys: Keys, token: number): string | undefined {
  switch (one.target) {
    case "version":
      return one.version <= 1 || (one.version === 2 && one.result === "less")
        ? undefined
        : `it compares versions above two, ${FORGET}`;
    case "mod":
      return `it compares when keys were last modified, ${FORGET}`;
    case "create": {
      const isKnown = one.key === keys.role && one.rangeEnd === undefined && one.createRevision === token;
      return isKnown || one.createRevision === 0
        ? undefined
        : `it compares when a key was created with something else than its own token, ${FORGET}`;
    }
    case "value":
      return one.result === "equal" || one.result === "notEqual"
        ? undefined
        : `it compares which value is greater, and numbers in values are what states forget`;
    case "lease":
      return undefined;
  }
}

/** The same of a watch. */
export function watchForgets({ prevKv, progressNotify }: WatchRequest): string | undefined {
  if (prevKv === true) return `its watch asks what stood there before, ${FORGET}`;
  if (progressNotify === true) return `its watch asks to be told of progress, ${FORGET}`;
  return undefined;
}
