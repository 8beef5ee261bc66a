/** One sentence about the event at the cursor, for eyes and for screen readers. */
import { html } from "lit-html";
import { sentenceOf } from "../trace/tell-verdict.ts";
import type { Markup } from "./markup.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { consequence } from "./words.ts";

export function tellMoment({ breaches, run, told, turns }: Picture, { at, n }: PlayerCursor): Markup {
  const event = run.events[n - 1];
  const words = told[n - 1];
  if (event === undefined || words === undefined)
    return "Nothing has happened yet: ▶ plays, → takes one step, a click in the drawing goes there.";
  const follows = consequence(words);
  // What it amounts to comes first, then how the code names it.
  const plain = turns.flatMap((turn) =>
    turn.n === n && turn.node === event.node && turn.type !== "breach" ? `${turn.text}. ` : [],
  );
  const cause = follows === "" ? words.cause : `${words.cause}. `;
  const broken = breaches.filter((one) => one.at <= at && one.at >= event.at);
  return html`<b>${event.node}</b>:
    ${plain.length === 0 ? cause : plain}<small>${plain.length === 0 ? "" : cause}${follows}</small>${broken.map(
      (breach) =>
        html`<br /><strong>✕ ${breach.property} violated</strong>; told from the whole run:
          ${sentenceOf(breach)}`,
    )}`;
}
