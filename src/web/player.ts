/** Where the reader stands in a run and how that changes. Pure; the page keeps the one cursor and draws. */
import { lastEventAt } from "../reading/turns.ts";
import type { Turn } from "../reading/turns.ts";
import type { Picture } from "./picture.ts";

/** After event `n` (0: before the first), at the instant `at`. */
export interface PlayerCursor {
  readonly n: number;
  readonly at: number;
}

/** How far the cursor moves in a second of playing at speed 1. */
export const PIXELS_PER_SECOND = 90;

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** Right after event `n`, as far as there is one. */
export function atEvent({ run }: Picture, n: number): PlayerCursor {
  const within = Math.min(Math.max(0, n), run.events.length);
  return { n: within, at: run.events[within - 1]?.at ?? 0 };
}

/** At an instant, after everything that happens up to it. */
export function atInstant({ run }: Picture, at: number): PlayerCursor {
  const within = Math.min(Math.max(0, at), run.untilMs);
  return { n: lastEventAt(run, within), at: within };
}

/** The cursor as this run has it: one that came with a link may be beyond its end, or at an event that is not of its instant. */
export function withinRun(picture: Picture, { at, n }: PlayerCursor): PlayerCursor {
  const there = atInstant(picture, at);
  const event = atEvent(picture, n);
  // Several events share an instant; one of them may be meant.
  return event.n <= there.n && event.at === picture.run.events[there.n - 1]?.at
    ? { ...event, at: there.at }
    : there;
}

/** One event forward or back; between two events, back is to the one before. */
export function stepped(picture: Picture, { at, n }: PlayerCursor, by: 1 | -1): PlayerCursor {
  const here = atEvent(picture, n);
  if (by < 0 && at > here.at) return here;
  if (by > 0 && n >= picture.run.events.length) return atInstant(picture, picture.run.untilMs);
  return atEvent(picture, n + by);
}

/** The next or previous turning point that `wanted` takes; undefined: there is none. */
export function turnFrom(
  { turns }: Picture,
  { at, n }: PlayerCursor,
  by: 1 | -1,
  wanted: (turn: Turn) => boolean,
): Turn | undefined {
  return by > 0
    ? turns.find((turn) => wanted(turn) && (turn.at > at || (turn.at === at && turn.n > n)))
    : turns.findLast((turn) => wanted(turn) && (turn.at < at || (turn.at === at && turn.n < n)));
}

/** The cursor on a turning point. Some, like the silent end of a claim, lie between two events. */
export function onTurn(picture: Picture, { at, n }: Turn): PlayerCursor {
  const here = atEvent(picture, n);
  return here.at === at ? here : atInstant(picture, at);
}

/** Where it first goes wrong: a promise breaks, or several serve at once, whoever promised what; undefined: it does not. */
export function firstWrong(picture: Picture): PlayerCursor | undefined {
  const breach = picture.turns.find(({ type }) => type === "breach");
  if (breach !== undefined) return onTurn(picture, breach);
  const several = picture.counts.find(({ nodes }) => nodes.length > 1);
  return several === undefined ? undefined : atInstant(picture, several.from);
}

/** Where a run is opened: where it first goes wrong, or at the first one who serves. */
export function startOf(picture: Picture): PlayerCursor {
  const first = picture.turns.find(({ serving }) => serving === "begins");
  return firstWrong(picture) ?? (first === undefined ? { n: 0, at: 0 } : onTurn(picture, first));
}

/** The next event in which `found` holds, going round. */
export function nextMatch(cursor: PlayerCursor, by: 1 | -1, matches: readonly number[]): number | undefined {
  return by > 0
    ? (matches.find((n) => n > cursor.n) ?? matches[0])
    : (matches.findLast((n) => n < cursor.n) ?? matches.at(-1));
}
