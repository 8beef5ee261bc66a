/**
 * What was logged, joined into one list by the clocks as they were aligned. Two neighbours of two clocks may stand in an order that no
 * line proves; they are marked. Recordings bear no wall clock: one that nothing ties to the others stands by itself, at the end.
 */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { Alignment } from "./align.ts";
import type { EvidenceSource, LinePlace, Stated } from "./fact.ts";
import { isMilvus, membersIn } from "./participants.ts";

/** Something that somebody said to have happened. */
export interface LoggedStep {
  readonly place: LinePlace;
  readonly source: EvidenceSource;
  /** By the clock of its source: since 1970, or of a recording since its process began, ms. Absent: the line says none. */
  readonly ownMs?: number;
  /** By the first clock, ms; absent: nothing ties the source to it. */
  readonly at?: number;
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

/** The steps of all sources by the aligned clocks, then those of sources that nothing ties to the others. */
export function timelineOf(sources: readonly EvidenceSource[], { clocks }: Alignment): readonly LoggedStep[] {
  const ahead = new Map<EvidenceSource, number | undefined>(
    clocks.map(({ source, takenMs }) => [source, takenMs]),
  );
  const steps = sources.flatMap((source) => {
    const aheadMs = ahead.get(source);
    const own =
      source.type === "log"
        ? stepsOfLog(source)
        : source.type === "recording"
          ? stepsOfRecording(source)
          : [];
    return own.map((step) =>
      aheadMs === undefined || step.ownMs === undefined ? step : { ...step, at: step.ownMs - aheadMs },
    );
  });
  const late = Number.POSITIVE_INFINITY;
  return steps.toSorted((left, right) => (left.at === right.at ? 0 : (left.at ?? late) - (right.at ?? late)));
}

/** Whether lines prove that `left` came before `right`. */
export function isOrdered(left: LoggedStep, right: LoggedStep, { mostAheadMs }: Alignment): boolean {
  if (left.source === right.source) return true;
  if (left.ownMs === undefined || right.ownMs === undefined) return false;
  return right.ownMs - left.ownMs > mostAheadMs(right.source, left.source);
}

function stepsOfLog(source: Extract<EvidenceSource, { type: "log" }>): LoggedStep[] {
  return membersIn(source).flatMap(({ facts, role, serverId }) =>
    facts.flatMap(({ at, place, what }): LoggedStep[] => {
      const milestone = milestoneIn(what, !isMilvus(source));
      if (milestone === undefined || !TOLD.has(milestone)) return [];
      return [
        {
          place,
          source,
          milestone,
          ...(at === undefined ? {} : { ownMs: at }),
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
      return [{ place, source, ownMs: at, role, serverId, milestone }];
    }),
  );
}
