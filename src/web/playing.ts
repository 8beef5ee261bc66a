/** A run that plays: moves a cursor along, frame by frame, as fast as one likes. */
import { PIXELS_PER_SECOND, SPEEDS } from "./player.ts";

/** Every second frame of most screens: nobody sees more, and it costs half. A frame is asked for when this much has passed. */
const FRAME_MS = 24;

export interface PlayingHooks {
  readonly at: () => number;
  /** The instant so many pixels of the drawing further on. */
  readonly after: (at: number, pixels: number) => number;
  readonly show: (at: number) => void;
  /** It began to play, or ceased. */
  readonly changed: () => void;
}

export class Playing {
  readonly #hooks: PlayingHooks;
  /** When the last frame was drawn; undefined: it does not play. */
  #drawnAt: number | undefined;
  #turn = 0;
  /** A place in {@link SPEEDS}. */
  speed: number;

  constructor(speed: number, hooks: PlayingHooks) {
    this.speed = speed;
    this.#hooks = hooks;
  }

  get on(): boolean {
    return this.#drawnAt !== undefined;
  }

  /** To `end`, or until it is stopped; `pace`: so many pixels in a second. */
  start(end: number, pace = PIXELS_PER_SECOND * (SPEEDS[this.speed] ?? 1)): void {
    const { after, at, changed, show } = this.#hooks;
    this.#drawnAt = performance.now();
    const turn = ++this.#turn;
    changed();
    const frame = (now: number): void => {
      // Begun anew meanwhile: that has frames of its own.
      if (this.#drawnAt === undefined || turn !== this.#turn) return;
      const pixels = ((now - this.#drawnAt) / 1000) * pace;
      this.#drawnAt = now;
      const next = Math.min(end, after(at(), Math.max(0, pixels)));
      show(next);
      if (next >= end) this.stop();
      else setTimeout(() => requestAnimationFrame(frame), FRAME_MS);
    };
    requestAnimationFrame(frame);
  }

  stop(): void {
    if (this.#drawnAt === undefined) return;
    this.#drawnAt = undefined;
    this.#hooks.changed();
  }

  /** How fast it plays, in words. */
  accelerate(by: 1 | -1): void {
    this.speed = Math.min(SPEEDS.length - 1, Math.max(0, this.speed + by));
  }

  get pace(): string {
    return `${SPEEDS[this.speed] ?? 1}×`;
  }
}
