/**
 * Where revisions, leases and server ids stand in a world: one walk over a part finds every such number by the field it stands in; it
 * collects them, or puts others in their place.
 */
import type { Keys } from "../../models/dialect.ts";
import type { KvReply } from "../../models/etcd-api.ts";

/** What is done to each identity in a part. All give what stands there instead. */
export interface Visitor {
  /** A revision that something has, such as a key's creation. */
  revision(revision: number): number;
  /** A revision that is remembered: from it on, or after it, the changes of `key` may be asked for. */
  base(key: string, revision: number): number;
  /** A revision from which on the changes of `key` are asked for. */
  start(key: string, revision: number): number;
  lease(id: string): string;
  server(id: number): number;
  /** How often metadata were written; left out: never. */
  written?(times: number): number;
}

type Fields = Readonly<Record<string, unknown>>;

/** Walks over parts of worlds of coordinators with these keys. */
export class IdentityWalk {
  readonly #keys: Keys;
  readonly #session: RegExp;

  constructor(keys: Keys) {
    this.#keys = keys;
    const prefix = keys.sessionPrefix.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
    this.#session = new RegExp(`^${prefix}(\\d+)`, "u");
  }

  /** The part with what `to` gives in place of every identity in it. */
  over<Part>(part: Part, to: Visitor): Part {
    return this.#value(part, "", to) as Part;
  }

  #value(value: unknown, name: string, to: Visitor): unknown {
    if (typeof value === "object" && value !== null) {
      if (Array.isArray(value)) return this.#list(value as readonly unknown[], name, to);
      return this.#fields(value as Fields, name, to);
    }
    return value;
  }

  #list(list: readonly unknown[], name: string, to: Visitor): readonly unknown[] {
    // The keys of a lease are listed by name.
    if (name === "keys" && typeof list[0] === "string")
      return (list as string[]).map((key) => this.#key(key, to));
    let own: unknown[] | undefined;
    for (const [at, one] of list.entries()) {
      const given = this.#value(one, name, to);
      if (given !== one) (own ??= list.slice())[at] = given;
    }
    return own ?? list;
  }

  #fields(fields: Fields, within: string, to: Visitor): Fields {
    if (fields["type"] === "reply") this.#dates(fields, to);
    let own: Record<string, unknown> | undefined;
    // Parts are plain data; most of what is walked over stays as it is, and is not copied.
    for (const name in fields) {
      const value = fields[name];
      const given = this.#field(value, name, fields, within, to);
      if (given !== value) (own ??= { ...fields })[name] = given;
    }
    return own ?? fields;
  }

  #field(value: unknown, name: string, fields: Fields, within: string, to: Visitor): unknown {
    if (typeof value === "number") return value > 0 ? this.#number(value, name, fields, within, to) : value;
    if (typeof value === "string") return this.#text(value, name, fields["key"], to);
    return this.#value(value, name, to);
  }

  /** From the revision of a reply that has not come yet, its process will watch. */
  #dates(fields: Fields, to: Visitor): void {
    const { purpose, reply } = fields as { readonly purpose?: string; readonly reply?: KvReply };
    if (reply?.type !== "ok") return;
    const { header } = reply.response;
    if (header.revision === 0) return;
    const { metadata, role, sessionPrefix } = this.#keys;
    if (purpose === "campaign" || purpose === "confirm") to.base(role, header.revision);
    // Which of them is its own stands elsewhere.
    else if (purpose === "enroll") to.base(sessionPrefix, header.revision);
    else if (purpose === "reload" && "more" in reply.response && reply.response.more)
      to.base(metadata, header.revision);
  }

  #number(value: number, name: string, fields: Fields, within: string, to: Visitor): number {
    const { role, sessionPrefix } = this.#keys;
    const key = typeof fields["key"] === "string" ? fields["key"] : "";
    switch (name) {
      case "token":
      case "loadedRevision":
      case "newestRevision":
      case "compactRevision":
        return to.revision(value);
      case "createRevision":
        return key === role ? to.revision(value) : value;
      case "modRevision":
        return within === "past" || this.#isMetadata(key) ? to.revision(value) : value;
      case "revision":
        // Pages are read as of a revision; everywhere else it is the store's own.
        if (within === "reload" || fields["type"] === "range") return to.base(this.#keys.metadata, value);
        return to.revision(value);
      case "roleRevision":
        return to.base(role, value);
      case "sessionRevision":
        return to.base(`${sessionPrefix}${String(fields["serverId"])}`, value);
      case "startRevision":
      case "nextRevision":
        return to.start(key, value);
      case "serverId":
        return to.server(value);
      default:
        return value;
    }
  }

  #text(value: string, name: string, key: unknown, to: Visitor): string {
    switch (name) {
      case "lease":
      case "leaseId":
      case "id":
        return value === "0" || !isNumber(value) ? value : to.lease(value);
      case "idText":
        return isNumber(value) ? String(to.server(Number(value))) : value;
      case "key":
      case "rangeEnd":
      case "lastKey":
        return this.#key(value, to);
      case "value":
        return typeof key === "string" ? this.#stored(value, key, to) : value;
      default:
        return value;
    }
  }

  #key(key: string, to: Visitor): string {
    const found = this.#session.exec(key);
    if (found === null) return key;
    return `${this.#keys.sessionPrefix}${to.server(Number(found[1]))}${key.slice(found[0].length)}`;
  }

  /** What stands under a key: the counter's number; who wrote metadata under which token; a session. */
  #stored(value: string, key: string, to: Visitor): string {
    if (value === "") return value;
    if (key === this.#keys.id) return isNumber(value) ? String(to.server(Number(value))) : value;
    if (this.#isMetadata(key)) {
      const found = /^(\d+):(\d+):(\d+)$/u.exec(value);
      if (found === null) return value;
      const token = Number(found[1]);
      return `${token > 0 ? to.revision(token) : token}:${found[2]}:${to.written?.(Number(found[3])) ?? 0}`;
    }
    return value
      .replace(/"ServerID":(\d+)/u, (_, id: string) => `"ServerID":${to.server(Number(id))}`)
      .replace(/"LeaseID":(\d+)/u, (_, id: string) => `"LeaseID":${id === "0" ? id : to.lease(id)}`);
  }

  #isMetadata(key: string): boolean {
    return key.startsWith(this.#keys.metadata);
  }
}

