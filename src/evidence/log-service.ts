/** Service as a log tells of it: by lines that say that it begins, and by those that say that it is over. */
import type { Fact, LogSource } from "./fact.ts";
import type { EvidencePoint } from "./order.ts";
import { fallIn, inOwnOrder } from "./own-order.ts";
import { isMilvus, membersIn, mixedIn, type LoggedMember } from "./participants.ts";
import {
  BEGINS_ANEW,
  ENDS_SERVICE,
  hints,
  isActive,
  isDeposed,
  isElected,
  isEnd,
  isLoss,
  isMilestone,
  isOver,
  OUTCOMES,
} from "./said.ts";
import type { PossibleService, ServiceStretch, ToldService } from "./told-service.ts";

/** A line's place in the order of whoever wrote it. */
type PointOf = (fact: Fact) => EvidencePoint;

export function serviceInLog(source: LogSource): ToldService {
  const members = membersIn(source);
  const stretches: ServiceStretch[] = [];
  const possible: PossibleService[] = [];
  // A clock that was set orders nothing, and neither does the file: its lines may have been joined.
  const isOrdered = fallIn(source.facts) === undefined;
  const points = pointsIn(source);
  const read =
    source.mapping === undefined ? (isMilvus(source) ? milvusStretch : ownStretches) : mappedStretches;
  for (const member of members) {
    const pointOf = points(member);
    const whole = withCommon(member, members, pointOf);
    const told = isOrdered && isWitness(member, members) ? read(whole, pointOf) : undefined;
    stretches.push(...(told ?? []));
    if (source.mapping === undefined) possible.push(...unanswered(whole, pointOf));
    possible.push(...(told === undefined ? hinted(whole, pointOf) : untold(whole, told, pointOf)));
  }
  return { stretches, possible: [...possible, ...unnamed(source, members, points)] };
}

/**
 * Who won a role, and when its key was gone if a line tells (it stays for a while after a process that ended without a word); and who found
 * it taken, after it had been free if a line tells that.
 */
export interface Campaigns {
  readonly won: readonly {
    readonly role?: string;
    readonly at: EvidencePoint;
    readonly gone?: EvidencePoint;
  }[];
  readonly found: readonly {
    readonly role?: string;
    readonly at: EvidencePoint;
    readonly free?: EvidencePoint;
  }[];
}

export function campaignsIn(source: LogSource): Campaigns {
  const won: Campaigns["won"][number][] = [];
  const found: Campaigns["found"][number][] = [];
  const members = membersIn(source);
  const points = pointsIn(source);
  for (const member of members) {
    const pointOf = points(member);
    const { facts, role } = withCommon(member, members, pointOf);
    const named = role === undefined ? {} : { role };
    let free: EvidencePoint | undefined;
    for (const fact of facts) {
      const { what } = fact;
      const at = pointOf(fact);
      if (isMilestone(what, "won") || isActive(what, !isMilvus(source))) won.push({ ...named, at });
      else if (isMilestone(what, "vacancy")) free = at;
      else if (isMilestone(what, "watching")) {
        found.push({ ...named, at, ...(free === undefined ? {} : { free }) });
        free = undefined;
      } else if (isMilestone(what, "lost") || isMilestone(what, "stopped"))
        for (const [index, one] of won.entries())
          if (one.gone === undefined && one.at.source === at.source && one.role === role)
            won[index] = { ...one, gone: at };
    }
  }
  return { won, found };
}

/**
 * Lines without an id are the last member's that began: in a log that names nobody, only if the one before it had ended. A mapped log that
 * shares lines with another may be its copy.
 */
function isWitness(member: LoggedMember, members: readonly LoggedMember[]): boolean {
  const { role, source } = member;
  if (source.mapping !== undefined) return !source.sharesLines && !source.isShared;
  if (source.writer !== source.file) return true;
  const before = members.slice(0, members.indexOf(member)).findLast((one) => one.role === role);
  return before === undefined || before.facts.some(({ what }) => isEnd(what));
}

