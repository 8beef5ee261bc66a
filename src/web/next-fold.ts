/** What is open at the cursor, below a run: as a list, the soonest first; and where runs can be made, what can be chosen among. */
import { html, render } from "lit-html";
import { AfterRest } from "./after-rest.ts";
import { lengthText, type Markup } from "./markup.ts";
import { openAt } from "./next.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import type { FoldedPart } from "./viewer-frame.ts";

/** What can be chosen after event `n`, drawn; absent: the run is only looked at. */
export type DrawChoices = (n: number) => Promise<Markup>;

export class NextFold implements FoldedPart {
  readonly name = "next";
  readonly title = "What can happen next?";
  readonly open = false;
  readonly #picture: Picture;
  readonly #element = document.createElement("div");
  readonly #asking: AfterRest;
  #cursor: PlayerCursor = { n: -1, at: 0 };
  #choices: Markup = "";

  constructor(picture: Picture, choices: DrawChoices | undefined) {
    this.#picture = picture;
    this.#asking = new AfterRest(() => void (choices && this.#ask(choices)));
  }

  readonly draw = (cursor: PlayerCursor): Markup => {
    // Once the cursor rests: they are of another instant from here on.
    if (cursor.n !== this.#cursor.n) this.#asking.note();
    this.#cursor = cursor;
    this.#draw();
    return html`${this.#element}`;
  };

  async #ask(choices: DrawChoices): Promise<void> {
    const { n } = this.#cursor;
    const drawn = await choices(n);
    if (n !== this.#cursor.n) return;
    this.#choices = drawn;
    this.#draw();
  }

  #draw(): void {
    const rows = openAt(this.#picture, this.#cursor).map(
      ({ inMs, what, who }) =>
        html`<li>
          <time>${inMs === undefined ? "" : `in ${lengthText(inMs)}`}</time> <b>${who}</b>: ${what}
        </li>`,
    );
    render(
      html`<ol class="open-matters">
          ${rows.length === 0 ? html`<li>nothing more</li>` : rows}
        </ol>
        ${this.#choices}`,
      this.#element,
    );
  }
}
