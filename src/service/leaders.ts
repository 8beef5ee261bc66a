/** Who leads what, read from the keys below `session/`: of this package's coordinators, and of Milvus'. */
import { fromBytes } from "../../models/bytes.ts";
import { handoverAsked, keysFor } from "../../models/dialect.ts";
import type { KeyValue, LeaseId, Revision, StoreEvent } from "../../models/etcd-api.ts";

/** One coordinator, as its key says. */
export interface Session {
  /** 0: the key's value does not say. */
  readonly serverId: number;
  /** `host:port`; empty: the value does not say. */
  readonly address: string;
  readonly hostName: string;
  readonly version: string;
  /** `0`: under none, so the key never goes by itself. */
  readonly leaseId: LeaseId;
  /** It was asked to hand over, or is about to leave. */
  readonly leaving: boolean;
}

/** Who holds a role. */
export interface Leader extends Session {
  /** The fencing token, which is the store's revision at which it won. */
  readonly token: Revision;
}

/** One role, as it stands. */
export interface RoleStanding {
  readonly role: string;
  readonly leader: Leader | undefined;
  /** The others that are registered, oldest first. */
  readonly others: readonly Session[];
}

/** `<role>-<server id>`, which no role may be called like. */
const SESSION_NAME = /^(.+)-(\d+)$/u;

/** The range of keys that {@link readStandings} reads. */
export function sessionRange(metaRoot?: string): { readonly key: string; readonly rangeEnd: string } {
  const { id } = keysFor("", metaRoot);
  const prefix = id.slice(0, -"id".length);
  return { key: prefix, rangeEnd: `${prefix.slice(0, -1)}0` };
}

/** Every role that somebody holds or is registered for, by name. `kvs`: what stands in {@link sessionRange}. */
export function readStandings(kvs: readonly KeyValue[], metaRoot?: string): RoleStanding[] {
  const { key: prefix } = sessionRange(metaRoot);
  const leaders = new Map<string, Leader>();
  const sessions = new Map<string, Session[]>();
  for (const kv of kvs) {
    const name = fromBytes(kv.key.slice(prefix.length));
    if (name === "id") continue;
    const session = readSession(kv);
    const [, role, serverId] = SESSION_NAME.exec(name) ?? [];
    if (role === undefined) leaders.set(name, { ...session, token: kv.createRevision });
    else sessions.set(role, [...(sessions.get(role) ?? []), { ...session, serverId: Number(serverId) }]);
  }
  return [...new Set([...leaders.keys(), ...sessions.keys()])].toSorted().map((role) => {
    const leader = leaders.get(role);
    const all = (sessions.get(role) ?? []).toSorted((left, right) => left.serverId - right.serverId);
    const own = all.find(({ serverId }) => serverId === leader?.serverId);
    return {
      role,
      leader:
        leader === undefined ? undefined : { ...leader, leaving: leader.leaving || own?.leaving === true },
      others: all.filter((one) => one !== own),
    };
  });
}

/** What a change of a key in {@link sessionRange} means for who leads; undefined: nothing. */
export function readChange(
  { kv, type }: StoreEvent,
  metaRoot?: string,
): { readonly role: string; readonly leader: Leader | undefined } | undefined {
  const role = fromBytes(kv.key.slice(sessionRange(metaRoot).key.length));
  if (role === "id" || SESSION_NAME.test(role)) return undefined;
  return { role, leader: type === "DELETE" ? undefined : readLeader(kv) };
}

/** The key of a coordinator's own session. */
export function sessionKeyOf(role: string, serverId: number, metaRoot?: string): string {
  return `${keysFor(role, metaRoot).sessionPrefix}${serverId}`;
}

/** Who holds the role whose active key this is. */
export function readLeader(kv: KeyValue): Leader {
  return { ...readSession(kv), token: kv.createRevision };
}

/** A value that is no session says nothing; its lease is known all the same. */
function readSession({ lease, value }: KeyValue): Session {
  const said = parsed(value);
  const text = (name: string) => (typeof said[name] === "string" ? said[name] : "");
  return {
    serverId: typeof said["ServerID"] === "number" ? said["ServerID"] : 0,
    address: text("Address"),
    hostName: text("HostName"),
    version: text("Version"),
    leaseId: lease,
    leaving: handoverAsked(value),
  };
}

function parsed(value: string): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(fromBytes(value));
    return typeof said === "object" && said !== null ? (said as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
