/**
 * A run as trace events (JSON), which Perfetto and chrome://tracing open. A process for each coordinator and one for etcd; in
 * it a thread for what it does, where message arrows begin and end, and for coordinators one for how it stands. Leases and
 * faults overlap, so they are async spans. Instants are microseconds; simultaneous events of a node stand side by side
 * within their instant, each in a slice of its own, because arrows bind to slices.
 */
import { ETCD } from "../simulation/names.ts";
import { type TraceEvent } from "../trace/format.ts";
import { sentenceOf } from "../trace/tell-verdict.ts";
import { Teller } from "../trace/words.ts";
import { faultText } from "../simulation/fault-words.ts";
import { messageText } from "../simulation/faults/message.ts";
import type { Message } from "../reading/message.ts";
import { partiesOf, type RecordedRun } from "../reading/run.ts";
import { tellBand } from "../reading/turns.ts";
import type { Reading } from "../reading/reading.ts";

export interface ChromeEvent {
  readonly ph: "M" | "X" | "i" | "b" | "e" | "s" | "f" | "C";
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly name: string;
  readonly cat?: string;
  readonly dur?: number;
  readonly id?: string;
  readonly bp?: "e";
  readonly s?: "g" | "p" | "t";
  readonly args?: Readonly<Record<string, unknown>>;
}

const DOING = 1;
const STANDING = 2;
/** A slice as wide as this is still seen when whole minutes are in view. */
const WIDEST_US = 500;

export function exportPerfetto(reading: Reading): string {
  const { breaches, messages, run } = reading;
  const parties = partiesOf(run);
  const pids = new Map(parties.map((name, at) => [name, at + 1]));
  const pid = (name: string): number => pids.get(name) ?? 0;
  const slices = slicesOf(run.events);
  const events: ChromeEvent[] = [
    ...eventSlices(run, slices, pid),
    ...standingSlices(reading, pid),
    ...messages.flatMap((message, at) => arrows(message, String(at + 1), slices, pid)),
    ...leaseSpans(reading, pid),
    ...faultSpans(reading, pid),
    ...revisionCounter(run, pid),
    ...breaches.map((breach): ChromeEvent => ({
      ph: "i",
      pid: pid(breach.nodes[0] ?? ETCD),
      tid: DOING,
      ts: micros(breach.at),
      s: "g",
      name: `VIOLATION ${breach.property}`,
      cat: "property",
      args: { story: sentenceOf(breach), kind: breach.kind, facts: breach.facts },
    })),
  ];
  const sorted = events.sort((left, right) => left.ts - right.ts || (right.dur ?? 0) - (left.dur ?? 0));
  const traceEvents = [...parties.flatMap((name) => metadata(name, pid(name))), ...sorted];
  const lines = traceEvents.map((event) => `  ${JSON.stringify(event)}`).join(",\n");
  const other = {
    title: run.header.scenario.title,
    ...(run.header.recorded === "logs" ? {} : { variant: run.header.variant }),
    by: `leasehold ${run.header.package}`,
  };
  return `{"traceEvents":[\n${lines}\n],"displayTimeUnit":"ms","otherData":${JSON.stringify(other)}}\n`;
}

interface Slice {
  readonly ts: number;
  readonly dur: number;
}

/** Where each event stands: those of one node and instant share the time until the node's next instant. */
function slicesOf(events: readonly TraceEvent[]): Map<number, Slice> {
  const slices = new Map<number, Slice>();
  const byNode = new Map<string, TraceEvent[]>();
  for (const event of events) byNode.set(event.node, [...(byNode.get(event.node) ?? []), event]);
  for (const own of byNode.values()) {
    for (let first = 0; first < own.length;) {
      const { at } = own[first] as TraceEvent;
      let next = first;
      while (own[next]?.at === at) next++;
      const room = Math.min(WIDEST_US, micros((own[next]?.at ?? at + 1) - at));
      const dur = room / (next - first);
      for (let index = first; index < next; index++) {
        slices.set((own[index] as TraceEvent).n, { ts: micros(at) + (index - first) * dur, dur });
      }
      first = next;
    }
  }
  return slices;
}

