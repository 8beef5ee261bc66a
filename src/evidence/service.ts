/** Stretches of time in which a coordinator certainly served, as its own lines say; and where two of one role overlapped. */
import type { Observation } from "../../models/observation.ts";
import type { EvidenceSource, Fact, LogSource, RecordingSource } from "./fact.ts";
import { cameBefore, momentsOf, type EvidencePoint } from "./order.ts";
import { inOwnOrder } from "./own-order.ts";
import { isMilvus, membersIn, type LoggedMember } from "./participants.ts";

/** It served at `from`, at `last`, and all the time between. */
export interface ServiceStretch {
  /** Who, as people call it. */
  readonly name: string;
  readonly role: string;
  readonly serverId?: number;
  readonly token?: number;
  /** It is told by a recording. */
  readonly recorded: boolean;
  /** Of a mapped log: who wrote it, for the user says that one log is one process. */
  readonly writer?: object;
  readonly from: EvidencePoint;
  readonly last: EvidencePoint;
  /** By then it served no more, as it says itself; absent: its lines end, or have a gap, before. */
  readonly ended?: EvidencePoint;
}

/** Two coordinators of one role that certainly served at once. */
export interface ServiceOverlap {
  readonly first: ServiceStretch;
  readonly second: ServiceStretch;
}

export function stretchesIn(sources: readonly EvidenceSource[]): readonly ServiceStretch[] {
  return sources.flatMap((source) => {
    if (source.type === "recording") return recordedStretches(source);
    if (source.type !== "log") return [];
    const orderOf = orderIn(source);
    const read =
      source.mapping === undefined ? (isMilvus(source) ? milvusStretch : ownStretches) : mappedStretches;
    const members = membersIn(source);
    return members.filter((one) => isAlone(one, members)).flatMap((member) => read(member, orderOf));
  });
}

/** Roles that were won, and of which no line says that the winner served, or that it was over: it may have served. */
export function untoldWins(
  sources: readonly EvidenceSource[],
  stretches: readonly ServiceStretch[],
): readonly ServiceStretch[] {
  return sources.flatMap((source) => {
    if (source.type !== "log") return [];
    const orderOf = orderIn(source);
    return membersIn(source).flatMap(({ facts, role, serverId }): ServiceStretch[] => {
      const won = facts.findLast(({ what }) => what.type === "milestone" && what.milestone === "won");
      if (won === undefined || role === undefined) return [];
      if (facts.some(({ what }) => isActive(what, !isMilvus(source)) || isEnd(what) || isDeposed(what)))
        return [];
      if (serverId !== undefined && stretches.some((one) => one.role === role && one.serverId === serverId))
        return [];
      const from = pointOf(source, won, orderOf);
      return [{ name: source.name, role, recorded: false, from, last: from, ...idOf(serverId) }];
    });
  });
}

/** Lines without an id are the last member's that began: in a log that names nobody, only if the one before it had ended. */
function isAlone(member: LoggedMember, members: readonly LoggedMember[]): boolean {
  const { role, source } = member;
  if (source.writer !== source.file || source.mapping !== undefined) return true;
  const before = members.slice(0, members.indexOf(member)).findLast((one) => one.role === role);
  return before === undefined || before.facts.some(({ what }) => isEnd(what));
}

function isEnd(what: Fact["what"]): boolean {
  return what.type === "leaving" || (what.type === "milestone" && ENDS_MEMBERSHIP.has(what.milestone));
}

const ENDS_MEMBERSHIP: ReadonlySet<string> = new Set(["lost", "stopping", "stopped", "exited", "gaveUp"]);

/** Where a process' end is vouched for, its last stretch was over by then, if it does not say itself when. */
export function withEnds(
  stretches: readonly ServiceStretch[],
  ended: ReadonlyMap<EvidenceSource, number> = new Map(),
): readonly ServiceStretch[] {
  return stretches.map((one, at) => {
    const { source } = one.from;
    const epochMs = ended.get(source as EvidenceSource);
    const isLast = !stretches
      .slice(at + 1)
      .some(({ from, role }) => from.source === source && role === one.role);
    if (epochMs === undefined || one.ended !== undefined || !isLast) return one;
    // Whoever says so has a clock of their own.
    const supervisor: EvidencePoint = {
      source: {},
      index: 0,
      place: one.last.place,
      epochMs,
      after: 0,
      before: Number.POSITIVE_INFINITY,
    };
    return { ...one, ended: supervisor };
  });
}

/** The first overlap that the order of events proves. Two names for one process are no two. */
export function findOverlap(
  stretches: readonly ServiceStretch[],
  clocksWithinMs: number | undefined,
): ServiceOverlap | undefined {
  for (const [at, one] of stretches.entries())
    for (const other of stretches.slice(at + 1)) {
      if (!areTwo(one, other)) continue;
      if (
        !cameBefore(one.from, other.last, clocksWithinMs) ||
        !cameBefore(other.from, one.last, clocksWithinMs)
      )
        continue;
      return cameBefore(other.from, one.from, clocksWithinMs)
        ? { first: other, second: one }
        : { first: one, second: other };
    }
  return undefined;
}

/** Different sources may be copies of one; different server ids, or tokens, are two. */
function areTwo(one: ServiceStretch, other: ServiceStretch): boolean {
  if (one.role !== other.role || one.from.source === other.from.source) return false;
  if (one.serverId !== undefined && other.serverId !== undefined) return one.serverId !== other.serverId;
  if (one.token !== undefined && other.token !== undefined) return one.token !== other.token;
  return one.writer !== undefined && other.writer !== undefined && one.writer !== other.writer;
}