/** Fields of one's own may be called alike. */
function isNumber(text: string): boolean {
  return /^\d+$/u.test(text);
}

/** From where changes of a key may be asked for. */
export interface Base {
  readonly key: string;
  readonly revision: number;
  /** Whether they are, from the next revision on. */
  readonly starts: boolean;
}

/** What a part knows of identities, in order. */
export interface Identities {
  readonly revisions: readonly number[];
  readonly bases: readonly Base[];
  readonly leases: readonly string[];
  readonly servers: readonly number[];
}

export function identitiesOf(walk: IdentityWalk, part: unknown): Identities {
  const revisions = new Set<number>();
  const bases = new Map<string, Base>();
  const note = (key: string, revision: number, starts: boolean) =>
    bases.set(`${key} ${revision} ${starts}`, { key, revision, starts });
  const leases = new Set<string>();
  const servers = new Set<number>();
  walk.over(part, {
    revision: (one) => (revisions.add(one), one),
    base: (key, revision) => (note(key, revision, false), revision),
    start: (key, revision) => (note(key, revision - 1, true), revision),
    lease: (id) => (leases.add(id), id),
    server: (id) => (servers.add(id), id),
  });
  const ordered = (left: number, right: number) => left - right;
  return {
    revisions: [...revisions].sort(ordered),
    bases: [...bases].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, base]) => base),
    leases: [...leases].sort(),
    servers: [...servers].sort(ordered),
  };
}
