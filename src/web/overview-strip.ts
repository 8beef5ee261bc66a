/** The strip above the diagram, on the page: the whole run in true proportions, and a slider that the pointer drags. */
import { render } from "lit-html";
import type { Pace } from "./followers.ts";
import { clockText } from "./markup.ts";
import { drawOverview, drawWindow, overviewHeight } from "./overview.ts";
import type { Picture } from "./picture.ts";
import { followPointer } from "./pointer.ts";
import { sheet } from "./sheets.ts";

export class OverviewStrip {
  readonly element = sheet("svg");
  readonly #window = sheet("g");
  readonly #shape = sheet("g");
  #picture: Picture | undefined;
  #width = 0;

  /** `move`: to an instant, true ms. */
  constructor(move: (at: number, pace: Pace) => void) {
    this.element.setAttribute("class", "overview");
    this.element.setAttribute("tabindex", "0");
    this.element.role = "slider";
    this.element.ariaValueMin = "0";
    this.element.append(this.#window, this.#shape);
    followPointer(this.element, {
      // To the millisecond: nobody means a fraction of one.
      move: ({ x }, pace) =>
        move(Math.round((x / Math.max(1, this.#width)) * (this.#picture?.run.untilMs ?? 0)), pace),
      fingers: true,
    });
  }

  turnTo(picture: Picture, label: string): void {
    this.#picture = picture;
    this.element.setAttribute("height", String(overviewHeight(picture)));
    this.element.ariaLabel = `instant: ${label}`;
    this.element.ariaValueMax = String(Math.round(picture.run.untilMs));
    this.#draw();
  }

  /** It stands on the page, or has another width there. */
  resize(): void {
    this.#width = this.element.clientWidth;
    this.#draw();
  }

  /** `at`: the cursor. */
  show(at: number): void {
    this.element.ariaValueNow = String(Math.round(at));
    this.element.ariaValueText = clockText(at);
  }

  /** `from`, `to`: what the diagram shows of it. */
  mark(at: number, from: number, to: number): void {
    if (this.#picture !== undefined)
      render(drawWindow(this.#picture, this.#width, at, from, to), this.#window);
  }

  #draw(): void {
    if (this.#picture !== undefined) render(drawOverview(this.#picture, this.#width), this.#shape);
  }
}
