/** What a viewer is given, and what stays of it when another run is shown in its place. */
import type { Beat } from "./beats.ts";
import type { Ghost } from "./canvas.ts";
import type { Pace } from "./followers.ts";
import type { Markup } from "./markup.ts";
import { SPEEDS, type PlayerCursor } from "./player.ts";
import type { Hands } from "./stage-parts.ts";
import type { FoldedPart } from "./viewer-frame.ts";

/** What stays as a reader set it when another run is shown in the same place. */
export interface ViewerHabits {
  /** 1 is the usual width. */
  zoom: number;
  /** Every second is drawn as wide as any other. */
  trueTime: boolean;
  /** A place among the speeds. */
  speed: number;
  /** By the fold's name: whether it is open; what is not named is as its fold says. */
  readonly folds: Map<string, boolean>;
}

export function usualHabits(): ViewerHabits {
  return { zoom: 1, trueTime: false, speed: SPEEDS.indexOf(1), folds: new Map() };
}

export interface ViewerOptions {
  readonly label: string;
  readonly start: PlayerCursor;
  /** Playing begins again here, and ends at `untilMs`; beyond is another story. */
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** What came of the run is told from here on. */
  readonly sinceMs?: number | undefined;
  /** Only what the viewer begins with counts, as of `hands`. */
  readonly habits?: ViewerHabits;
  readonly folds?: readonly FoldedPart[];
  /** A run to compare with, drawn beside this one on the same scale. */
  readonly ghost?: Ghost | undefined;
  /** What stands right below the drawing. */
  readonly below?: Markup;
  /** What stands behind the beats. */
  readonly behind?: Markup;
  /** Where playing stops, each with its line. */
  readonly beats?: readonly Beat[];
  /** Told of every move of the cursor. */
  readonly moved?: (cursor: PlayerCursor, pace: Pace) => void;
  /** Draws what else on the page speaks of the cursor. */
  readonly follows?: (cursor: PlayerCursor) => void;
  /** Told when a party's name is clicked: a coordinator, or etcd. */
  readonly chosen?: (name: string) => void;
  /** What can be done to the drawing by hand; absent: it is only looked at. */
  readonly hands?: Hands;
}
