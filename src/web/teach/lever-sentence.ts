/** A sentence with values in it that can be dragged, or moved by keys; who listens hears every change. */
import type { Lever, LeverRun } from "../../teach/lesson.ts";
import { escape } from "../../words/escape.ts";
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
  readonly #changed: () => void;
  #values: readonly number[];

  /** `chosen`: in the order of the levers, wherever from. */
  constructor({ levers, says }: LeverRun, chosen: readonly number[], changed: () => void) {
    this.#levers = levers;
    this.#changed = changed;
    this.#values = levers.map((lever, index) => within(lever, chosen[index] ?? lever.usual));
    this.element.className = "levers";
    this.element.innerHTML = says
      .map((text, index) => `${inline(text)}${levers[index] === undefined ? "" : knob(levers[index], index)}`)
      .join("");
    for (const [index, slider] of this.#sliders.entries()) this.#listen(slider, index);
    this.#show();
  }

  get values(): readonly number[] {
    return this.#values;
  }

  /** Whatever is out of reach is as far as it goes. */
  set(index: number, wanted: number): void {
    const value = within(this.#levers[index] as Lever, wanted);
    if (value === this.#values[index]) return;
    this.#values = this.#values.with(index, value);
    this.#show();
    this.#changed();
  }

  get #sliders(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("[role=slider]")];
  }

  #listen(slider: HTMLElement, index: number): void {
    const { step } = this.#levers[index] as Lever;
    const now = (): number => this.#values[index] ?? 0;
    let held: { readonly x: number; readonly value: number } | undefined;
    slider.addEventListener("pointerdown", (event) => {
      slider.setPointerCapture(event.pointerId);
      held = { x: event.clientX, value: now() };
    });
    slider.addEventListener("pointermove", ({ clientX }) => {
      if (held !== undefined)
        this.set(index, held.value + Math.round((clientX - held.x) / PIXELS_A_STEP) * step);
    });
    for (const end of ["pointerup", "pointercancel"])
      slider.addEventListener(end, () => {
        held = undefined;
      });
    slider.addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      if (by === undefined) return;
      event.preventDefault();
      // To the page these keys mean the run.
      event.stopPropagation();
      this.set(index, now() + by * step);
    });
  }

  #show(): void {
    for (const [index, slider] of this.#sliders.entries()) {
      const value = this.#values[index] ?? 0;
      const text = `${value} ${this.#levers[index]?.unit ?? ""}`;
      slider.textContent = text;
      slider.setAttribute("aria-valuenow", String(value));
      slider.setAttribute("aria-valuetext", text);
    }
  }
}

function within({ least, most, step }: Lever, wanted: number): number {
  return Math.min(most, Math.max(least, Math.round(wanted / step) * step));
}

function knob({ least, most, what }: Lever, index: number): string {
  return `<span class="lever" role="slider" tabindex="0" data-lever="${index}" aria-label="${escape(what)}" aria-valuemin="${least}" aria-valuemax="${most}"></span>`;
}
