/** What is open at the cursor, below a run: as a list, the soonest first. */
import { escape } from "../words/escape.ts";
import { lengthText } from "./markup.ts";
import { openAt } from "./next.ts";
import type { Picture } from "./picture.ts";
import { redraw } from "./redraw.ts";
import type { FoldedPart } from "./viewer-frame.ts";

export function nextFold(picture: Picture): FoldedPart {
  return {
    name: "next",
    title: "What can happen next?",
    open: false,
    mount: (into) => (cursor) => {
      const rows = openAt(picture, cursor).map(
        ({ inMs, what, who }) =>
          `<li><time>${inMs === undefined ? "" : `in ${lengthText(inMs)}`}</time> <b>${escape(who)}</b>: ${escape(what)}</li>`,
      );
      redraw(into, `<ol class="open-matters">${rows.join("") || "<li>nothing more</li>"}</ol>`);
    },
  };
}