/** What is said of a process and of none of its roles is said of all; so it is of one that starts or exits, in a mapped log. */
function withCommon(member: LoggedMember, members: readonly LoggedMember[], pointOf: PointOf): LoggedMember {
  const { role: own, source } = member;
  if (own === undefined) return member;
  const isCommon = ({ what }: Fact, role: string | undefined): boolean => {
    if (source.mapping === undefined) return role === undefined && isEnd(what);
    if (role === undefined) return isOver(what, source);
    return role !== own && what.type === "milestone" && ["starting", "exited"].includes(what.milestone);
  };
  const common = members.flatMap(({ facts, role }) => facts.filter((fact) => isCommon(fact, role)));
  if (common.length === 0) return member;
  const facts = [...member.facts, ...common];
  return { ...member, facts: facts.toSorted((one, other) => pointOf(one).index - pointOf(other).index) };
}

/** It may have served at any time: so may one whose log lost its head, if it ends as one that serves does. */
function hinted(member: LoggedMember, pointOf: PointOf): PossibleService[] {
  const { facts, source } = member;
  const isHeadless = source.mapping === undefined && !facts.some(({ what }) => isElected(what));
  const hint = facts.find(
    ({ what }) => hints(what, source) || (isHeadless && (isEnd(what) || what.type === "written")),
  );
  if (hint === undefined) return [];
  const isRegistered = hint.what.type === "registerFinished";
  return [{ ...whose(member), hint: pointOf(hint), ...(isRegistered ? { mayBeNone: true } : {}) }];
}

/** Wins of which no line says that the winner served, and ends of service that no line begins. */
function untold(member: LoggedMember, told: readonly ServiceStretch[], pointOf: PointOf): PossibleService[] {
  const { facts, role, serverId, source } = member;
  // Without a name, an id or a win nothing could be told of it.
  const isNamed = role !== undefined && (serverId !== undefined || source.mapping !== undefined);
  const wasWon = facts.some(({ what }) => isMilestone(what, "won"));
  if (told.length === 0 && !(isNamed && wasWon)) return hinted(member, pointOf);
  const found: PossibleService[] = [];
  const base = whose(member);
  let won: Fact | undefined;
  let serves = false;
  for (const fact of facts) {
    const { what } = fact;
    if (isActive(what, won !== undefined && !isMilvus(source))) [won, serves] = [undefined, true];
    else if (isMilestone(what, "won")) {
      if (won !== undefined) found.push({ ...base, hint: pointOf(won), from: pointOf(won) });
      if (!serves) won = fact;
    } else if (what.type === "serving" && !serves) {
      found.push({ ...base, hint: pointOf(fact) });
      serves = true;
    } else if (isOver(what, source)) {
      const ended = pointOf(fact);
      if (won !== undefined) found.push({ ...base, hint: pointOf(won), from: pointOf(won), ended });
      else if (!serves && isLoss(what, source)) found.push({ ...base, hint: ended, ended });
      [won, serves] = [undefined, false];
    }
  }
  if (won !== undefined) found.push({ ...base, hint: pointOf(won), from: pointOf(won) });
  return found;
}

/** Whoever campaigned and says nothing of what came of it may have won. */
function unanswered(member: LoggedMember, pointOf: PointOf): PossibleService[] {
  const { facts, source } = member;
  const last = facts.findLast(({ what }) => isMilestone(what, "campaigning"));
  if (last === undefined) return [];
  const later = facts.slice(facts.indexOf(last) + 1);
  if (later.some(({ what }) => what.type === "milestone" && OUTCOMES.has(what.milestone))) return [];
  const over = later.find(({ what }) => isOver(what, source));
  const hint = pointOf(last);
  return [{ ...whose(member), hint, from: hint, ...(over === undefined ? {} : { ended: pointOf(over) }) }];
}

/** Of several processes in one log, lines that name nobody. */
function unnamed(
  source: LogSource,
  members: readonly LoggedMember[],
  points: (member: LoggedMember | undefined) => PointOf,
): PossibleService[] {
  const mixed = new Set(mixedIn(source).map(({ role }) => role));
  if (mixed.size === 0) return [];
  const told = new Set(members.flatMap(({ facts }) => facts));
  const hint = source.facts.find((fact) => !told.has(fact) && hints(fact.what, source));
  return hint === undefined ? [] : [{ ...whose({ source }), hint: points(undefined)(hint) }];
}

function whose({
  role,
  serverId,
  source,
}: Pick<LoggedMember, "role" | "serverId" | "source">): Omit<PossibleService, "hint"> {
  return {
    name: source.name,
    origin: source,
    ...(role === undefined ? {} : { role }),
    ...(serverId === undefined ? {} : { serverId }),
  };
}

