/**
 * The page of a recording that is still written, as `leasehold serve --web` hands it out. Who stands at its end is led on; who looks at
 * something before it is left in peace, and told how much has come meanwhile.
 */
import { html } from "lit-html";
import type { TraceEvent, TraceHeader, TraceNews } from "../trace/format.ts";
import { pictureOf } from "./picture.ts";
import { atInstant } from "./player.ts";
import { showTheme } from "./preferences.ts";
import { RunPage } from "./run-page.ts";

/** A long run takes its time to be drawn; so much more than that is left to whoever reads it. */
const REST_TIMES = 4;
const LEAST_REST_MS = 200;

let header: TraceHeader | undefined;
let events: TraceEvent[] = [];
let page: RunPage | undefined;
/** How many events the page shows, and where it stood when it was drawn. */
let shown = 0;
let endMs = 0;
let drawing: number | undefined;
let ended = false;
/** Why nothing more is recorded. */
let why: string | undefined;

function draw(): void {
  if (header === undefined) return;
  const began = performance.now();
  const picture = pictureOf([header, ...events]);
  const end = atInstant(picture, picture.run.untilMs);
  if (page === undefined) page = new RunPage(picture, end);
  else page.show(picture, end);
  [shown, endMs] = [events.length, end.at];
  clearTimeout(drawing);
  drawing = setTimeout(
    () => {
      drawing = undefined;
      follow();
    },
    Math.max(LEAST_REST_MS, REST_TIMES * (performance.now() - began)),
  );
  tell();
}

/** Goes on with the run, unless somebody looks at what was before. */
function follow(): void {
  if (drawing === undefined && events.length > shown && isAtEnd()) draw();
  else tell();
}

function isAtEnd(): boolean {
  return page === undefined || (page.cursor.n >= shown && page.cursor.at >= endMs);
}

function tell(): void {
  const more = events.length - shown;
  const text =
    more > 0 && !isAtEnd()
      ? `${more} more event${more === 1 ? "" : "s"} ▸`
      : ended || why !== undefined
        ? (why ?? "ended")
        : isAtEnd()
          ? "● live"
          : "to the end ▸";
  const kind = !ended && why === undefined && isAtEnd() ? "good" : "";
  const title = ended
    ? "the served etcd is gone; what it recorded stays"
    : "what clients do, while they do it";
  page?.tell(html`<button id="live" class="verdict ${kind}" title=${title} @click=${draw}>${text}</button>`);
}

showTheme();
const source = new EventSource("grown");
source.addEventListener("message", ({ data }) => {
  const { begins, failure, lines } = JSON.parse(String(data)) as TraceNews;
  ended = false;
  why = failure ?? (begins ? undefined : why);
  if (begins) {
    events = [];
    [shown, endMs] = [0, 0];
  }
  for (const line of lines)
    if (line.type === "header") header = line;
    else events.push(line);
  follow();
});
source.addEventListener("error", () => {
  ended = true;
  tell();
});
// Whoever comes back to the end by the keys or the drawing is led on again.
for (const type of ["keydown", "pointerup"]) document.addEventListener(type, () => setTimeout(follow));
