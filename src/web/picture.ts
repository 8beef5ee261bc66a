/**
 * Everything that a space-time diagram of a run shows, as plain data: made once from a trace's lines, then only read. Where
 * the lines come from, a file or an engine in the same page, it does not know.
 */
import { ETCD } from "../simulation/names.ts";
import type { ClaimMark } from "../reading/claims.ts";
import type { KeyChange } from "../reading/keys.ts";
import type { ClockMark } from "../reading/clocks.ts";
import type { Lane } from "../reading/lanes.ts";
import { allTurns, type InTurns } from "../reading/in-turns.ts";
import type { LeaseLife } from "../reading/leases.ts";
import type { Message } from "../reading/message.ts";
import type { OutdatedWrite } from "../reading/outdated-writes.ts";
import { readRun } from "../reading/reading.ts";
import { knowsEtcd, type Breach, type RecordedRun, type Struck } from "../reading/run.ts";
import { serviceResultOf, type ServiceResult } from "../reading/service-result.ts";
import type { ServingCount } from "../reading/serving-counts.ts";
import type { Turn } from "../reading/turns.ts";
import { type TraceLine } from "../trace/format.ts";
import { Teller, type EventWords } from "../trace/words.ts";
import { Finder } from "./finder.ts";

/** From `from` on, something is so; the last one holds to the end. */
export interface Since<Value> {
  readonly from: number;
  readonly value: Value;
}

export interface Picture {
  readonly run: RecordedRun;
  /** Rows from top to bottom: etcd stands in the middle, so that no message crosses another's lane needlessly. */
  readonly rows: readonly string[];
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly leases: readonly LeaseLife[];
  readonly messages: readonly Message[];
  readonly clocks: ReadonlyMap<string, readonly ClockMark[]>;
  readonly changes: readonly KeyChange[];
  readonly faults: readonly Struck[];
  readonly turns: readonly Turn[];
  readonly breaches: readonly Breach[];
  readonly modes: readonly Since<string>[];
  /** Writes under an outdated token, as they reached etcd. */
  readonly outdated: readonly OutdatedWrite[];
  /** Until when each coordinator may serve by its own clock. */
  readonly claims: ReadonlyMap<string, readonly ClaimMark[]>;
  /** How many serve each role at once; none where only one coordinator told of itself. */
  readonly counts: readonly ServingCount[];
  /** What came of the run for those who need the service, from an instant on; undefined: only one coordinator told of itself. */
  readonly result: (sinceMs: number) => ServiceResult | undefined;
  /** Each event in words, by number less one. */
  readonly told: readonly EventWords[];
  /** Every instant at which something happens, in order, each once; from 0 to the end. */
  readonly instants: readonly number[];
  readonly finder: Finder;
}

export function pictureOf(lines: Iterable<TraceLine>): Picture {
  return allTurns(drawnUp(lines));
}

/** A longer turn would hold up whoever scrolls meanwhile. */
const TURN_MS = 12;

/** The same without holding up the page: it is drawn up in turns, and others have theirs between. */
export async function pictureInTurns(lines: Iterable<TraceLine>, signal?: AbortSignal): Promise<Picture> {
  const drawing = drawnUp(lines);
  let began = performance.now();
  for (;;) {
    const { done, value } = drawing.next();
    if (done === true) return value;
    if (performance.now() - began < TURN_MS) continue;
    await othersTurn();
    signal?.throwIfAborted();
    began = performance.now();
  }
}

/** After whatever the browser has to do first: a timer would wait longer, and not at all in a hidden tab. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

/** So many events are told in words at a time. */
const TOLD_AT_ONCE = 500;

/** Yields where others may have a turn. */
function* drawnUp(lines: Iterable<TraceLine>): InTurns<Picture> {
  const reading = readRun(lines);
  yield;
  yield* reading.inTurns();
  yield;
  const { breaches, changes, claims, clocks, faults, lanes, leases, messages, run, turns } = reading;
  const told: EventWords[] = [];
  const teller = new Teller();
  for (const event of run.events) {
    told.push(teller.tell(event));
    if (told.length % TOLD_AT_ONCE === 0) yield;
  }
  const alone = run.header.recorded === "production";
  const half = Math.ceil(run.processes.length / 2);
  const ends = lanes.flatMap(({ bands }) => bands.map(({ from }) => from));
  const instants = new Set([0, ...run.events.map(({ at }) => at), ...ends, run.untilMs]);
  yield;
  const finder = new Finder(run.events, messages, changes);
  yield;
  return {
    run,
    // A coordinator's own recording does not hold etcd's side.
    rows: [...run.processes.slice(0, half), ...(knowsEtcd(run) ? [ETCD] : []), ...run.processes.slice(half)],
    lanes: new Map(lanes.map((lane) => [lane.name, lane])),
    leases,
    messages,
    clocks,
    changes,
    faults,
    turns,
    breaches,
    modes: modesOf(run),
    outdated: reading.outdatedWrites,
    claims: new Map(run.processes.map((name, place) => [name, claims[place] ?? []])),
    // Of those whom no log tells of nobody knows whether they served.
    counts: alone ? [] : reading.servingCounts.filter(({ nodes }) => !reading.byLogs || nodes.length > 0),
    result: (sinceMs) => (alone ? undefined : serviceResultOf(reading, sinceMs)),
    told,
    instants: [...instants].sort((left, right) => left - right),
    finder,
  };
}

function modesOf({ events }: RecordedRun): Since<string>[] {
  const modes: Since<string>[] = [{ from: 0, value: "serving" }];
  for (const { at, etcd } of events) {
    if (etcd !== undefined && etcd.mode !== modes.at(-1)?.value) modes.push({ from: at, value: etcd.mode });
  }
  return modes;
}
