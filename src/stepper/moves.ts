/** Moving through a run: pure functions from one place in it to another. */
import { consequencesOf } from "../trace/words.ts";
import type { History } from "../run/history.ts";
import type { Landmark } from "../reading/course.ts";
import type { Broken } from "../run/survey.ts";

/** After event `n`, at instant `at`: from that event's on, up to the next one's. */
export interface Cursor {
  readonly n: number;
  readonly at: number;
}

/** Whose events count when stepping: everybody's, one coordinator's (by place), or etcd's own (-1). */
export type Filter = number | "all";

export function atEvent(history: History, n: number): Cursor {
  const place = Math.min(Math.max(0, n), history.events);
  return { n: place, at: history.instantOf(place) };
}

export function atInstant(history: History, at: number): Cursor {
  const instant = Math.min(Math.max(0, at), history.survey.endAt);
  const n = history.eventAt(instant);
  return { n, at: instant };
}

/** Where a promise breaks: at an event, or between two when a bound passes. */
export function atViolation(history: History, { n, violation }: Broken): Cursor {
  return atMark(history, { n, at: violation.at });
}

/** At event `n` if it happens at that very instant, else between two events. */
function atMark(history: History, { at, n }: Landmark): Cursor {
  return at === history.instantOf(n) ? atEvent(history, n) : atInstant(history, at);
}

/** Whether a promise is broken by now. */
export function isPast(history: History, { at, n }: Cursor, { n: noticed, violation }: Broken): boolean {
  return violation.at <= at && (noticed <= n || violation.at < history.instantOf(noticed));
}

export function atEnd(history: History): Cursor {
  return { n: history.events, at: history.survey.endAt };
}

export function passes({ survey }: History, filter: Filter, n: number): boolean {
  if (filter === "all") return true;
  return survey.about[n - 1] === filter || survey.places[n - 1] === filter;
}

/** `count` events on (or back, if negative) among those that pass. */
export function step(history: History, { at, n }: Cursor, count: number, filter: Filter): Cursor {
  const forward = count > 0;
  let left = Math.abs(count);
  let place = n;
  // In between two events, back leads to the earlier one.
  if (!forward && at > history.instantOf(n) && passes(history, filter, n)) left--;
  for (let next = place; left > 0;) {
    next += forward ? 1 : -1;
    if (next < 0) return atEvent(history, 0);
    if (next > history.events) return atEnd(history);
    if (next > 0 && !passes(history, filter, next)) continue;
    place = next;
    left--;
  }
  return atEvent(history, place);
}

/** The next landmark after the cursor, or the last before it; undefined: there is none. */
export function toLandmark(
  history: History,
  cursor: Cursor,
  landmarks: readonly Landmark[],
  forward: boolean,
): Cursor | undefined {
  const places = landmarks.map((one) => atMark(history, one));
  return forward
    ? places.find((one) => isBefore(cursor, one))
    : places.findLast((one) => isBefore(one, cursor));
}

function isBefore(one: Cursor, other: Cursor): boolean {
  return one.n < other.n || (one.n === other.n && one.at < other.at);
}

/** Events looked at for one search; more would be felt. */
const MOST_SEARCHED = 20_000;

export type Found =
  | { readonly type: "found"; readonly cursor: Cursor }
  | { readonly type: "nowhere" }
  /** So far not: go on from here. */
  | { readonly type: "tired"; readonly cursor: Cursor };

/** The next event after the cursor (or the last before it) whose words hold `text`, whatever the case. */
export function search(history: History, { n }: Cursor, text: string, forward: boolean): Found {
  const wanted = text.toLowerCase();
  const way = forward ? 1 : -1;
  for (let next = n + way, seen = 0; next > 0 && next <= history.events; next += way, seen++) {
    if (seen === MOST_SEARCHED) return { type: "tired", cursor: atEvent(history, next) };
    if (wordsOf(history, next).includes(wanted)) return { type: "found", cursor: atEvent(history, next) };
  }
  return { type: "nowhere" };
}

function wordsOf(history: History, n: number): string {
  const { event, told } = history.frame(n);
  if (event === undefined || told === undefined) return "";
  return [event.node, told.cause, ...consequencesOf(told)].join("\n").toLowerCase();
}
