/**
 * What a coordinator's log lines mean: leasehold's, and Milvus' from 2.2 on, by their texts alone. Texts are matched to the letter,
 * misspellings included; callers' line numbers differ from release to release and are never looked at.
 */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { LeaseId, Revision } from "../../models/etcd-api.ts";
import type { LogEntry } from "./read-format.ts";

/** Which logs have such a text. `2.2` is leasehold's own form too. */
export type LogForm = "2.2" | "2.3" | "2.6" | "leasehold";

/** What one line of an election tells. Fields that it does not tell are absent. */
export type LogMeaning =
  | {
      readonly type: "milestone";
      readonly milestone: Milestone;
      readonly form?: LogForm;
      readonly role?: string;
      readonly serverId?: number;
      readonly leaseId?: LeaseId;
      readonly token?: Revision;
      readonly loadedRevision?: Revision;
      readonly reason?: LossReason;
    }
  /** A change of a key that a watch brought, as Go prints it. */
  | { readonly type: "watched"; readonly event: "PUT" | "DELETE"; readonly kv: LoggedKeyValue }
  /** Says only that it stands by, still. */
  | { readonly type: "beat"; readonly role: string }
  /** `Register` has returned: it serves, where that blocks until the role is won (2.2). */
  | { readonly type: "registerFinished"; readonly role: string }
  /** It has won, as it says on its way to serving. */
  | { readonly type: "promoted"; readonly role?: string; readonly serverId?: number }
  /** Milvus' liveness check ends the process; it served until now, if it served. */
  | {
      readonly type: "leaving";
      readonly role?: string;
      readonly serverId?: number;
      /** No line with its id follows: the process ends itself here. */
      readonly isLast?: true;
    }
  /** It still serves, as a mapped line of another election says. */
  | { readonly type: "serving"; readonly role?: string; readonly serverId?: number }
  | { readonly type: "written"; readonly outcome: "superseded" | "refused" | "unknown" };

/** A key and value in a log; the value as a text, if it is whole. */
export interface LoggedKeyValue {
  readonly key: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  readonly version: number;
  readonly lease: LeaseId;
  readonly value?: string;
}

/** Whether the line may be about an election: cheap, and wrong only in being too kind. */
export const MAY_MATTER =
  /ession|ACTIVE|STANDBY|tandby|erverID|[Rr]egister|from etcd|metadata |start(?:up)? (?:success|done)|lease/u;

type Reader = (entry: LogEntry, found: RegExpExecArray) => LogMeaning | undefined;
type Rule = readonly [text: string | RegExp, read: Reader];

const serverIdIn = ({ fields }: LogEntry): { serverId?: number } => {
  const text = ["ServerId", "ServerID", "serverID", "Server Id"].map((key) => fields.get(key)).find(Boolean);
  // One that leaves before it has an id says 0.
  return text !== undefined && /^[1-9]\d{0,14}$/u.test(text) ? { serverId: Number(text) } : {};
};
const milestone =
  (name: Milestone, form?: LogForm): Reader =>
  (entry, { groups }) => ({
    type: "milestone",
    milestone: name,
    ...(form === undefined ? {} : { form }),
    ...roleIn(groups?.["role"]),
    ...serverIdIn(entry),
    ...idIn(groups?.["id"]),
  });
const roleIn = (role: string | undefined): { role?: string } =>
  role === undefined ? {} : { role: role.toLowerCase().replaceAll(" ", "") };
const idIn = (id: string | undefined): { serverId?: number } =>
  id === undefined ? {} : { serverId: Number(id) };
const revisionIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/u.test(text) && Number(text) > 0 ? Number(text) : undefined;
const leaving: Reader = (entry, { groups }) => ({
  type: "leaving",
  ...roleIn(groups?.["role"] ?? entry.fields.get("role")),
  ...serverIdIn(entry),
});
const written =
  (outcome: "superseded" | "refused" | "unknown"): Reader =>
  () => ({ type: "written", outcome });

