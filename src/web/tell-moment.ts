/** One sentence about the event at the cursor, for eyes and for screen readers. */
import { sentenceOf } from "../trace/tell-verdict.ts";
import { escape } from "../words/escape.ts";
import type { Picture } from "./picture.ts";
import type { PlayerCursor } from "./player.ts";
import { consequence } from "./words.ts";

export function tellMoment({ breaches, run, told }: Picture, { at, n }: PlayerCursor): string {
  const event = run.events[n - 1];
  const words = told[n - 1];
  if (event === undefined || words === undefined)
    return "Nothing has happened yet: ▶ plays, → takes one step, a click in the drawing goes there.";
  const follows = consequence(words);
  const broken = breaches.filter((one) => one.at <= at && one.at >= event.at);
  return [
    `<b>${escape(event.node)}</b>: ${escape(words.cause)}${follows === "" ? "" : `. ${escape(follows)}`}`,
    ...broken.map(
      (breach) => `<strong>✕ ${escape(breach.property)} violated: ${escape(sentenceOf(breach))}</strong>`,
    ),
  ].join("<br>");
}
