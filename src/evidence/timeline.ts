/**
 * What was logged, joined into one list. Lines of logs are placed by the instants that they bear; those of one file are in their order,
 * but between two files that is no more than their clocks' word. Recordings bear no wall clock, so each stands by itself.
 */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { EvidenceSource, LinePlace, Stated } from "./fact.ts";
import { isMilvus, membersIn } from "./participants.ts";

/** Something that somebody said to have happened. */
export interface LoggedStep {
  readonly place: LinePlace;
  readonly source: string;
  /** Milliseconds since 1970 by the line's own clock. */
  readonly epochMs?: number;
  /** Of a recording: since its process began. */
  readonly ownMs?: number;
  readonly role?: string;
  readonly serverId?: number;
  readonly milestone: Milestone | "leaving";
}

/** What others go through is told of everyone; the rest is routine. */
const TOLD: ReadonlySet<string> = new Set<LoggedStep["milestone"]>([
  "registered",
  "standby",
  "vacancy",
  "won",
  "active",
  "deposed",
  "lost",
  "stopping",
  "stopped",
  "exited",
  "leaseKept",
  "gaveUp",
  "leaving",
]);

/** The steps of all logs by their clocks, then those of each recording. */
export function timelineOf(sources: readonly EvidenceSource[]): readonly LoggedStep[] {
  const logged = sources.flatMap((source) => (source.type === "log" ? stepsOfLog(source) : []));
  const recorded = sources.flatMap((source) => (source.type === "recording" ? stepsOfRecording(source) : []));
  return [...logged.toSorted((left, right) => (left.epochMs ?? 0) - (right.epochMs ?? 0)), ...recorded];
}

function stepsOfLog(source: Extract<EvidenceSource, { type: "log" }>): LoggedStep[] {
  return membersIn(source).flatMap(({ facts, role, serverId }) =>
    facts.flatMap(({ at, place, what }): LoggedStep[] => {
      const milestone = milestoneIn(what, !isMilvus(source));
      if (milestone === undefined || !TOLD.has(milestone)) return [];
      return [
        {
          place,
          source: source.name,
          milestone,
          ...(at === undefined ? {} : { epochMs: at }),
          ...(role === undefined ? {} : { role }),
          ...(serverId === undefined ? {} : { serverId }),
        },
      ];
    }),
  );
}

/** Where `Register` blocks until the role is won, its end says that the coordinator serves. */
function milestoneIn(what: Stated, blocks: boolean): LoggedStep["milestone"] | undefined {
  if (what.type === "milestone") return what.milestone;
  if (what.type === "registerFinished") return blocks ? "active" : undefined;
  return what.type === "leaving" ? "leaving" : undefined;
}

function stepsOfRecording(source: Extract<EvidenceSource, { type: "recording" }>): LoggedStep[] {
  return source.stretches.flat().flatMap(({ at, place, seen }) =>
    seen.flatMap((one): LoggedStep[] => {
      if (one.type !== "milestone" || !TOLD.has(one.milestone)) return [];
      const { milestone, role, serverId } = one;
      return [{ place, source: source.name, ownMs: at, role, serverId, milestone }];
    }),
  );
}
