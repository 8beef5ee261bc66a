/**
 * The beats of a run as text beside a drawing that stays: the line that is being read moves the cursor to its instant, and the
 * one that was reached is marked.
 */
import { html, nothing, render } from "lit-html";
import { countWhile } from "../reading/sorted.ts";
import type { Beat } from "./beats.ts";
import { clockText, type Markup } from "./markup.ts";

/** A line is being read when it has come so far up in what the drawing leaves free. */
const READ_AT = 0.6;

export interface StepsHooks {
  /** What the drawing covers while the text passes below or beside it. */
  readonly drawing: Element;
  /** The line of this instant is read now. */
  readonly read: (at: number) => void;
  /** A line was pressed. */
  readonly go: (at: number) => void;
}

export class Steps {
  readonly element = document.createElement("div");
  readonly #hooks: StepsHooks;
  readonly #over = new AbortController();
  #beats: readonly Beat[] = [];
  /** The place of the line that was reached last. */
  #here = -1;
  #behind: Markup = "";
  #reading: number | undefined;
  #pending = false;

  constructor(hooks: StepsHooks) {
    this.#hooks = hooks;
    this.element.className = "beats";
    addEventListener("scroll", () => this.#scrolled(), { passive: true, signal: this.#over.signal });
  }

  /** These are the lines from now on; `behind`: what stands behind them. */
  list(beats: readonly Beat[], behind: Markup): void {
    this.#beats = beats;
    this.#behind = behind;
    // Where somebody is when it appears is no reading.
    requestAnimationFrame(() => (this.#reading = this.#lineRead()));
  }

  /** The cursor stands at `at`. */
  mark(at: number): void {
    this.#here = countWhile(this.#beats, (beat) => beat.at <= at) - 1;
    this.#draw();
  }

  /** Puts the line that was reached last where it is read; false: none was. */
  bring(): boolean {
    const line = this.#lines[this.#here];
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

  get #lines(): HTMLElement[] {
    return [...this.element.querySelectorAll("li")];
  }

  #draw(): void {
    const lines = this.#beats.map(
      ({ at, text }, index) =>
        html`<li>
          <button
            type="button"
            aria-current=${index === this.#here ? "step" : nothing}
            @click=${() => this.#hooks.go(at)}
          >
            <time>${clockText(at)}</time> ${text}
          </button>
        </li>`,
    );
    render(
      html`${
        lines.length === 0
          ? ""
          : html`<ol>
              ${lines}
            </ol>`
      }${this.#behind}`,
      this.element,
    );
  }

  #scrolled(): void {
    if (this.#pending || this.#beats.length === 0) return;
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
