/**
 * The beats of a run as text beside a drawing that stays: the line that is being read moves the cursor to its instant, and the
 * one that was reached is marked.
 */
import { countWhile } from "../reading/sorted.ts";
import { drawBeats, type Beat } from "./beats.ts";

/** A line is being read when it has come so far up in what the drawing leaves free. */
const READ_AT = 0.6;

export interface StepsHooks {
  /** What the drawing covers while the text passes below or beside it. */
  readonly drawing: Element;
  /** The line of this instant is read now. */
  readonly read: (at: number) => void;
}

export class Steps {
  readonly #beats: readonly Beat[];
  readonly #hooks: StepsHooks;
  readonly #lines: readonly HTMLElement[];
  readonly #over = new AbortController();
  #reading: number | undefined;
  #pending = false;

  constructor(box: HTMLElement, beats: readonly Beat[], hooks: StepsHooks) {
    this.#beats = beats;
    this.#hooks = hooks;
    box.innerHTML = drawBeats(beats);
    this.#lines = [...box.querySelectorAll("li")];
    if (beats.length === 0) return;
    addEventListener("scroll", () => this.#scrolled(), { passive: true, signal: this.#over.signal });
    // Where somebody is when it appears is no reading either.
    requestAnimationFrame(() => (this.#reading = this.#lineRead()));
  }

  /** The cursor stands at `at`. */
  mark(at: number): void {
    const here = countWhile(this.#beats, (beat) => beat.at <= at) - 1;
    for (const [index, line] of this.#lines.entries()) {
      if (index === here) line.firstElementChild?.setAttribute("aria-current", "step");
      else line.firstElementChild?.removeAttribute("aria-current");
    }
  }

  /** Puts the line that was reached last where it is read; false: none was. */
  bring(): boolean {
    const current = this.#lines.findIndex((line) => line.querySelector("[aria-current]") !== null);
    const line = this.#lines[current];
    this.hold();
    line?.scrollIntoView();
    return line !== undefined;
  }

  /** What is about to be scrolled is not scrolled by who reads. */
  hold(): void {
    this.#reading = undefined;
  }

  dispose(): void {
    this.#over.abort();
  }

  #scrolled(): void {
    if (this.#pending) return;
    this.#pending = true;
    requestAnimationFrame(() => {
      this.#pending = false;
      const before = this.#reading;
      this.#reading = this.#lineRead();
      const beat = this.#beats[this.#reading];
      const { bottom, top } = this.#hooks.drawing.getBoundingClientRect();
      // Who scrolls past it all does not read.
      const seen = bottom > 0 && top < innerHeight;
      if (seen && before !== undefined && beat !== undefined && before !== this.#reading)
        this.#hooks.read(beat.at);
    });
  }

  /** Its place; -1: not even the first. */
  #lineRead(): number {
    const drawing = this.#hooks.drawing.getBoundingClientRect();
    const places = this.#lines.map((line) => line.getBoundingClientRect());
    // Beside it all of the window is free, below it what is left.
    const top = (places[0]?.left ?? 0) < drawing.right ? drawing.bottom : 0;
    return countWhile(places, (place) => place.top < top + (innerHeight - top) * READ_AT) - 1;
  }
}
