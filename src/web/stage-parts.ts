/** What a diagram on the page shows, and who hears of what is done to it. */
import type { Ghost } from "./canvas.ts";
import type { Pace } from "./followers.ts";
import type { Grip, Pull } from "./grips.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";

/** What is drawn. */
export interface StageRun {
  readonly picture: Picture;
  readonly label: string;
  /** A run to compare with. */
  readonly ghost?: Ghost | undefined;
}

/** What can be done to the drawing by hand. */
export interface Hands {
  /** Whether this can be taken here at all. */
  readonly takes: (grip: Grip) => boolean;
  /** It was clicked; `place`: where, on the screen. */
  readonly pick: (grip: Grip, place: DOMRect) => void;
  /** It was dragged and let go. */
  readonly pull: (pull: Pull) => void;
}

export interface StageHooks {
  readonly move: (cursor: PlayerCursor, pace: Pace) => void;
  /** A row's name was clicked: a coordinator's, or etcd's. */
  readonly chosen: (name: string) => void;
  /** Absent: the run is only looked at. */
  readonly hands?: Hands | undefined;
}
