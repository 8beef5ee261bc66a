/** What the lanes of a told run say, as a scenario's coordinators would have to say it. */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import { readObservation } from "../trace/meaning.ts";
import type { TraceEvent, TraceHeader } from "../trace/format.ts";
import { SOME_ROLE } from "./cast-lanes.ts";
import type { ToldRun } from "./told-run.ts";

/** A write got no answer. */
export type Unanswered = "unanswered";

/** A step that a line tells. */
export interface CaseStep {
  readonly at: number;
  readonly milestone: Milestone | Unanswered;
  readonly reason?: LossReason;
  readonly serverId: number;
}

/** One coordinator of the case. */
export interface CaseLane {
  /** As a scenario may name it. */
  readonly name: string;
  readonly role: string;
  readonly steps: readonly CaseStep[];
  /** When it began; absent: before its first line. */
  readonly startAtMs?: number;
  /** Active-standby is on. */
  readonly standsBy: boolean;
  /** It ends its process when it has lost its membership. */
  readonly leaves: boolean;
  /** From then on nothing is known of it. */
  readonly lastAt: number;
}

/** Those that say anything, whoever served or won first before the others. */
export function stepsOf({ lanes, lines }: ToldRun): readonly CaseLane[] {
  const [header] = lines;
  if (header?.type !== "header") throw new RangeError("a told run begins with a header");
  const events = lines.filter((line): line is TraceEvent => line.type === "event");
  const ids = new Set<number>();
  return lanes
    .map((lane) =>
      laneOf(
        lane,
        header,
        events.filter(({ node }) => node === lane.name),
      ),
    )
    .filter(({ steps }) => steps.length > 0)
    .filter(({ steps }) => {
      // A recording and a log of one process are one coordinator.
      const own = new Set(steps.map(({ serverId }) => serverId).filter((id) => id > 0));
      const known = [...own].some((id) => ids.has(id));
      for (const id of own) ids.add(id);
      return !known;
    })
    .map((lane, _, all) => ({ ...lane, role: roleFor(lane, all) }))
    .map((lane, _, all) => ({ ...lane, standsBy: standsByIn(all, lane.role) }))
    .toSorted((left, right) => firstWon(left) - firstWon(right));
}

/** Where one role alone is told of, whoever tells none is taken to compete for it. */
function roleFor({ role }: Pick<CaseLane, "role">, all: readonly Pick<CaseLane, "role">[]): string {
  const roles = [...new Set(all.map((one) => one.role))].filter((one) => one !== SOME_ROLE);
  return role === SOME_ROLE && roles.length === 1 ? (roles[0] ?? role) : role;
}

/** Off for one, off for all: with it nobody finds the role taken and tries again. */
function standsByIn(lanes: readonly Omit<CaseLane, "standsBy">[], role: string): boolean {
  return !lanes.some(
    (lane) =>
      lane.role === role &&
      lane.steps.some(({ milestone }) => milestone === "outrun" || milestone === "gaveUp"),
  );
}

function firstWon({ steps }: Pick<CaseLane, "steps">): number {
  return steps.find(({ milestone }) => milestone === "won" || milestone === "active")?.at ?? Infinity;
}

const BEGINNINGS: ReadonlySet<string> = new Set<Milestone>(["starting", "identified", "registered"]);

function laneOf(
  { name, role }: ToldRun["lanes"][number],
  { scenario }: TraceHeader,
  events: readonly TraceEvent[],
): Omit<CaseLane, "standsBy"> {
  const seen = events.flatMap(({ at, seen: all = [] }) =>
    all.map((one) => readObservation(one, at, scenario)),
  );
  const steps = seen.flatMap((one): CaseStep[] => {
    if (one.type === "written" && one.outcome === "unknown")
      return [{ at: one.at, milestone: "unanswered", serverId: 0 }];
    if (one.type !== "milestone") return [];
    const { at, milestone, reason, serverId } = one;
    return [{ at, milestone, serverId, ...(reason === undefined ? {} : { reason }) }];
  });
  const [first] = steps;
  const begins = first !== undefined && BEGINNINGS.has(first.milestone);
  return {
    name: name.replaceAll(/[^\w.-]+/gu, "-"),
    role,
    steps,
    ...(begins ? { startAtMs: first.at } : {}),
    leaves: steps.some(({ milestone }) => milestone === "exited"),
    lastAt: seen.findLast((one) => one.type !== "unseen")?.at ?? 0,
  };
}
