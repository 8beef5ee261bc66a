/**
 * Two traces beside each other, aligned by meaning: the events they have in common in order, the first difference, and
 * what followed in each.
 */
import { eventKey } from "./event-key.ts";
import { differenceOf } from "./difference.ts";
import type { TraceEnd, TraceEvent, TraceHeader, TraceObservation } from "./format.ts";

/** A trace in memory, as far as comparing needs it. */
export interface WholeTrace {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  readonly end: TraceEnd;
}

/** The same event in both, or an event that only one has. */
export interface Pairing {
  readonly left: TraceEvent | undefined;
  readonly right: TraceEvent | undefined;
}

/** What two traces have in common, and where they part. */
export interface TraceDiff {
  /** What the two runs were given differently: `variant`, `scenario`, `decisions`, `property`. */
  readonly given: readonly string[];
  /** Events that both have, in the same order. */
  readonly common: number;
  readonly onlyLeft: number;
  readonly onlyRight: number;
  /** The first event that differs; undefined: the traces tell the same. */
  readonly first: Pairing | undefined;
  /** What mattered after that: claims, takeovers, deaths, faults. */
  readonly followed: { readonly left: readonly TurningPoint[]; readonly right: readonly TurningPoint[] };
}

/** A turning point of a run. */
export interface TurningPoint {
  readonly at: number;
  readonly node: string;
  readonly what: "serves" | "serves no more" | "process ends" | "process begins";
}

/** What makes two events equal: who, why, and what the chart made of it; the instant may differ. */
function meaning(event: TraceEvent): string {
  const steps = (event.steps ?? []).map((step) => `${step.event}>${step.state.join()}`);
  return [...eventKey(event), event.delivery ?? "", ...steps].join(" ");
}

/** Compares two whole traces. */
export function diffTraces(left: WholeTrace, right: WholeTrace): TraceDiff {
  const pairs = align(left.events, right.events);
  const common = pairs.filter((pair) => pair.left !== undefined && pair.right !== undefined);
  const first = pairs.find(
    (pair) => pair.left === undefined || pair.right === undefined || contentsDiffer(pair),
  );
  const from = Math.min(first?.left?.at ?? Infinity, first?.right?.at ?? Infinity);
  return {
    given: givenDifferently(left.header, right.header),
    common: common.length,
    onlyLeft: left.events.length - common.length,
    onlyRight: right.events.length - common.length,
    first: first === undefined ? undefined : bothSides(first, pairs),
    followed: { left: turningPointsOf(left.events, from), right: turningPointsOf(right.events, from) },
  };
}

/** Events of one meaning may still differ in when they happen or in what exactly is asked and answered. */
function contentsDiffer({ left, right }: Pairing): boolean {
  if (left === undefined || right === undefined) return false;
  const [one, other] = [unnumbered(left), unnumbered(right)];
  // Either may be of an earlier version, and lack what that could not say.
  return differenceOf(one, other) !== undefined && differenceOf(other, one) !== undefined;
}

function unnumbered({ own: _, ...event }: TraceEvent): TraceEvent {
  return { ...event, n: 0 };
}

/** An event that only one side has, beside what the other side did next. */
function bothSides(first: Pairing, pairs: readonly Pairing[]): Pairing {
  const later = pairs.slice(pairs.indexOf(first));
  return {
    left: first.left ?? later.find(({ left }) => left !== undefined)?.left,
    right: first.right ?? later.find(({ right }) => right !== undefined)?.right,
  };
}

function givenDifferently(left: TraceHeader, right: TraceHeader): string[] {
  return (["variant", "scenario", "decisions", "property"] as const).filter(
    (field) => JSON.stringify(left[field]) !== JSON.stringify(right[field]),
  );
}

/** More differences than this are not worth aligning exactly; the rest is taken as it comes. */
const MOST_EDITS = 2000;

/**
 * The longest common sequence (Myers, "An O(ND) difference algorithm", 1986), after the common beginning, which is most
 * of it.
 */
function align(left: readonly TraceEvent[], right: readonly TraceEvent[]): Pairing[] {
  const numbers = new Map<string, number>();
  const intern = (event: TraceEvent) => {
    const text = meaning(event);
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    return number;
  };
  const a = left.map(intern);
  const b = right.map(intern);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  const pairs: Pairing[] = left.slice(0, start).map((event, at) => ({ left: event, right: right[at] }));
  for (const [x, y] of script(a.slice(start), b.slice(start))) {
    pairs.push({
      left: x === undefined ? undefined : left[start + x],
      right: y === undefined ? undefined : right[start + y],
    });
  }
  return pairs;
}

type Move = readonly [x: number | undefined, y: number | undefined];

function script(a: readonly number[], b: readonly number[]): Move[] {
  const furthest = new Map<number, number>([[1, 0]]);
  const trail: Map<number, number>[] = [];
  const most = Math.min(a.length + b.length, MOST_EDITS);
  for (let edits = 0; edits <= most; edits++) {
    trail.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(trail, a.length, b.length);
    }
  }
  return [...a.map((_, x): Move => [x, undefined]), ...b.map((_, y): Move => [undefined, y])];
}

function walkBack(trail: readonly Map<number, number>[], width: number, height: number): Move[] {
  const moves: Move[] = [];
  let x = width;
  let y = height;
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits];
    const k = x - y;
    const down = k === -edits || (k !== edits && (furthest?.get(k - 1) ?? -1) < (furthest?.get(k + 1) ?? -1));
    const before = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (furthest?.get(before) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY && x > 0 && y > 0) moves.push([--x, --y]);
    if (edits === 0) break;
    if (down) moves.push([undefined, --y]);
    else moves.push([--x, undefined]);
  }
  return moves.reverse();
}

/** Turning points from `from` on. */
export function turningPointsOf(events: readonly TraceEvent[], from: number): TurningPoint[] {
  const serving = new Set<string>();
  return events.flatMap(({ at, node, seen = [] }) =>
    seen.flatMap((one: TraceObservation): TurningPoint[] => {
      const who = one.node ?? node;
      const point = (what: TurningPoint["what"]) => (at < from ? [] : [{ at, node: who, what }]);
      switch (one.type) {
        case "claim": {
          const began = !serving.has(who);
          serving.add(who);
          return began ? point("serves") : [];
        }
        case "claimEnded":
          serving.delete(who);
          return point("serves no more");
        case "ended":
          return point("process ends");
        case "started":
          return point("process begins");
        case "milestone":
        case "unseen":
        case "change":
        case "written":
        case "note":
        case "request":
        case "message":
        case "fault":
        case "end":
          return [];
      }
    }),
  );
}