type Claim = Extract<Observation, { readonly type: "claim" }>;

/** From the first line that claims to serve to the last at which the claim still stands, within a stretch without gaps. */
function recordedStretches(source: RecordingSource): ServiceStretch[] {
  const moments = momentsOf(source);
  return source.stretches.flatMap((stretch, number) => {
    const found: ServiceStretch[] = [];
    let claim: Claim | undefined;
    let from = 0;
    let serverId: number | undefined;
    for (const [index, { at, seen }] of stretch.entries()) {
      const moment = moments[number]?.[index];
      const begun = moments[number]?.[from];
      // When this arrived the claim still stood, whatever comes of it now.
      if (claim !== undefined && claim.until > at && moment !== undefined && begun !== undefined) {
        const { role, token } = claim;
        const open = found.at(-1);
        const served = {
          name: source.name,
          role,
          token,
          recorded: true,
          from: begun,
          last: moment,
          ...idOf(serverId),
        };
        if (open !== undefined && open.from === begun) found.splice(-1, 1, served);
        else found.push(served);
      } else if (claim !== undefined) claim = undefined;
      for (const one of seen) {
        if (one.type === "milestone" && one.serverId > 0) ({ serverId } = one);
        if (one.type === "claimEnded" || one.type === "ended") {
          claim = undefined;
          const open = found.at(-1);
          if (open !== undefined && open.from === begun && open.ended === undefined && moment !== undefined)
            found.splice(-1, 1, { ...open, ended: moment });
        }
        if (one.type !== "claim") continue;
        if (claim === undefined) from = index;
        claim = one.until > at ? one : undefined;
      }
    }
    return found;
  });
}

function idOf(serverId: number | undefined): { serverId?: number } {
  return serverId === undefined ? {} : { serverId };
}

/** Milvus serves from the end of its activation until its process ends itself; it never comes back under the same server id. */
function milvusStretch({ facts, role, serverId, source }: LoggedMember, orderOf: OrderOf): ServiceStretch[] {
  if (role === undefined || serverId === undefined) return [];
  const first = facts.find(({ what }) => isActive(what, false));
  if (first === undefined) return [];
  const leaves = facts.findLast(({ what }) => what.type === "leaving");
  const from = pointOf(source, first, orderOf);
  const until = leaves === undefined ? from : pointOf(source, leaves, orderOf);
  const last = until.index > from.index ? until : from;
  return [{ name: source.name, role, serverId, recorded: false, from, last }];
}

/** Leasehold says when it has stopped to serve, but no line of its says that it still does: its claim may have ended before. */
function ownStretches({ facts, role, serverId, source }: LoggedMember, orderOf: OrderOf): ServiceStretch[] {
  if (role === undefined || serverId === undefined) return [];
  const found: ServiceStretch[] = [];
  for (const fact of facts) {
    const { what } = fact;
    const here = pointOf(source, fact, orderOf);
    const open = found.at(-1);
    if (isActive(what, true))
      found.push({ name: source.name, role, serverId, recorded: false, from: here, last: here });
    else if (open !== undefined && open.ended === undefined && isDeposed(what))
      found.splice(-1, 1, { ...open, ended: here });
  }
  return found;
}

function isDeposed(what: Fact["what"]): boolean {
  return what.type === "milestone" && what.milestone === "deposed";
}

/** Where `Register` blocks until the role is won, its end says that the coordinator serves. */
function isActive(what: Fact["what"], blocks: boolean): boolean {
  if (what.type === "registerFinished") return blocks;
  return what.type === "milestone" && what.milestone === "active";
}

/** A line's place in its log's own order, from 0. */
type OrderOf = (fact: Fact) => number;

function orderIn({ facts }: LogSource): OrderOf {
  const places = new Map(inOwnOrder(facts).map((fact, at) => [fact, at]));
  return (fact) => places.get(fact) ?? 0;
}

function pointOf(source: object, fact: Fact, orderOf: OrderOf): EvidencePoint {
  const { at, place } = fact;
  const when = at === undefined ? {} : { epochMs: at };
  return { source, index: orderOf(fact), place, ...when, after: 0, before: Number.POSITIVE_INFINITY };
}

/** It serves from the line that says so to the last one that says that it still does. A log that repeats another's lines is no witness. */
function mappedStretches(
  { facts, role = "", serverId, source }: LoggedMember,
  orderOf: OrderOf,
): ServiceStretch[] {
  if (facts.some(({ alsoIn }) => alsoIn !== undefined)) return [];
  const found: ServiceStretch[] = [];
  let open: ServiceStretch | undefined;
  for (const fact of facts) {
    const { what } = fact;
    const here = pointOf(source, fact, orderOf);
    if (what.type === "serving" && open !== undefined) open = { ...open, last: here };
    if (what.type !== "milestone") continue;
    if (open !== undefined && ENDS_SERVICE.has(what.milestone)) {
      found.push({ ...open, ended: here });
      open = undefined;
    }
    if (what.milestone !== "active") continue;
    const token = what.token === undefined ? {} : { token: what.token };
    open ??= {
      name: source.name,
      role,
      recorded: false,
      writer: source,
      from: here,
      last: here,
      ...idOf(serverId),
      ...token,
    };
  }
  return open === undefined ? found : [...found, open];
}

/** What nobody says who serves on. */
const ENDS_SERVICE: ReadonlySet<string> = new Set([
  "starting",
  "registered",
  "standby",
  "deposed",
  "lost",
  "stopping",
  "stopped",
  "exited",
]);
