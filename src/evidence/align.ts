/**
 * How far the clocks of logs and recordings stand apart, as far as what must have come before what tells. Each pair of lines that is
 * ordered bounds the difference of their two clocks from one side; bounds chain from clock to clock. Clocks are taken to run evenly.
 * Nothing here judges: a joined picture leans on it, a verdict never does.
 */
import type { EvidenceSource, LinePlace, LogSource, RecordingSource } from "./fact.ts";
import { marksIn, type ClockMarks, type Mark, type Marks } from "./marks.ts";

/** The first line came before the second. */
export interface OrderedPair {
  readonly earlier: LinePlace;
  readonly later: LinePlace;
}

/** How far a clock is ahead of the first one, ms; an infinite bound: no line tells. */
export interface AlignedClock {
  readonly source: LogSource | RecordingSource;
  readonly leastMs: number;
  readonly mostMs: number;
  /** What bounds it from either side. */
  readonly leastBy: readonly OrderedPair[];
  readonly mostBy: readonly OrderedPair[];
  /** By how much it is taken to be ahead where a joined picture is drawn; undefined: nothing ties it to the others. */
  readonly takenMs?: number;
  /** Lines contradict each other: this clock was set, or did not run evenly. */
  readonly uneven: boolean;
}

/** All clocks of the evidence, beside each other. */
export interface Alignment {
  /** The first of them is the one that the others are measured by. */
  readonly clocks: readonly AlignedClock[];
  /** By how much, ms, `of`'s clock is ahead of `than`'s at most; Infinity: no line tells. */
  readonly mostAheadMs: (of: EvidenceSource, than: EvidenceSource) => number;
}

interface Bound {
  readonly ms: number;
  readonly by: readonly OrderedPair[];
}

const NOTHING: Bound = { ms: Number.POSITIVE_INFINITY, by: [] };
/** More clocks than these are not compared: each is compared with each. */
const MOST_CLOCKS = 200;

/** One for each source with a clock, the first of them at 0. Clocks of logs are taken to agree as far as the lines allow. */
export function alignClocks(sources: readonly EvidenceSource[], clocksWithinMs?: number): Alignment {
  const all = marksIn(sources);
  const clocks = [
    ...all.filter(({ source }) => source.type === "log"),
    ...all.filter(({ source }) => source.type === "recording"),
  ];
  if (clocks.length > MOST_CLOCKS)
    return {
      clocks: clocks.map(({ source }, at) => unbounded(source, at)),
      mostAheadMs: () => Number.POSITIVE_INFINITY,
    };
  const bounds = boundsBetween(clocks, clocksWithinMs);
  const uneven = clocks.map((_, at) => (bounds[at]?.[at]?.ms ?? 0) < 0);
  const taken: (number | undefined)[] = [];
  for (const [at, { source }] of clocks.entries())
    taken.push(at === 0 ? 0 : chosen(at, source, bounds, taken, uneven));
  const places = new Map<EvidenceSource, number>(clocks.map(({ source }, at) => [source, at]));
  const aligned = clocks.map(({ source }, at) => {
    const most = bounds[0]?.[at] ?? NOTHING;
    const least = bounds[at]?.[0] ?? NOTHING;
    const own = taken[at];
    return {
      source,
      leastMs: at === 0 ? 0 : 0 - least.ms,
      mostMs: at === 0 ? 0 : most.ms,
      leastBy: at === 0 ? [] : least.by,
      mostBy: at === 0 ? [] : most.by,
      uneven: uneven[at] === true,
      ...(own === undefined ? {} : { takenMs: own }),
    };
  });
  const mostAheadMs: Alignment["mostAheadMs"] = (of, than) => {
    const [a, b] = [places.get(than) ?? -1, places.get(of) ?? -1];
    if (a === b) return 0;
    return uneven[a] === true || uneven[b] === true ? Infinity : (bounds[a]?.[b]?.ms ?? Infinity);
  };
  return { clocks: aligned, mostAheadMs };
}

function unbounded(source: AlignedClock["source"], at: number): AlignedClock {
  const none = {
    leastMs: Number.NEGATIVE_INFINITY,
    mostMs: Number.POSITIVE_INFINITY,
    leastBy: [],
    mostBy: [],
  };
  return { source, ...none, uneven: false, ...(source.type === "log" || at === 0 ? { takenMs: 0 } : {}) };
}

/** `[a][b]`: at most so much is b's clock ahead of a's. On the diagonal, below 0: its lines contradict each other. */
function boundsBetween(clocks: readonly ClockMarks[], clocksWithinMs: number | undefined): Bound[][] {
  const bounds = clocks.map((one, a) =>
    clocks.map((other, b): Bound => {
      if (a === b) return { ms: 0, by: [] };
      const direct = least(
        tightest(one.revisions, other.revisions, 0),
        tightest(one.serverIds, other.serverIds, 1),
      );
      const vouched =
        clocksWithinMs !== undefined && one.source.type === "log" && other.source.type === "log";
      return vouched ? least(direct, { ms: clocksWithinMs, by: [] }) : direct;
    }),
  );
  for (const [through] of clocks.entries())
    for (const row of bounds)
      for (const [b] of clocks.entries()) {
        const first = row[through] ?? NOTHING;
        const then = bounds[through]?.[b] ?? NOTHING;
        if (first.ms + then.ms < (row[b]?.ms ?? 0) - 1e-6)
          row[b] = { ms: first.ms + then.ms, by: [...first.by, ...then.by].slice(0, MOST_PAIRS) };
      }
  return bounds;
}

/** A chain of bounds is as long as there are clocks; nobody reads more. */
const MOST_PAIRS = 6;

function least(one: Bound, other: Bound): Bound {
  return other.ms < one.ms ? other : one;
}

/** `apart`: by how much the later line's value must be greater; two may have drawn one server id, whoever was first. */
function tightest({ unaware }: Marks, { knew }: Marks, apart: number): Bound {
  const later = knew.toSorted((left, right) => right.value - left.value);
  let soonest: Mark | undefined;
  let next = 0;
  let found = NOTHING;
  for (const earlier of unaware.toSorted((left, right) => right.value - left.value)) {
    for (let one = later[next]; one !== undefined && one.value >= earlier.value + apart; one = later[++next])
      if (soonest === undefined || one.ms + one.grainMs < soonest.ms + soonest.grainMs) soonest = one;
    if (soonest === undefined) continue;
    const ms = soonest.ms + soonest.grainMs - earlier.ms;
    if (ms < found.ms) found = { ms, by: [{ earlier: earlier.place, later: soonest.place }] };
  }
  return found;
}

/** Within what is known of it beside those that are placed already. */
function chosen(
  at: number,
  source: AlignedClock["source"],
  bounds: readonly (readonly Bound[])[],
  taken: readonly (number | undefined)[],
  uneven: readonly boolean[],
): number | undefined {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const [other, ahead] of taken.entries()) {
    if (ahead === undefined || uneven[other] === true || uneven[at] === true) continue;
    from = Math.max(from, ahead - (bounds[at]?.[other]?.ms ?? Number.POSITIVE_INFINITY));
    to = Math.min(to, ahead + (bounds[other]?.[at]?.ms ?? Number.POSITIVE_INFINITY));
  }
  if (source.type === "log") return Math.min(Math.max(0, from), Math.max(from, to));
  if (Number.isFinite(from) && Number.isFinite(to)) return (from + to) / 2;
  return [from, to].find(Number.isFinite);
}
