/**
 * A recorded run as the exports read it: header, events and end apart, with the few questions that all of them ask.
 */
import { ETCD } from "../simulation/names.ts";
import { processesOf } from "../simulation/scenario.ts";
import type { Fault } from "../simulation/fault.ts";
import { standInFor } from "../trace/own-kinds.ts";
import {
  type TraceEnd,
  type TraceEvent,
  type TraceHeader,
  type TraceLine,
  type TraceViolation,
} from "../trace/format.ts";

export interface RecordedRun {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  /** Absent: the file was cut, or is still being written. */
  readonly end?: TraceEnd;
  /** The names of all processes in the scenario's order: coordinators, then others. */
  readonly processes: readonly string[];
  /** How far the run is known, true ms. */
  readonly untilMs: number;
}

/** Throws a RangeError if the first line is no header; files are checked by `TraceReader` before. */
export function gatherRun(lines: Iterable<TraceLine>): RecordedRun {
  let header: TraceHeader | undefined;
  let end: TraceEnd | undefined;
  const events: TraceEvent[] = [];
  for (const line of lines) {
    if (line.type === "header") header = line;
    else if (line.type === "event") events.push(line);
    else end = line;
  }
  if (header === undefined) throw new RangeError("a trace begins with a header");
  standInFor(header.faultKinds ?? [], header.scenario);
  return {
    header,
    events,
    ...(end === undefined ? {} : { end }),
    processes: processesOf(header.scenario).map(({ name }) => name),
    untilMs: end?.at ?? events.at(-1)?.at ?? 0,
  };
}

/** Whether anybody knows which variant ran: neither logs nor other people's clients tell. */
export function hasVariant({ recorded }: Pick<TraceHeader, "recorded">): boolean {
  return recorded === undefined || recorded === "production";
}

/** What the run is called: its scenario and variant. */
export function titleOf(header: TraceHeader): string {
  const { scenario, variant } = header;
  return hasVariant(header) ? `${scenario.title}, ${variant}` : scenario.title;
}

/** Everyone with a lane: the processes, then etcd if anything is known of it. */
export function partiesOf(run: RecordedRun): string[] {
  return knowsEtcd(run) ? [...run.processes, ETCD] : [...run.processes];
}

/** What coordinators recorded themselves, or logged, holds etcd's side only where etcd's own words were among it. */
export function knowsEtcd({ events, header }: Pick<RecordedRun, "events" | "header">): boolean {
  return header.recorded === undefined || events.some(({ node }) => node === ETCD);
}

/** Where and why a promise broke, if one did. The header's property comes first. */
export interface Breach extends TraceViolation {
  readonly property: string;
}

export function breachesOf({ end, header }: RecordedRun): Breach[] {
  const found = (end?.verdicts ?? []).flatMap(({ property, verdict, violation }): Breach[] =>
    verdict === "violated" && violation !== undefined ? [{ ...violation, property }] : [],
  );
  const { property, violation } = header;
  if (end === undefined && property !== undefined && violation !== undefined)
    found.push({ ...violation, property });
  const named = (breach: Breach): number => (breach.property === property ? 0 : 1);
  return found.sort((left, right) => named(left) - named(right) || left.at - right.at);
}

/** A fault that the run came to. */
export interface Struck {
  readonly fault: Fault;
  readonly from: number;
  /** Absent: it happened at one instant, or was not over when the run ended. */
  readonly to?: number;
  /** What was in effect when it ended. */
  readonly others?: readonly Fault[];
  /** The lane it strikes. */
  readonly node: string;
  /** The number of the event with which it began. */
  readonly n: number;
}

export function faultsOf({ events, header }: RecordedRun): Struck[] {
  const found = new Map<number, { -readonly [Field in keyof Struck]: Struck[Field] }>();
  for (const { at, cause, n, node } of events) {
    if (cause.type !== "fault") continue;
    const fault = header.scenario.faults[cause.index];
    if (fault === undefined) continue;
    if (cause.phase === "begins") found.set(cause.index, { fault, from: at, node, n });
    const struck = found.get(cause.index);
    if (cause.phase !== "ends" || struck === undefined) continue;
    struck.to = at;
    struck.others = [...found.values()].flatMap((one) => (one.to === undefined ? [one.fault] : []));
  }
  return [...found.values()];
}