/** Milvus serves from the end of its activation until its process ends itself; it never comes back under the same server id. */
function milvusStretch({ facts, role, serverId, source }: LoggedMember, pointOf: PointOf): ServiceStretch[] {
  if (role === undefined || serverId === undefined) return [];
  const first = facts.find(({ what }) => isActive(what, false));
  if (first === undefined) return [];
  const from = pointOf(first);
  const later = (fact: Fact): boolean => pointOf(fact).index > from.index;
  // Whoever is being stopped may have closed its service before it noticed that the session is lost; and one that serves takes no part in
  // an election: it is its successor that does, in the same log.
  const over = facts.find(
    (fact) => later(fact) && fact.what.type !== "leaving" && (isEnd(fact.what) || isElected(fact.what)),
  );
  const other = inOwnOrder(source.facts).find(
    (fact) => later(fact) && "serverId" in fact.what && (fact.what.serverId ?? serverId) !== serverId,
  );
  const isOwn = (fact: Fact): boolean =>
    [over, other].every((end) => end === undefined || pointOf(fact).index < pointOf(end).index);
  // A line without an id may be of a later life, of which nothing else is there.
  const left = facts.find(
    (fact) =>
      fact.what.type === "leaving" &&
      later(fact) &&
      isOwn(fact) &&
      (fact.what.serverId === serverId || fact.what.isLast === true),
  );
  const last = left === undefined ? from : pointOf(left);
  return [{ name: source.name, role, serverId, origin: source, from, last }];
}

/** Leasehold says when it has stopped to serve, but no line of its says that it still does: its claim may have ended before. */
function ownStretches({ facts, role, serverId, source }: LoggedMember, pointOf: PointOf): ServiceStretch[] {
  if (role === undefined || serverId === undefined) return [];
  const found: ServiceStretch[] = [];
  // Others register without an election, or before it.
  let wasWon = false;
  for (const fact of facts) {
    const { what } = fact;
    wasWon ||= isMilestone(what, "won");
    const here = pointOf(fact);
    const open = found.at(-1);
    if (isActive(what, wasWon))
      found.push({ name: source.name, role, serverId, origin: source, from: here, last: here });
    else if (open !== undefined && open.ended === undefined && isDeposed(what))
      found.splice(-1, 1, { ...open, ended: here });
  }
  return found;
}

/**
 * It serves from the line that says so to the last one that says that it still does. Whoever begins anew may be another process, in a log
 * that two have written: then the first may serve on.
 */
function mappedStretches(
  { facts, role = "", serverId, source }: LoggedMember,
  pointOf: PointOf,
): ServiceStretch[] {
  const found: ServiceStretch[] = [];
  let open: ServiceStretch | undefined;
  for (const fact of facts) {
    const { what } = fact;
    const here = pointOf(fact);
    if (what.type === "serving" && open !== undefined) open = { ...open, last: here };
    if (what.type !== "milestone") continue;
    const begins = what.milestone === "active";
    if (
      open !== undefined &&
      (begins || BEGINS_ANEW.has(what.milestone) || ENDS_SERVICE.has(what.milestone))
    ) {
      found.push(ENDS_SERVICE.has(what.milestone) ? { ...open, ended: here } : open);
      open = undefined;
    }
    if (!begins) continue;
    open = {
      name: source.name,
      role,
      origin: source,
      from: here,
      last: here,
      ...(serverId === undefined ? {} : { serverId }),
      ...(what.token === undefined ? {} : { token: what.token }),
    };
  }
  return open === undefined ? found : [...found, open];
}

/** Lines are ordered by the log's own clock; where several processes wrote it, each has one of its own. */
function pointsIn(source: LogSource): (member: LoggedMember | undefined) => PointOf {
  const places = new Map(inOwnOrder(source.facts).map((fact, at) => [fact, at]));
  const isShared = source.isShared || mixedIn(source).length > 0;
  return (member) => {
    const clock = isShared ? { member } : source;
    return (fact) => ({
      source: clock,
      index: places.get(fact) ?? 0,
      place: fact.place,
      ...(fact.at === undefined ? {} : { epochMs: fact.at }),
      ...(fact.grainMs === undefined ? {} : { grainMs: fact.grainMs }),
      after: 0,
      before: Number.POSITIVE_INFINITY,
    });
  };
}
