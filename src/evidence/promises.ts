/** Every promise, and what the evidence says of it. */
import { catalogue } from "../../properties/catalogue.ts";
import { uniqueIds } from "../../properties/unique-ids.ts";
import type { WrittenInstant } from "../milvus/log-format.ts";
import { Cast } from "./cast.ts";
import type { EvidenceSource, Fact, LinePlace, RecordingSource } from "./fact.ts";
import { provenIn, type PlacedObservation } from "./judge.ts";
import { changesIn, membersIn } from "./participants.ts";
import { judgeRecordings } from "./recording-promises.ts";
import { serviceIn, withEnds } from "./service.ts";
import { unseenHolders } from "./unseen-holders.ts";
import { storesIn } from "./store-keys.ts";
import { judgeStore, violated, type NameOf } from "./store-promises.ts";
import { CANNOT_TELL } from "./cannot-tell.ts";
import { judgeService } from "./succession.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** What the user vouches for. */
export interface Vouched {
  /** Any two clocks of the logs agree within so much, ms; absent: nobody knows. */
  readonly clocksWithinMs?: number;
  /** When the process that wrote a log or a recording had ended. */
  readonly ended?: ReadonlyMap<EvidenceSource, WrittenInstant>;
}

/** One verdict for each promise, in the catalogue's order. */
export function judgeEvidence(sources: readonly EvidenceSource[], vouched: Vouched = {}): EvidenceVerdict[] {
  const recordings = sources.filter((source): source is RecordingSource => source.type === "recording");
  const nameOf = namesIn(sources);
  const hasGap = sources.some((source) => source.type === "store" && source.hasGap);
  const { clocksWithinMs, ended = new Map() } = vouched;
  const told = withEnds(serviceIn(sources), ended);
  const unseen = unseenHolders(sources, clocksWithinMs);
  const service = judgeService({ ...told, possible: [...told.possible, ...unseen] }, clocksWithinMs);
  const found = [
    ...(service === undefined ? [] : [service]),
    ...judgeIds(sources),
    ...storesIn(changesIn(sources)).flatMap((store) => judgeStore({ ...store, hasGap }, recordings, nameOf)),
    ...judgeRecordings(recordings),
  ];
  return catalogue.map(({ name }) => {
    const own = found.filter(({ property }) => property === name);
    const told = own.find(({ type }) => type === "violated") ?? own.find(({ type }) => type === "held");
    return told ?? own[0] ?? cannotTell(name);
  });
}

function cannotTell(property: string): EvidenceVerdict {
  const { remedy, why } = CANNOT_TELL[property] ?? {
    why: "no line tells",
    remedy: "leasehold check judges it",
  };
  return { property, type: "cannot be told", why, remedy };
}

/** Whether any line was about an election at all. */
export function hasElection(sources: readonly EvidenceSource[]): boolean {
  return sources.some((source) => {
    if (source.type === "recording") return source.stretches.length > 0;
    if (source.type === "log" && source.beats.size > 0) return true;
    return source.facts.length > 0;
  });
}

function namesIn(sources: readonly EvidenceSource[]): NameOf {
  const names = new Map<number, string>();
  for (const source of sources) {
    if (source.type === "log")
      for (const { serverId } of membersIn(source))
        if (serverId !== undefined) names.set(serverId, source.name);
    if (source.type !== "recording") continue;
    for (const { seen } of source.stretches.flat())
      for (const one of seen)
        if (one.type === "milestone" && one.serverId > 0) names.set(one.serverId, source.name);
  }
  return (serverId) => {
    const name = names.get(serverId);
    return name === undefined ? `server ${serverId}` : `${name} (server ${serverId})`;
  };
}

/**
 * Only leasehold draws an id for each registration; the roles of one Milvus process share theirs. A process may be in a log and in a
 * recording, so each kind is judged by itself.
 */
function judgeIds(sources: readonly EvidenceSource[]): EvidenceVerdict[] {
  const verdicts = (["recording", "log"] as const).flatMap((type) =>
    judgeDraws(sources.filter((source) => source.type === type)),
  );
  const broken = verdicts.filter(({ type }) => type === "violated");
  return broken.length === 0 && drawnForTwoRoles(sources) ? [] : [...broken, ...verdicts];
}

