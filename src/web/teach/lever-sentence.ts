/** A sentence with values in it that can be dragged, or moved by keys; who listens hears every change. */
import { html, render } from "lit-html";
import type { Lever, LeverRun } from "../../teach/lesson.ts";
import type { Markup } from "../markup.ts";
import { inline } from "./prose.ts";

/** One step for so many pixels. */
const PIXELS_A_STEP = 8;
/** How many steps a key goes. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export class LeverSentence {
  readonly element = document.createElement("p");
  readonly #levers: readonly Lever[];
  readonly #says: LeverRun["says"];
  readonly #changed: () => void;
  /** Where one of them was taken, and what it was then. */
  #held: { readonly x: number; readonly value: number } | undefined;
  #values: readonly number[];

  /** `chosen`: in the order of the levers, wherever from. */
  constructor({ levers, says }: LeverRun, chosen: readonly number[], changed: () => void) {
    this.#levers = levers;
    this.#changed = changed;
    this.#values = levers.map((lever, index) => within(lever, chosen[index] ?? lever.usual));
    this.element.className = "levers";
    this.#says = says;
    this.#draw();
  }

  get values(): readonly number[] {
    return this.#values;
  }

  /** Whatever is out of reach is as far as it goes. */
  set(index: number, wanted: number): void {
    const value = within(this.#levers[index] as Lever, wanted);
    if (value === this.#values[index]) return;
    this.#values = this.#values.with(index, value);
    this.#draw();
    this.#changed();
  }

  #draw(): void {
    const parts = this.#says.map((text, index) => {
      const lever = this.#levers[index];
      return html`${inline(text)}${lever && this.#knob(lever, index)}`;
    });
    render(parts, this.element);
  }

  #knob({ least, most, step, unit, what }: Lever, index: number): Markup {
    const value = this.#values[index] ?? 0;
    const text = `${value} ${unit}`;
    const hold = (event: PointerEvent): void => {
      (event.target as Element).setPointerCapture(event.pointerId);
      this.#held = { x: event.clientX, value };
    };
    const drag = ({ clientX }: PointerEvent): void => {
      if (this.#held === undefined) return;
      this.set(index, this.#held.value + Math.round((clientX - this.#held.x) / PIXELS_A_STEP) * step);
    };
    const letGo = (): void => {
      this.#held = undefined;
    };
    const press = (event: KeyboardEvent): void => {
      const by = KEYS[event.key];
      if (by === undefined) return;
      event.preventDefault();
      // To the page these keys mean the run.
      event.stopPropagation();
      this.set(index, value + by * step);
    };
    return html`<span
      class="lever"
      role="slider"
      tabindex="0"
      data-lever=${index}
      aria-label=${what}
      aria-valuemin=${least}
      aria-valuemax=${most}
      aria-valuenow=${value}
      aria-valuetext=${text}
      @pointerdown=${hold}
      @pointermove=${drag}
      @pointerup=${letGo}
      @pointercancel=${letGo}
      @keydown=${press}
      >${text}</span
    >`;
  }
}

function within({ least, most, step }: Lever, wanted: number): number {
  return Math.min(most, Math.max(least, Math.round(wanted / step) * step));
}