function metadata(name: string, pid: number): ChromeEvent[] {
  const entry = (tid: number, what: string, args: ChromeEvent["args"]): ChromeEvent => ({
    ph: "M",
    pid,
    tid,
    ts: 0,
    name: what,
    ...(args === undefined ? {} : { args }),
  });
  return [
    entry(0, "process_name", { name }),
    entry(0, "process_sort_index", { sort_index: pid }),
    entry(DOING, "thread_name", { name: "events" }),
    entry(DOING, "thread_sort_index", { sort_index: 2 }),
    ...(name === ETCD
      ? []
      : [
          entry(STANDING, "thread_name", { name: "standing" }),
          entry(STANDING, "thread_sort_index", { sort_index: 1 }),
        ]),
  ];
}

function eventSlices(
  { events }: RecordedRun,
  slices: ReadonlyMap<number, Slice>,
  pid: (name: string) => number,
): ChromeEvent[] {
  const teller = new Teller();
  return events.map((event): ChromeEvent => {
    const words = teller.tell(event);
    const seen = words.seen.map(({ text }) => text);
    const steps = words.steps.map(({ text }) => text);
    const { n, node, own } = event;
    return {
      ph: "X",
      pid: pid(node),
      tid: DOING,
      ...(slices.get(n) as Slice),
      name: words.cause,
      cat: event.cause.type,
      args: { n, own, ...(steps.length > 0 ? { steps } : {}), ...(seen.length > 0 ? { seen } : {}) },
    };
  });
}

function standingSlices({ lanes }: Reading, pid: (name: string) => number): ChromeEvent[] {
  return lanes.flatMap(({ bands, name }) =>
    bands.flatMap((band): ChromeEvent[] => {
      const { from, standing, to } = band;
      if (standing === "down" || standing === "unknown" || to <= from) return [];
      const ts = micros(from);
      return [
        {
          ph: "X",
          pid: pid(name),
          tid: STANDING,
          ts,
          dur: micros(to) - ts,
          name: tellBand(band, bands),
          cat: "standing",
        },
      ];
    }),
  );
}

/** An arrow for each arrival; a message that never arrived is an instant where it was sent. */
function arrows(
  { arrivals, at, fate, from, leg, n, to, what }: Message,
  id: string,
  slices: ReadonlyMap<number, Slice>,
  pid: (name: string) => number,
): ChromeEvent[] {
  const name = messageText(leg, what);
  const sent = slices.get(n);
  const common = { cat: "message", name, tid: DOING } as const;
  if (arrivals.length === 0) {
    return [
      { ph: "i", ...common, pid: pid(from), ts: sent?.ts ?? micros(at), s: "t", name: `${name} ${fate}` },
    ];
  }
  return arrivals.flatMap(({ n: arrival }, index): ChromeEvent[] => {
    const here = slices.get(arrival);
    if (sent === undefined || here === undefined) return [];
    const flow = index === 0 ? id : `${id}.${index + 1}`;
    return [
      { ph: "s", ...common, pid: pid(from), ts: sent.ts, id: flow },
      { ph: "f", bp: "e", ...common, pid: pid(to), ts: here.ts, id: flow },
    ];
  });
}

function leaseSpans({ leases }: Reading, pid: (name: string) => number): ChromeEvent[] {
  return leases.flatMap(({ end, from, id, owner, terms, to }): ChromeEvent[] => {
    const common = { pid: pid(ETCD), tid: DOING, cat: "lease", name: `lease of ${owner}`, id: `lease ${id}` };
    return [
      { ph: "b", ...common, ts: micros(from), args: { id, renewals: terms.length - 1 } },
      { ph: "e", ...common, ts: micros(to), args: { end } },
    ];
  });
}

function faultSpans({ faults }: Reading, pid: (name: string) => number): ChromeEvent[] {
  return faults.flatMap(({ fault, from, n, node, to }): ChromeEvent[] => {
    const common = { pid: pid(node), tid: DOING, cat: "fault", name: faultText(fault) };
    const ts = micros(from);
    const instant: ChromeEvent = { ph: "i", ...common, ts, s: "p", args: { ...fault } };
    if (to === undefined) return [instant];
    const id = `fault ${n}`;
    return [instant, { ph: "b", ...common, ts, id }, { ph: "e", ...common, ts: micros(to), id }];
  });
}

function revisionCounter({ events }: RecordedRun, pid: (name: string) => number): ChromeEvent[] {
  let last = 0;
  return events.flatMap(({ at, etcd }): ChromeEvent[] => {
    if (etcd === undefined || etcd.revision === last) return [];
    last = etcd.revision;
    return [{ ph: "C", pid: pid(ETCD), tid: 0, ts: micros(at), name: "revision", args: { revision: last } }];
  });
}

function micros(ms: number): number {
  return Math.round(ms * 1e6) / 1e3;
}