/** Whether one is recorded to have drawn the id that another, of another role, logged: they are no one process. */
function drawnForTwoRoles(sources: readonly EvidenceSource[]): boolean {
  const cast = new Cast();
  const roles = new Map<number, string>();
  return sources
    .flatMap((source) => drawsIn(source, cast))
    .some(({ drawn: { observation }, serverId, sure }) => {
      const role = "role" in observation ? observation.role : "";
      if (role === "" || !sure) return false;
      const known = roles.get(serverId) ?? role;
      roles.set(serverId, role);
      return known !== role;
    });
}

function judgeDraws(sources: readonly EvidenceSource[]): EvidenceVerdict[] {
  const cast = new Cast();
  const draws = sources.flatMap((source) => drawsIn(source, cast));
  const ids = new Set(draws.map(({ serverId }) => serverId));
  if (mayBeCopies(draws) || sources.some((source) => source.type === "log" && source.copiedDraws > 0))
    return [];
  const ours = draws.filter(({ sure }) => sure).map(({ drawn }) => drawn);
  const found = provenIn(uniqueIds, cast.scenario(), ours);
  if (found !== undefined) return [violated(uniqueIds, found, cast, "")];
  if (ids.size < 2 || ids.size < draws.length) return [];
  const lines: LinePlace[] = draws.map(({ drawn }) => drawn.place);
  return [{ property: uniqueIds.name, type: "held", of: `${ids.size} server ids that were drawn`, lines }];
}

/**
 * One log in two forms has other lines, but draws its ids at the same instants; what came by OTLP may have instants of its own, and a copy
 * may have lost them. In one log ids rise, or etcd has lost its data meanwhile: then nobody drew one twice.
 */
function mayBeCopies(draws: readonly Draw[]): boolean {
  const drawn = new Map<number, Draw[]>();
  for (const one of draws) drawn.set(one.serverId, [...(drawn.get(one.serverId) ?? []), one]);
  return [...drawn.values()].some((alike) =>
    alike.some((one, at) =>
      alike
        .slice(0, at)
        .some((other) => one.isExported !== other.isExported || (one.isLogged && !drewApart(one, other))),
    ),
  );
}

/** Of two logs, at instants that differ. */
function drewApart(one: Draw, other: Draw): boolean {
  if (one.at === undefined || other.at === undefined) return false;
  return one.source !== other.source && one.at !== other.at;
}

interface Draw {
  readonly drawn: PlacedObservation;
  /** As its log says, ms since 1970. */
  readonly at?: number;
  readonly serverId: number;
  /** Each such line is a registration of its own. */
  readonly sure: boolean;
  readonly source: EvidenceSource;
  readonly isLogged: boolean;
  readonly isExported: boolean;
}

function drawsIn(source: EvidenceSource, cast: Cast): Draw[] {
  const draws: Draw[] = [];
  const add = (
    { at, place }: Pick<Fact, "at" | "place">,
    name: string,
    role: string,
    serverId: number,
    sure: boolean,
  ): void => {
    const observation = {
      type: "milestone",
      at: 0,
      node: cast.placeOf(name, role),
      role,
      milestone: "identified",
      reason: undefined,
      serverId,
      leaseId: "0",
      token: 0,
      loadedRevision: 0,
      roleRevision: 0,
    } as const;
    const isExported = source.type === "log" && source.isExported;
    draws.push({
      drawn: { place, observation },
      serverId,
      sure,
      source,
      isLogged: source.type === "log",
      isExported,
      ...(at === undefined ? {} : { at }),
    });
  };
  if (source.type === "log") {
    const roles = new Map(membersIn(source).flatMap(({ facts, role }) => facts.map((fact) => [fact, role])));
    for (const fact of source.facts) {
      const { what } = fact;
      if (what.type === "milestone" && what.milestone === "identified" && what.serverId !== undefined)
        add(fact, source.name, what.role ?? roles.get(fact) ?? "", what.serverId, source.ours > 0);
    }
  }
  if (source.type === "recording")
    for (const { place, seen } of source.stretches.flat())
      for (const one of seen)
        if (one.type === "milestone" && one.milestone === "identified")
          add({ place }, source.name, one.role, one.serverId, true);
  return draws;
}