const promoted: Reader = (_, { groups }) => ({
  type: "promoted",
  ...roleIn(groups?.["role"]),
  ...idIn(groups?.["id"]),
});

/** In no order but for the last of two that fit. */
const RULES: readonly Rule[] = [
  ["Session try to connect to etcd", milestone("starting")],
  ["Session get serverID success", milestone("identified")],
  ["Service registered successfully", registered],
  ["put session key into etcd, service registered successfully", registeredUnderKey],
  [/^serverName: (?<role>\S+) enter STANDBY mode$/u, milestone("standby")],
  [
    /^serverName: (?<role>\S+) is in STANDBY \.\.\.$/u,
    (_, { groups }) => ({ type: "beat", role: groups?.["role"] ?? "" }),
  ],
  ["start retrying to register as ACTIVE service...", milestone("campaigning", "2.2")],
  [/^try to register as ACTIVE (?<role>\S+) service\.\.\.$/u, milestone("campaigning", "2.3")],
  ["register ACTIVE service successfully", milestone("won", "2.2")],
  [/^register ACTIVE (?<role>[^\s]+)$/u, wonRevision],
  [
    /^(?:serverName: (?<role>\S+) )?quit STANDBY mode, this node will become ACTIVE(?:, ID: (?<id>\d{1,15}))?$/u,
    promoted,
  ],
  [/^(?<role>\w+) switch from standby to active, activating$/u, promoted],
  [/^(?<role>\S+) start to watch ACTIVE key \S+$/u, milestone("watching")],
  ["watch the ACTIVE key", watched],
  ["stop watching ACTIVE key", milestone("vacancy", "2.2")],
  [/^stop watching ACTIVE key \S*\/(?<role>[^/\s]+)$/u, milestone("vacancy", "2.3")],
  [
    /^(?<role>\w+) Register Finished$/u,
    (_, { groups }) => ({ type: "registerFinished", role: (groups?.["role"] ?? "").toLowerCase() }),
  ],
  [/^(?<role>\w+) startup success$/u, milestone("active", "2.3")],
  ["metadata reloaded", prepared],
  ["no longer ACTIVE, stopped serving", milestone("deposed", "leasehold")],
  ["membership lost, revoking the lease", lost],
  ["start to revoke session", ofSessionKey("stopping")],
  ["session stopping", milestone("stopping", "2.6")],
  ["revoke session successfully", ofSessionKey("stopped")],
  ["stopped before there was a lease to revoke", milestone("stopped", "leasehold")],
  [
    "the session could not be revoked: its keys stay until the lease runs out",
    milestone("leaseKept", "leasehold"),
  ],
  ["the ACTIVE key is taken and active-standby is off, retrying", milestone("outrun", "leasehold")],
  ["Register failed", milestone("gaveUp")],
  [/^(?<role>\w+(?: Coord)?) disconnected from etcd, process will exit$/u, leaving],
  ["connection lost detected, shuting down", leaving],
  ["session key is deleted, exit...", leaving],
  // From 2.6.7 on the process ends itself where it says so.
  [
    /^(?:session expired at client side|confirm the lease is (?:not found|expired)), the session is expired/u,
    (entry, found) => ({ ...leaving(entry, found), type: "leaving", isLast: true }),
  ],
  ["metadata write refused: the fencing token is no longer that of the ACTIVE key", written("superseded")],
  ["metadata write refused by etcd", written("refused")],
  ["metadata write got no answer, it may have been applied", written("unknown")],
];

const EXACT = new Map(
  RULES.flatMap(([text, read]) => (typeof text === "string" ? [[text, read] as const] : [])),
);
const PATTERNS = RULES.flatMap(([text, read]) => (typeof text === "string" ? [] : [[text, read] as const]));
const NOTHING = /(?:)/u.exec("") as RegExpExecArray;

