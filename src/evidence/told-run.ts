/**
 * Evidence as a run that can be read like any other: lanes, story, page and exports come from the same reading as a simulated run's.
 * Every event names the line that tells it and how: logged, recorded, told by etcd, or inferred from that line. Instants are those of
 * the sources' clocks, aligned as far as their lines allow; etcd's changes stand in the order of their revisions, between the lines
 * that knew of them and those that did not yet.
 */
import type { StoreEvent } from "../../models/etcd-api.ts";
import type { Observation } from "../../models/observation.ts";
import { logInstant } from "../milvus/log-format.ts";
import { ETCD } from "../simulation/names.ts";
import { coordinator, scenario } from "../simulation/scenario.ts";
import { FORMAT, SCHEMA_VERSION, UNKNOWN, type TraceEvent, type TraceLine } from "../trace/format.ts";
import { writeObservation } from "../trace/meaning.ts";
import { VERSION } from "../version.ts";
import type { AlignedClock } from "./align.ts";
import { lanesIn, type EvidenceLane } from "./cast-lanes.ts";
import { placeText, type EvidenceSource, type LinePlace } from "./fact.ts";
import { marksIn } from "./marks.ts";
import { changesIn, type PlacedChange } from "./participants.ts";
import { serverIdOf } from "./store-keys.ts";
import { eventsOf, type LaneEvent } from "./tell-lanes.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** A run told by evidence. */
export interface ToldRun {
  /** Of a trace: header, events, end. */
  readonly lines: readonly TraceLine[];
  /** Milliseconds since 1970 at its instant 0, by the first log's clock; undefined: no line says when. */
  readonly epochMs?: number;
  readonly lanes: readonly EvidenceLane[];
  /** Recordings that nothing ties to the other clocks: they are not in it. */
  readonly leftOut: readonly string[];
}

interface Timed {
  readonly at: number;
  readonly node: string;
  readonly event: Omit<LaneEvent, "ms">;
  readonly ownMs?: number;
}

/** `clocks`: of these sources. `verdicts`: what is violated is shown in it. */
export function tellRun(
  sources: readonly EvidenceSource[],
  clocks: readonly AlignedClock[],
  verdicts: readonly EvidenceVerdict[],
): ToldRun {
  const ahead = new Map(clocks.map(({ source, takenMs }) => [source, takenMs] as const));
  const all = lanesIn(sources);
  const lanes = all.filter(({ source }) => ahead.get(source) !== undefined);
  const timed = lanes.flatMap((lane, node) => laneEvents(lane, node, ahead.get(lane.source) ?? 0));
  const changes = changesIn(sources);
  const etcd = storeEvents(sources, changes, ahead, lanes);
  const first = timed.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const start = Number.isFinite(first) ? Math.min(first, etcd[0]?.at ?? first) : 0;
  const events = [...etcd, ...timed]
    .map((one) => ({ ...one, at: Math.max(0, one.at - start) }))
    .sort((left, right) => left.at - right.at);
  const untilMs = events.at(-1)?.at ?? 0;
  const isWall = clocks[0]?.source.type === "log";
  const when = isWall ? `, from ${logInstant(start)} on` : "";
  const given = scenario({
    title: `what was logged${when}`,
    horizonMs: untilMs,
    coordinators: lanes.map(({ name, role }) => coordinator(name, role)),
  });
  const header: TraceLine = {
    type: "header",
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    package: VERSION,
    variant: "shipped",
    recorded: "logs",
    scenario: given,
    decisions: [],
  };
  const lines = events.map(({ at, event: { basis, place, seen }, node, ownMs }, index): TraceEvent => ({
    type: "event",
    n: index + 1,
    at,
    ...(ownMs === undefined ? {} : { own: isWall && ownMs >= start ? ownMs - start : ownMs }),
    node,
    cause: { type: "evidence", basis, line: placeText(place) },
    ...(seen.length === 0
      ? {}
      : { seen: seen.map((one) => writeObservation(claimedAt(one, at - (ownMs ?? at)), given)) }),
  }));
  const end: TraceLine = {
    type: "end",
    events: lines.length,
    at: untilMs,
    ended: "horizon",
    verdicts: verdicts.flatMap((verdict) => brokenIn(verdict, lines)),
  };
  return {
    lines: [header, ...lines, end],
    ...(isWall ? { epochMs: start } : {}),
    lanes,
    leftOut: all.filter((lane) => !lanes.includes(lane)).map(({ source }) => source.name),
  };
}

/** A recorded claim ends by its own process' clock. */
function claimedAt(one: Observation, aheadMs: number): Observation {
  return one.type === "claim" && Number.isFinite(one.until) ? { ...one, until: one.until + aheadMs } : one;
}

