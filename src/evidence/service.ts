/** All that the sources tell of service, and the first two that certainly served at once. */
import type { WrittenInstant } from "../milvus/log-format.ts";
import type { EvidenceSource } from "./fact.ts";
import { serviceInLog } from "./log-service.ts";
import { changesIn, membersIn } from "./participants.ts";
import { roleOfActiveKey, serverIdOf, storesIn } from "./store-keys.ts";
import { cameBefore, type EvidencePoint } from "./order.ts";
import { serviceInRecording } from "./recorded-service.ts";
import type { PossibleService, ServiceStretch, ToldService } from "./told-service.ts";

/** Two coordinators of one role that certainly served at once. */
export interface ServiceOverlap {
  readonly first: ServiceStretch;
  readonly second: ServiceStretch;
}

export function serviceIn(sources: readonly EvidenceSource[]): ToldService {
  const told = sources.map((source): ToldService => {
    if (source.type === "recording") return serviceInRecording(source);
    return source.type === "log" ? serviceInLog(source) : { stretches: [], possible: [] };
  });
  const stretches = told.flatMap((one) => one.stretches);
  const possible = [...told.flatMap((one) => one.possible), ...holdersOf(sources)];
  return { stretches, possible: possible.filter((one) => !isToldElsewhere(one, { possible, stretches })) };
}

/** Who put an active key, and is in no log and no recording, may have served since. */
function holdersOf(sources: readonly EvidenceSource[]): PossibleService[] {
  const known = new Set(sources.flatMap(idsIn));
  return storesIn(changesIn(sources)).flatMap(({ changes, root }) =>
    changes.flatMap(({ change: { event, kv }, place }): PossibleService[] => {
      const role = roleOfActiveKey(kv.key, root);
      const serverId = serverIdOf(kv.value);
      if (event !== "PUT" || role === undefined || serverId === undefined || known.has(serverId)) return [];
      const since = {
        source: {},
        index: 0,
        place,
        after: kv.createRevision,
        before: Number.POSITIVE_INFINITY,
      };
      return [{ name: `server ${serverId}, of which there is no log`, role, hint: since, from: since }];
    }),
  );
}

function idsIn(source: EvidenceSource): number[] {
  if (source.type === "log") return membersIn(source).flatMap(({ serverId }) => serverId ?? []);
  if (source.type === "store") return [];
  return source.stretches
    .flat()
    .flatMap(({ seen }) => seen.flatMap((one) => (one.type === "milestone" ? [one.serverId] : [])));
}

/** A log may hint at what a recording tells, and the other way round: by its server id, where that stands for one term. */
function isToldElsewhere(one: PossibleService, { possible, stretches }: ToldService): boolean {
  const isSame = ({ role, serverId }: PossibleService | ServiceStretch): boolean =>
    one.serverId !== undefined && serverId === one.serverId && role === one.role;
  const told = stretches.filter(isSame);
  return told.length === 1 && told[0]?.origin !== one.origin && possible.filter(isSame).length === 1;
}

/** Where a process' end is vouched for, its last stretch was over by then, if it does not say itself when; and so was all it may have served. */
export function withEnds(
  { possible, stretches }: ToldService,
  endedAt: ReadonlyMap<EvidenceSource, WrittenInstant> = new Map(),
): ToldService {
  const endOf = (origin: EvidenceSource, { place }: EvidencePoint): { ended?: EvidencePoint } => {
    const when = endedAt.get(origin);
    if (when === undefined) return {};
    const { at: epochMs, grainMs } = when;
    // Whoever says so has a clock of their own.
    return {
      ended: { source: {}, index: 0, place, epochMs, grainMs, after: 0, before: Number.POSITIVE_INFINITY },
    };
  };
  return {
    stretches: stretches.map((one, at) => {
      const isLast = !stretches
        .slice(at + 1)
        .some(({ origin, role }) => origin === one.origin && role === one.role);
      return isLast ? { ...endOf(one.origin, one.last), ...one } : one;
    }),
    possible: possible.map((one) =>
      one.origin === undefined ? one : { ...endOf(one.origin, one.hint), ...one },
    ),
  };
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

/** Different sources may be copies of one; different server ids, or tokens, are two, and so are mapped logs: the user says that each is a process'. */
function areTwo(one: ServiceStretch, other: ServiceStretch): boolean {
  if (one.role !== other.role || one.from.source === other.from.source) return false;
  if (one.serverId !== undefined && other.serverId !== undefined) return one.serverId !== other.serverId;
  if (one.token !== undefined && other.token !== undefined) return one.token !== other.token;
  return isMapped(one) && isMapped(other) && one.origin !== other.origin;
}

function isMapped({ origin }: ServiceStretch): boolean {
  return origin.type === "log" && origin.mapping !== undefined;
}
