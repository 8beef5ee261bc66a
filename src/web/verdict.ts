/** What is said of a run as a whole; where it went wrong, pressing it leads there. */
import { html } from "lit-html";
import type { Markup } from "./markup.ts";
import type { Picture } from "./picture.ts";
import { firstWrong } from "./player.ts";
import { runVerdict } from "./words.ts";

/** `sinceMs`: from when on it is told what came of it; `lead`: goes to where it went wrong. */
export function drawVerdict(picture: Picture, sinceMs: number | undefined, lead: () => void): Markup {
  const { kind, promises, sign, text } = runVerdict(picture, sinceMs);
  const words = html`<span aria-hidden="true">${sign}</span> ${text}`;
  return firstWrong(picture) === undefined
    ? html`<span class="verdict ${kind}" title=${promises}>${words}</span>`
    : html`<button type="button" class="verdict ${kind}" title="${promises}: go there (v)" @click=${lead}>
        ${words}
      </button>`;
}
