/** What is said of a run as a whole; where it went wrong, pressing it leads there. */
import { escape } from "../words/escape.ts";
import type { Picture } from "./picture.ts";
import { firstWrong } from "./player.ts";
import { runVerdict } from "./words.ts";

export function drawVerdict(picture: Picture, sinceMs = 0): string {
  const { kind, promises, sign, text } = runVerdict(picture, sinceMs);
  const words = `<span aria-hidden="true">${sign}</span> ${escape(text)}`;
  return firstWrong(picture) === undefined
    ? `<span class="verdict ${kind}" title="${escape(promises)}">${words}</span>`
    : `<button type="button" class="verdict ${kind}" data-command="violation" title="${escape(promises)}: go there (v)">${words}</button>`;
}
