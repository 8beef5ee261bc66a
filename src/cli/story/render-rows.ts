/**
 * The rows of a timeline: what happened at one instant stands in one row, and a quiet stretch is one row however long it
 * was, unless a lease runs down in it unrenewed: then time is shown passing. Pure.
 */
import { ETCD_LANE, type Entry, type LaneState, type Routine } from "../../reading/entry.ts";
import type { Reading } from "../../reading/reading.ts";
import { knowsEtcd } from "../../reading/run.ts";
import { timingOf } from "../../simulation/scenario.ts";

/** One lane's part of a row. */
export interface Cell {
  readonly lane: number;
  readonly entries: readonly Entry[];
  /** Routine since the last row that told of it: `renewal` 3 times. */
  readonly routine: ReadonlyMap<Routine, number>;
  /** How the lane stands from here on. */
  readonly state: LaneState;
  /** It is down, and its lease lives on. */
  readonly ghost: boolean;
  /** What is left of a lease that should have been renewed long ago, as a part of its TTL and in ms. */
  readonly lease: { readonly part: number; readonly leftMs: number } | undefined;
}

export interface TimelineRow {
  readonly type: "event" | "tick" | "quiet";
  readonly at: number;
  /** For a quiet row: how long it lasted. */
  readonly lastsMs: number;
  readonly cells: readonly Cell[];
}

/** Shorter silences are not worth a row. */
const QUIET_FROM_MS = 1000;
const STEPS_MS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];
/** A lease with less than this part of its TTL left was not renewed in time: renewals come every third. */
const OVERDUE_PART = 0.65;

export function rowsOf(observed: Reading, story: readonly Entry[]): TimelineRow[] {
  const builder = new RowBuilder(observed);
  const told = story.filter(({ routine }) => routine === undefined);
  let next = 0;
  const countUntil = (at: number) => {
    for (; next < story.length && (story[next] as Entry).at < at; next++) builder.count(story[next] as Entry);
  };
  for (let index = 0; index < told.length;) {
    const { at } = told[index] as Entry;
    builder.pass(at, countUntil);
    const together: Entry[] = [];
    while (told[index]?.at === at) together.push(told[index++] as Entry);
    builder.event(at, together);
  }
  builder.pass(observed.scenario.horizonMs, countUntil);
  return builder.rows;
}

/** Of a stretch in which nothing is told. */
const MOST_TICKS = 1000;

class RowBuilder {
  readonly rows: TimelineRow[] = [];
  readonly #observed: Reading;
  readonly #lanes: readonly number[];
  readonly #state = new Map<number, LaneState>();
  #routine = new Map<number, Map<Routine, number>>();
  #now = 0;
  readonly #stepMs: number;

  constructor(observed: Reading) {
    this.#observed = observed;
    this.#lanes = [...observed.scenario.coordinators.keys(), ...(knowsEtcd(observed.run) ? [ETCD_LANE] : [])];
    const sixthMs = (observed.scenario.ttlSeconds * 1000) / 6;
    this.#stepMs = STEPS_MS.find((step) => step >= sixthMs) ?? sixthMs;
  }

  count({ lane, routine }: Entry): void {
    if (routine === undefined) return;
    const counts = this.#routine.get(lane) ?? new Map<Routine, number>();
    counts.set(routine, (counts.get(routine) ?? 0) + 1);
    this.#routine.set(lane, counts);
  }

  event(at: number, entries: readonly Entry[]): void {
    for (const { lane, state } of entries) {
      if (state !== undefined) this.#state.set(lane, state);
      // Routine before this was too short for a row of its own; told later it would seem to come after.
      this.#routine.delete(lane);
    }
    const cells = this.#lanes.map((lane) =>
      this.#cell(
        lane,
        at,
        entries.filter((entry) => entry.lane === lane),
        false,
      ),
    );
    this.rows.push({ type: "event", at, lastsMs: 0, cells });
    this.#now = at;
  }

  /** Lets time pass from the last row to `at`. */
  pass(at: number, countUntil: (at: number) => void): void {
    let from = this.#now;
    // Clocks that are wrong by years leave nothing to be seen between.
    const until = Math.min(at, from + MOST_TICKS * this.#stepMs);
    for (
      let tick = (Math.floor(from / this.#stepMs) + 1) * this.#stepMs;
      tick < until;
      tick += this.#stepMs
    ) {
      if (tick - from < this.#stepMs / 4 || at - tick < this.#stepMs / 4) continue;
      if (!this.#lanes.some((lane) => this.#overdue(lane, tick) !== undefined)) continue;
      // What went before as usual is one quiet row.
      if (tick - from > 1.5 * this.#stepMs) {
        countUntil(tick - this.#stepMs);
        this.#quiet(from, tick - this.#stepMs);
      }
      countUntil(tick);
      this.rows.push({ type: "tick", at: tick, lastsMs: 0, cells: this.#take(tick) });
      from = tick;
    }
    countUntil(at);
    if (from === this.#now || at - from > 1.5 * this.#stepMs) this.#quiet(from, at);
    this.#now = at;
  }

  #quiet(from: number, to: number): void {
    if (to - from < QUIET_FROM_MS) return;
    this.rows.push({ type: "quiet", at: from, lastsMs: to - from, cells: this.#take(from, false) });
  }

  /** All lanes with the routine counted so far, which is told by this. */
  #take(at: number, leases = true): Cell[] {
    const cells = this.#lanes.map((lane) => this.#cell(lane, at, [], true, leases));
    this.#routine = new Map();
    return cells;
  }

  #cell(lane: number, at: number, entries: readonly Entry[], counted: boolean, leases = true): Cell {
    const lease = entries.length === 0 ? this.#overdue(lane, at) : undefined;
    const state = this.#state.get(lane) ?? "down";
    return {
      lane,
      entries,
      routine: (counted ? this.#routine.get(lane) : undefined) ?? new Map<Routine, number>(),
      state,
      ghost: state === "down" && lease !== undefined,
      lease: leases ? lease : undefined,
    };
  }

  #overdue(lane: number, at: number): Cell["lease"] {
    if (lane === ETCD_LANE) return undefined;
    const endsAt = this.#observed.leaseEnd(lane, at);
    if (endsAt === undefined) return undefined;
    const leftMs = endsAt - at;
    const part = leftMs / timingOf(this.#observed.scenario, lane).ttlMs;
    const state = this.#state.get(lane);
    const renews = state !== "down" && state !== "paused";
    return part > 0 && (part < OVERDUE_PART || !renews) ? { part, leftMs } : undefined;
  }
}
