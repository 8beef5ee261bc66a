/** Stretches of time in which a coordinator certainly served, as its own lines say; and where two of one role overlapped. */
import type { Observation } from "../../models/observation.ts";
import type { EvidenceSource, Fact, RecordingSource } from "./fact.ts";
import { cameBefore, momentsOf, type EvidencePoint } from "./order.ts";
import { isMilvus, membersIn, type LoggedMember } from "./participants.ts";

/** It served at `from`, at `last`, and all the time between. */
export interface ServiceStretch {
  /** Who, as people call it. */
  readonly name: string;
  readonly role: string;
  readonly serverId?: number;
  readonly token?: number;
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
    if (source.mapping !== undefined) return membersIn(source).flatMap(mappedStretches);
    return isMilvus(source) ? membersIn(source).flatMap(loggedStretch) : [];
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
        const served = { name: source.name, role, token, from: begun, last: moment, ...idOf(serverId) };
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
function loggedStretch({ facts, role, serverId, source }: LoggedMember): ServiceStretch[] {
  if (role === undefined || serverId === undefined) return [];
  const begins = facts.findIndex(({ what }) => what.type === "milestone" && what.milestone === "active");
  const leaves = facts.findLastIndex(({ what }) => what.type === "leaving");
  const [first, last] = [facts[begins], facts[leaves]];
  if (first === undefined || last === undefined || leaves <= begins) return [];
  const [from, until] = [pointOf(source, first, begins), pointOf(source, last, leaves)];
  return [{ name: source.name, role, serverId, from, last: until }];
}

function pointOf(source: object, { at, place }: Fact, index: number): EvidencePoint {
  const when = at === undefined ? {} : { epochMs: at };
  return { source, index, place, ...when, after: 0, before: Number.POSITIVE_INFINITY };
}

/** It serves from the line that says so to the last one that says that it still does. A log that repeats another's lines is no witness. */
function mappedStretches({ facts, role = "", serverId, source }: LoggedMember): ServiceStretch[] {
  if (facts.some(({ alsoIn }) => alsoIn !== undefined)) return [];
  const found: ServiceStretch[] = [];
  let open: ServiceStretch | undefined;
  for (const [index, fact] of facts.entries()) {
    const { what } = fact;
    const here = pointOf(source, fact, index);
    if (what.type === "serving" && open !== undefined) open = { ...open, last: here };
    if (what.type !== "milestone") continue;
    if (open !== undefined && ENDS_SERVICE.has(what.milestone)) {
      found.push({ ...open, ended: here });
      open = undefined;
    }
    if (what.milestone !== "active") continue;
    const token = what.token === undefined ? {} : { token: what.token };
    open ??= { name: source.name, role, writer: source, from: here, last: here, ...idOf(serverId), ...token };
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
