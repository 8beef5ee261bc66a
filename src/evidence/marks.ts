/**
 * What lines know, on their own clocks: that a counter had come to a value, or that it came there only later. Revisions are such a
 * counter, and so are server ids, as long as each is drawn once. Two lines of different clocks that know of one counter are ordered.
 */
import type { EvidenceSource, Fact, LinePlace, LogSource, RecordingSource } from "./fact.ts";
import { momentsOf } from "./order.ts";
import { inOwnOrder } from "./own-order.ts";
import { changesIn, membersIn, type PlacedChange } from "./participants.ts";
import { serverIdOf } from "./store-keys.ts";

/** A line on its clock, and the value that it knows of. */
export interface Mark {
  /** By the clock of its source. */
  readonly ms: number;
  /** By less than so much it may have been later. */
  readonly grainMs: number;
  readonly value: number;
  readonly place: LinePlace;
}

/** What the lines of one clock know of one counter. */
export interface Marks {
  /** The counter had come to `value` before this line. */
  readonly knew: Mark[];
  /** The counter came to `value` only after this line. */
  readonly unaware: Mark[];
}

/** Two counters that etcd keeps, as one clock's lines know them. */
export interface ClockMarks {
  readonly source: LogSource | RecordingSource;
  readonly revisions: Marks;
  readonly serverIds: Marks;
}

/** One for each source that has a clock. */
export function marksIn(sources: readonly EvidenceSource[]): readonly ClockMarks[] {
  const changes = changesIn(sources);
  const registered = registrationsIn(changes);
  const created = creationsIn(changes);
  const all = sources.flatMap((source): ClockMarks[] => {
    if (source.type === "log") return [marksOfLog(source, registered, created)];
    return source.type === "recording" ? [marksOfRecording(source)] : [];
  });
  if (idsAreDrawnOnce(sources)) return all;
  return all.map((marks) => ({ ...marks, serverIds: { knew: [], unaware: [] } }));
}

function marksOfLog(
  source: LogSource,
  registered: ReadonlyMap<string, number>,
  created: CampaignOf,
): ClockMarks {
  const revisions: Marks = { knew: [], unaware: [] };
  const serverIds: Marks = { knew: [], unaware: [] };
  const known = firstNamed(source);
  for (const { facts, role, serverId } of membersIn(source)) {
    let free: Fact | undefined;
    const registration = facts.find(
      ({ what }) => what.type === "milestone" && what.milestone === "registered",
    );
    for (const fact of facts) {
      const { what } = fact;
      if (what.type !== "milestone") continue;
      const { form, milestone, token = 0 } = what;
      if (token > 0) {
        const sure =
          milestone === "won" && form === "2.6" ? free : created(token, serverId, registration, free);
        note(revisions.unaware, sure, token);
        note(revisions.knew, fact, Math.max(token, what.loadedRevision ?? 0));
      }
      if (milestone === "vacancy" || milestone === "registered" || milestone === "standby") free = fact;
      if (serverId === undefined) continue;
      const put = registered.get(`${role ?? ""}-${serverId}`);
      if (milestone === "starting" && !known(serverId, fact)) note(serverIds.unaware, fact, serverId);
      if (milestone === "identified" && put !== undefined) note(revisions.unaware, fact, put);
      // What lost its end knew of some id: where lines are missing too, perhaps of one before.
      if (what.serverId !== serverId) continue;
      if (milestone === "identified" || milestone === "registered") note(serverIds.knew, fact, serverId);
      if (milestone === "registered" && put !== undefined) note(revisions.knew, fact, put);
    }
  }
  for (const fact of source.facts)
    if (fact.what.type === "change") note(revisions.knew, fact, fact.what.kv.modRevision);
  return { source, revisions, serverIds };
}