/** Undefined: the entry tells nothing of an election. */
export function meaningOf(entry: LogEntry): LogMeaning | undefined {
  const exact = EXACT.get(entry.message);
  if (exact !== undefined) return exact(entry, NOTHING);
  for (const [pattern, read] of PATTERNS) {
    const found = pattern.exec(entry.message);
    if (found !== null) return read(entry, found);
  }
  return undefined;
}

/** Whether only leasehold writes such a line. */
export function isOurs({ caller }: LogEntry): boolean {
  return caller.startsWith("leasehold/");
}

function registered(entry: LogEntry): LogMeaning {
  const role = entry.fields.get("ServerName");
  return { type: "milestone", milestone: "registered", ...roleIn(role), ...serverIdIn(entry) };
}

/** `[key=by-dev/meta/session/rootcoord-5]`. */
function registeredUnderKey(entry: LogEntry): LogMeaning {
  return { type: "milestone", milestone: "registered", form: "2.6", ...ownerOf(entry.fields.get("key")) };
}

/** `[sessionKey=by-dev/meta/session/rootcoord-5]`, of a process that may have several. */
function ofSessionKey(name: Milestone): Reader {
  return (entry) => ({
    type: "milestone",
    milestone: name,
    ...ownerOf(entry.fields.get("sessionKey")),
    ...serverIdIn(entry),
  });
}

function ownerOf(key: string | undefined): { role?: string; serverId?: number } {
  const [, role, id] = /([^/]+?)(?:-(\d{1,15}))?$/u.exec(key ?? "") ?? [];
  return { ...roleIn(role), ...idIn(id) };
}

function wonRevision(entry: LogEntry, { groups }: RegExpExecArray): LogMeaning {
  const token = revisionIn(entry.fields.get("revision"));
  return {
    type: "milestone",
    milestone: "won",
    form: token === undefined ? "2.3" : "2.6",
    ...roleIn(groups?.["role"]),
    ...(token === undefined ? {} : { token }),
  };
}

function prepared({ fields }: LogEntry): LogMeaning | undefined {
  const token = revisionIn(fields.get("token"));
  const loaded = fields.get("revision");
  if (token === undefined || loaded === undefined || !/^\d{1,15}$/u.test(loaded)) return undefined;
  return {
    type: "milestone",
    milestone: "prepare",
    form: "leasehold",
    token,
    loadedRevision: Number(loaded),
  };
}

function lost({ fields }: LogEntry): LogMeaning {
  const reason = fields.get("reason") as LossReason | undefined;
  return {
    type: "milestone",
    milestone: "lost",
    form: "leasehold",
    ...(reason === undefined ? {} : { reason }),
  };
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** `key:"…" create_revision:5 mod_revision:5 version:1 value:"…" lease:7587… `, whatever of it is there. */
function watched({ fields }: LogEntry): LogMeaning | undefined {
  const deleted = fields.get("DELETE");
  const text = deleted ?? fields.get("ADD") ?? fields.get("PUT");
  if (text === undefined) return undefined;
  const key = /key:"((?:[^"\\]|\\.)*)"/u.exec(text)?.[1];
  const number = (name: string): number =>
    Number(new RegExp(`\\b${name}:(\\d{1,15})\\b`, "u").exec(text)?.[1] ?? 0);
  const modRevision = number("mod_revision");
  if (key === undefined || modRevision === 0) return undefined;
  const value = /value:"((?:[^"\\]|\\.)*)"/u.exec(text)?.[1];
  return {
    type: "watched",
    event: deleted === undefined ? "PUT" : "DELETE",
    kv: {
      key: unescaped(key),
      createRevision: number("create_revision"),
      modRevision,
      version: number("version"),
      lease: /\blease:(\d{1,20})\b/u.exec(text)?.[1] ?? "0",
      ...(value === undefined ? {} : { value: unescaped(value) }),
    },
  };
}

/** A byte string: octal digits are bytes. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3}|.)/gu, (_, one: string) =>
    one.length === 3 ? String.fromCharCode(Number.parseInt(one, 8)) : (SIMPLE_ESCAPES[one] ?? one),
  );
}
