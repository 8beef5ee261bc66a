/**
 * Who was who: the memberships that the evidence names, each a role under one server id, with the lines of its own. A process that
 * registers again is a new member; two roles of one process are two.
 */
import type { EvidenceSource, Fact, LogSource, StatedChange } from "./fact.ts";
import { inOwnOrder } from "./own-order.ts";

/** One membership in a log: what was logged between drawing a server id and the next. */
export interface LoggedMember {
  readonly source: LogSource;
  /** Absent: its lines do not tell. */
  readonly role?: string;
  readonly serverId?: number;
  readonly facts: readonly Fact[];
}

/** The memberships of one log, each with its lines in the order of its clock. `order`: of the log's facts, if another. */
export function membersIn(source: LogSource, order = inOwnOrder): LoggedMember[] {
  const facts = order(source.facts);
  const roles = new Set(facts.flatMap(({ what }) => roleOf(what)));
  const byId = rolesByServerId(facts);
  const only = roles.size === 1 ? [...roles][0] : undefined;
  const mixed = new Set(mixedIn(source).map(({ role }) => role));
  const open = new Map<string, { role?: string; serverId?: number; facts: Fact[] }>();
  const members: { role?: string; serverId?: number; facts: Fact[] }[] = [];
  for (const fact of facts) {
    const { what } = fact;
    if (what.type === "change") continue;
    const serverId = "serverId" in what ? what.serverId : undefined;
    const told = roleOf(what)[0];
    const role = told ?? (serverId === undefined ? undefined : byId.get(serverId)) ?? only;
    const shared = mixed.has(role ?? "");
    // Whose it is among several, no line says.
    if (shared && serverId === undefined) continue;
    const key = shared ? `${role ?? ""} ${serverId}` : (role ?? "");
    let member = open.get(key);
    const other = serverId !== undefined && member?.serverId !== undefined && member.serverId !== serverId;
    // A member registers again under its own id; one without an id lost its head, and lived before.
    const begins = isBeginning(what) && (!isRegistered(what) || member?.serverId === undefined);
    const anew = !shared && begins && member?.facts.some(({ what: one }) => !isBeginning(one)) === true;
    if (member === undefined || other || anew) {
      member = { ...(role === undefined ? {} : { role }), facts: [] };
      open.set(key, member);
      members.push(member);
    }
    if (serverId !== undefined) member.serverId = serverId;
    member.facts.push(fact);
  }
  return members.map((member) => ({ source, ...member }));
}

/** A role of which several processes wrote one log, as their server ids show by taking turns. */
export interface MixedRole {
  readonly role: string;
  readonly serverIds: readonly number[];
}

/** Nobody comes back under an id that another has followed; so where one comes back, two wrote into the log. */
export function mixedIn({ facts }: LogSource): readonly MixedRole[] {
  const byRole = new Map<string, { at: number; id: number }[]>();
  const roles = new Set(facts.flatMap(({ what }) => roleOf(what)));
  const only = roles.size === 1 ? [...roles][0] : undefined;
  for (const { at, what } of inOwnOrder(facts)) {
    const role = roleOf(what)[0] ?? only;
    if (at === undefined || role === undefined || !("serverId" in what) || what.serverId === undefined)
      continue;
    const said = byRole.get(role);
    if (said === undefined) byRole.set(role, [{ at, id: what.serverId }]);
    else said.push({ at, id: what.serverId });
  }
  return [...byRole].flatMap(([role, said]): MixedRole[] => {
    const spans = new Map<number, { from: number; to: number }>();
    for (const { at, id } of said) spans.set(id, { from: spans.get(id)?.from ?? at, to: at });
    const apart = [...spans.values()].sort((left, right) => left.from - right.from);
    // Lines overtake each other, but not by so much.
    const turns = apart.some(
      ({ from }, index) => index > 0 && from + OVERTAKING_MS < (apart[index - 1]?.to ?? 0),
    );
    return turns ? [{ role, serverIds: [...spans.keys()] }] : [];
  });
}

const OVERTAKING_MS = 50;

function isBeginning(what: Fact["what"]): boolean {
  return isRegistered(what) || (what.type === "milestone" && BEGINNINGS.has(what.milestone));
}

const BEGINNINGS: ReadonlySet<string> = new Set(["starting", "identified"]);

function isRegistered(what: Fact["what"]): boolean {
  return what.type === "milestone" && what.milestone === "registered";
}

function roleOf(what: Fact["what"]): string[] {
  return "role" in what && what.role !== undefined ? [what.role] : [];
}

/** Server ids that belong to one role alone; several roles of one Milvus process share theirs. */
function rolesByServerId(facts: readonly Fact[]): Map<number, string> {
  const found = new Map<number, string>();
  const shared = new Set<number>();
  for (const { what } of facts) {
    const [role] = roleOf(what);
    if (role === undefined || !("serverId" in what) || what.serverId === undefined) continue;
    if ((found.get(what.serverId) ?? role) !== role) shared.add(what.serverId);
    found.set(what.serverId, role);
  }
  for (const id of shared) found.delete(id);
  return found;
}

/** Whether a log's process is certainly Milvus': it has texts that leasehold does not write, and none of leasehold's. */
export function isMilvus({ forms, mapping, ours }: LogSource): boolean {
  return (
    mapping === undefined && ours === 0 && !forms.has("leasehold") && (forms.has("2.3") || forms.has("2.6"))
  );
}

/** What wrote a log, as far as its texts tell. */
export function productOf(source: LogSource): string {
  if (source.mapping !== undefined) return `read by ${source.mapping}`;
  if (source.ours > 0 || source.forms.has("leasehold")) return "leasehold";
  if (source.forms.has("2.6")) return "Milvus 2.6.6 or newer";
  if (source.forms.has("2.3")) return "Milvus 2.3 to 2.6";
  return source.forms.has("2.2") ? "Milvus 2.2, or leasehold" : "Milvus or leasehold";
}

/** Every change of the store that some line tells of, with its place, each once, in the order of revisions. */
export function changesIn(sources: readonly EvidenceSource[]): readonly PlacedChange[] {
  const found = new Map<string, PlacedChange>();
  const add = (place: Fact["place"], change: StatedChange): void => {
    const key = `${change.kv.modRevision} ${change.event} ${change.kv.key}`;
    const known = found.get(key);
    if (known === undefined || tells(change) > tells(known.change)) found.set(key, { place, change });
  };
  for (const source of sources) {
    if (source.type === "recording")
      for (const { changes, place } of source.stretches.flat()) for (const one of changes) add(place, one);
    else for (const { place, what } of source.facts) if (what.type === "change") add(place, what);
  }
  return [...found.values()].sort((left, right) => left.change.kv.modRevision - right.change.kv.modRevision);
}

/** One that tells the value tells more, and so does etcd itself. */
function tells({ by, kv }: StatedChange): number {
  return (kv.value === undefined ? 0 : 2) + (by === "etcd" ? 1 : 0);
}

/** A change with the line that tells of it. */
export interface PlacedChange {
  readonly place: Fact["place"];
  readonly change: StatedChange;
}