/** Whether a line of the log has named that id before: roles of one process share theirs. */
function firstNamed({ facts }: LogSource): (serverId: number, fact: Fact) => boolean {
  const places = new Map<Fact, number>();
  const named = new Map<number, number>();
  for (const [at, fact] of inOwnOrder(facts).entries()) {
    places.set(fact, at);
    const { what } = fact;
    if ("serverId" in what && what.serverId !== undefined && !named.has(what.serverId))
      named.set(what.serverId, at);
  }
  return (serverId, fact) =>
    (named.get(serverId) ?? Number.POSITIVE_INFINITY) < (places.get(fact) ?? Number.NEGATIVE_INFINITY);
}

function note(marks: Mark[], fact: Fact | undefined, value: number): void {
  if (fact?.at !== undefined)
    marks.push({ ms: fact.at, grainMs: fact.grainMs ?? 1, value, place: fact.place });
}

function marksOfRecording(source: RecordingSource): ClockMarks {
  const revisions: Marks = { knew: [], unaware: [] };
  const serverIds: Marks = { knew: [], unaware: [] };
  const moments = momentsOf(source).flat();
  const events = source.stretches.flat();
  let began: Mark | undefined;
  for (const [index, { at, place, seen }] of events.entries()) {
    const mark = { ms: at, grainMs: 1, place };
    const { after = 0, before = Number.POSITIVE_INFINITY } = moments[index] ?? {};
    if (after > 0) revisions.knew.push({ ...mark, value: after });
    if (Number.isFinite(before)) revisions.unaware.push({ ...mark, value: before });
    for (const one of seen) {
      if (one.type === "started") began = { ...mark, value: 0 };
      if (one.type !== "milestone" || one.milestone !== "identified") continue;
      serverIds.knew.push({ ...mark, value: one.serverId });
      if (began !== undefined) serverIds.unaware.push({ ...began, value: one.serverId });
    }
  }
  return { source, revisions, serverIds };
}

/** The revision at which `<role>-<server id>` was first put, as far as any line tells. */
function registrationsIn(changes: readonly PlacedChange[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { change } of changes) {
    const { key, modRevision, value, version } = change.kv;
    const name = key.slice(key.lastIndexOf("/") + 1);
    const id = serverIdOf(value);
    if (change.event !== "PUT" || version !== 1 || id === undefined || !name.endsWith(`-${id}`)) continue;
    if (!found.has(name)) found.set(name, modRevision);
  }
  return found;
}

/** What a member certainly logged before the campaign that made its token; undefined: nothing is known to be. */
type CampaignOf = (
  token: number,
  serverId: number | undefined,
  registration: Fact | undefined,
  free: Fact | undefined,
) => Fact | undefined;

/**
 * Milvus 2.6 logs the revision of its campaign. A token is that of whoever created the key: its bearer may have taken the key from
 * another, or again. Where its session is seen to have created it, it had registered before; where etcd tells so and of nobody who wrote
 * into the same key, it had also seen the role free before.
 */
function creationsIn(changes: readonly PlacedChange[]): CampaignOf {
  const makers = new Map<number, { readonly id: number; told: boolean }>();
  for (const { change } of changes) {
    const { by, event, kv } = change;
    const id = serverIdOf(kv.value);
    if (event !== "PUT" || id === undefined) continue;
    const maker = makers.get(kv.createRevision);
    if (kv.version === 1) makers.set(kv.createRevision, { id, told: by === "etcd" });
    else if (maker !== undefined && maker.id !== id) maker.told = false;
  }
  return (token, serverId, registration, free) => {
    const maker = makers.get(token);
    if (maker === undefined || maker.id !== serverId) return undefined;
    return maker.told ? free : registration;
  };
}

/** Where one id stands for two processes, the order of ids is that of nothing. */
function idsAreDrawnOnce(sources: readonly EvidenceSource[]): boolean {
  const drawn = new Map<number, string>();
  for (const source of sources) {
    if (source.type !== "log") continue;
    for (const { what } of source.facts) {
      if (what.type !== "milestone" || what.milestone !== "identified" || what.serverId === undefined)
        continue;
      if ((drawn.get(what.serverId) ?? source.name) !== source.name) return false;
      drawn.set(what.serverId, source.name);
    }
  }
  return true;
}