/** Lines without an instant stand with the one before. */
function laneEvents(lane: EvidenceLane, node: number, aheadMs: number): Timed[] {
  let now: number | undefined;
  return eventsOf(lane, node).flatMap(({ ms, ...event }): Timed[] => {
    now = ms === undefined ? now : Math.max(now ?? ms, ms);
    if (now === undefined) return [];
    return [{ at: now - aheadMs, ownMs: now, node: lane.name, event }];
  });
}

/** Each change between the last line that did not know of it and the first that did; without such lines, in its order alone. */
function storeEvents(
  sources: readonly EvidenceSource[],
  changes: readonly PlacedChange[],
  ahead: ReadonlyMap<EvidenceSource, number | undefined>,
  lanes: readonly EvidenceLane[],
): Timed[] {
  const marks = marksIn(sources).flatMap(({ revisions: { knew, unaware }, source }) => {
    const aheadMs = ahead.get(source);
    if (aheadMs === undefined) return [];
    const at = (ms: number): number => ms - aheadMs;
    return [
      ...knew.map(({ ms, value }) => ({ at: at(ms), knew: value, unaware: 0 })),
      ...unaware.map(({ ms, value }) => ({ at: at(ms), knew: 0, unaware: value })),
    ];
  });
  const latest = new Latest(
    marks.filter(({ unaware }) => unaware > 0).map(({ at, unaware }) => [unaware, at]),
  );
  const soonest = new Soonest(marks.filter(({ knew }) => knew > 0).map(({ at, knew }) => [knew, at]));
  const places = new Map(lanes.flatMap(({ members }, node) => members.map((one) => [one.serverId, node])));
  let now = Number.NEGATIVE_INFINITY;
  const found = changes.map(({ change, place }): Timed & { known: boolean } => {
    const { kv } = change;
    const by = soonest.from(kv.modRevision);
    now = Math.max(now, latest.upTo(kv.modRevision), by ?? now);
    const id = serverIdOf(kv.value);
    const event: StoreEvent = { type: change.event, kv: { ...kv, value: kv.value ?? "" } };
    const node = change.event === "PUT" && id !== undefined ? (places.get(id) ?? -1) : -1;
    const seen: Observation = { type: "change", at: 0, event, cause: "unknown", node };
    const basis = change.by === "watcher" ? basisOf(place, sources) : "told by etcd";
    return { at: now, node: ETCD, event: { place, basis, seen: [seen] }, known: Number.isFinite(now) };
  });
  const firstKnown = found.find(({ known }) => known)?.at;
  // Without any clock, what is left is the order: a millisecond each.
  return found.map(({ known, ...one }, index) => (known ? one : { ...one, at: firstKnown ?? index }));
}

function basisOf({ file }: LinePlace, sources: readonly EvidenceSource[]): "logged" | "recorded" {
  return sources.some((source) => source.type === "recording" && source.files.includes(file))
    ? "recorded"
    : "logged";
}

type Known = readonly (readonly [value: number, at: number])[];

/** The latest instant of those that did not know of a revision yet. */
class Latest {
  readonly #marks: Known;
  #next = 0;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(marks: Known) {
    this.#marks = marks.toSorted(([left], [right]) => left - right);
  }

  /** Ask in the order of revisions. */
  upTo(revision: number): number {
    for (
      let one = this.#marks[this.#next];
      one !== undefined && one[0] <= revision;
      one = this.#marks[++this.#next]
    )
      this.#latest = Math.max(this.#latest, one[1]);
    return this.#latest;
  }
}

/** The soonest instant of those that knew of a revision. */
class Soonest {
  readonly #marks: { value: number; at: number }[];
  #next = 0;

  constructor(marks: Known) {
    this.#marks = marks.map(([value, at]) => ({ value, at })).sort((left, right) => left.value - right.value);
    let soonest = Number.POSITIVE_INFINITY;
    for (const one of this.#marks.toReversed()) one.at = soonest = Math.min(soonest, one.at);
  }

  /** Ask in the order of revisions. */
  from(revision: number): number | undefined {
    while ((this.#marks[this.#next]?.value ?? Number.POSITIVE_INFINITY) < revision) this.#next++;
    return this.#marks[this.#next]?.at;
  }
}

/** What is violated, at the last of the lines that prove it. What only held as far as the evidence goes is not called kept. */
function brokenIn(
  verdict: EvidenceVerdict,
  events: readonly TraceEvent[],
): Extract<TraceLine, { type: "end" }>["verdicts"][number][] {
  if (verdict.type !== "violated") return [];
  const lines = new Set(verdict.lines.map(placeText));
  const proof = events.filter(({ cause }) => cause.type === "evidence" && lines.has(cause.line));
  const nodes = [...new Set(proof.map(({ node }) => node).filter((node) => node !== ETCD))];
  const at = proof.at(-1)?.at ?? events.at(-1)?.at ?? 0;
  const { property, sentence } = verdict;
  const violation = { kind: UNKNOWN, at, nodes, facts: {}, recordedText: String(sentence) };
  return [{ property, verdict: "violated", violation }];
}
