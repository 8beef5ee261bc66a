/**
 * What each lane's own lines say, as observations at the instants of its clock. Nothing is added but where a process begins and from
 * where on nothing is known of it, and that is said to be inferred.
 */
import type { Observation } from "../../models/observation.ts";
import { NO_LEASE } from "../../models/etcd-api.ts";
import { readEntries } from "../milvus/read-format.ts";
import type { EvidenceBasis } from "../trace/format.ts";
import type { EvidenceLane } from "./cast-lanes.ts";
import type { Fact, LinePlace, LogSource, RecordingSource, Stated } from "./fact.ts";
import { isMilvus } from "./participants.ts";

/** Something that a lane's lines say, on its own clock. */
export interface LaneEvent {
  /** Undefined: the line says no instant; it stands where it stands. */
  readonly ms?: number;
  readonly place: LinePlace;
  readonly basis: EvidenceBasis;
  readonly seen: readonly Observation[];
}

export function eventsOf(lane: EvidenceLane, node: number): LaneEvent[] {
  return lane.source.type === "log"
    ? loggedEvents(lane, lane.source, node)
    : recordedEvents(lane.source, node);
}

type StatedMilestone = Extract<Stated, { readonly type: "milestone" }>;

const ENDS_SERVICE: ReadonlySet<string> = new Set<StatedMilestone["milestone"]>([
  "deposed",
  "lost",
  "stopping",
  "stopped",
  "exited",
  "gaveUp",
  "leaseKept",
]);
const LEAVES: ReadonlySet<string> = new Set<StatedMilestone["milestone"]>(["stopped", "exited", "gaveUp"]);

function loggedEvents({ members, role }: EvidenceLane, source: LogSource, node: number): LaneEvent[] {
  const events: LaneEvent[] = [];
  let up = false;
  let serves = false;
  for (const { facts, serverId = 0 } of members)
    for (const { at, place, what } of facts) {
      const milestone = milestoneIn(what, isMilvus(source));
      const seen: Observation[] = [];
      const add = (basis: EvidenceBasis, ...all: readonly Observation[]): void => {
        events.push({ place, basis, seen: all, ...(at === undefined ? {} : { ms: at }) });
      };
      if (what.type === "written") add("logged", { type: "written", at: 0, node, outcome: what.outcome });
      if (milestone === undefined) continue;
      if (milestone.milestone === "starting" && !up) add("inferred", { type: "started", at: 0, node, role });
      up = !LEAVES.has(milestone.milestone);
      seen.push(observed(milestone, node, role, serverId));
      if (milestone.milestone === "active") {
        seen.push({ type: "claim", at: 0, node, role, token: milestone.token ?? 0, until: Infinity });
        serves = true;
      } else if (serves && ENDS_SERVICE.has(milestone.milestone)) {
        seen.push({ type: "claimEnded", at: 0, node, role });
        serves = false;
      }
      add("logged", ...seen);
    }
  const end = endOf(source, events.at(-1));
  return end === undefined ? events : [...events, { ...end, seen: [{ type: "unseen", at: 0, node }] }];
}

/** Where `Register` blocks until the role is won, its end says that the coordinator serves. */
function milestoneIn(what: Fact["what"], isAsync: boolean): StatedMilestone | undefined {
  if (what.type === "milestone") return what;
  if (what.type === "registerFinished" && !isAsync)
    return { type: "milestone", milestone: "active", role: what.role };
  return what.type === "leaving" ? { type: "milestone", milestone: "exited" } : undefined;
}

function observed(
  { leaseId = NO_LEASE, loadedRevision = 0, milestone, reason, token = 0 }: StatedMilestone,
  node: number,
  role: string,
  serverId: number,
): Observation {
  return {
    type: "milestone",
    at: 0,
    node,
    role,
    milestone,
    reason,
    serverId,
    leaseId,
    token,
    loadedRevision,
    roleRevision: 0,
  };
}

/** The last line of whoever wrote the log, whatever it is about: until then it was there. */
function endOf({ last }: LogSource, event: LaneEvent | undefined): Omit<LaneEvent, "seen"> | undefined {
  if (event === undefined) return undefined;
  const at = last === undefined ? undefined : readEntries(last.text).entries.at(-1)?.epochMs;
  const ms = at === undefined || (event.ms ?? 0) > at ? event.ms : at;
  const place = ms === at && last !== undefined ? last.place : event.place;
  return { place, basis: "inferred", ...(ms === undefined ? {} : { ms }) };
}

function recordedEvents({ stretches }: RecordingSource, node: number): LaneEvent[] {
  return stretches.flatMap((stretch) => {
    let begun = Number.NEGATIVE_INFINITY;
    const events = stretch.map(({ at, place, seen }): LaneEvent => {
      begun = Math.max(begun, at);
      const own = seen.map((one) => ("node" in one ? { ...one, node } : one));
      return { ms: begun, place, basis: "recorded", seen: own };
    });
    const last = stretch.at(-1);
    if (last === undefined || last.seen.some(({ type }) => type === "ended")) return events;
    const unseen: LaneEvent = {
      ms: begun,
      place: last.place,
      basis: "inferred",
      seen: [{ type: "unseen", at: 0, node }],
    };
    return [...events, unseen];
  });
}
