/** What a diagram on the page is made of, where it stands, and who hears of what is done to it. */
import type { Ghost } from "./canvas.ts";
import type { Pace } from "./followers.ts";
import type { Grip, Pull } from "./grips.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";

/** What is drawn, and how. */
export interface StageView {
  readonly picture: Picture;
  /** 1 is the usual width. */
  readonly zoom: number;
  /** Every second is as wide as any other. */
  readonly trueTime: boolean;
  /** A run to compare with. */
  readonly ghost?: Ghost;
}

export interface StagePlaces {
  readonly names: HTMLElement;
  readonly box: HTMLElement;
  readonly overview: SVGElement;
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
  /** It is drawn wider or narrower from now on. */
  readonly zoomed?: (zoom: number) => void;
  /** Absent: the run is only looked at. */
  readonly hands?: Hands;
}
