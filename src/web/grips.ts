/**
 * What of the drawing can be taken by hand: a message by its line, to be delayed along the time or pulled off its lane, and the band of
 * a process, to be held still for as long as it is dragged.
 */
import { svg } from "lit-html";
import type { Message } from "../reading/message.ts";
import { lastFrom } from "../reading/sorted.ts";
import type { Canvas } from "./canvas.ts";
import { BAND_HEIGHT, dockOf, type Row } from "./layout.ts";
import { lengthText, px, type Markup } from "./markup.ts";
import type { Place } from "./pointer.ts";
import { messageAt, waysOf } from "./ways.ts";

export type Grip =
  | { readonly type: "message"; readonly message: Message }
  /** `at`: the instant that was taken, true ms. */
  | { readonly type: "lane"; readonly name: string; readonly at: number };

/** What was done to it. Spans in true ms. */
export type Pull =
  | { readonly type: "drop"; readonly message: Message }
  | { readonly type: "delay"; readonly message: Message; readonly byMs: number }
  | { readonly type: "pause"; readonly name: string; readonly at: number; readonly forMs: number };

/** So far from its lane a message is dropped, in pixels. */
const OFF_LANE_PX = 26;
/** The words are larger than others in the drawing, for a hand is in the way. */
const LARGE_CHARACTER_PX = 8.2;
/** Less is no delay and no pause. */
const LEAST_MS = 1;

/** What is taken there; undefined: nothing, and a drag moves the cursor. */
export function gripAt(canvas: Canvas, { reach, x, y }: Place): Grip | undefined {
  const message = messageAt(canvas, x, y, reach);
  if (message !== undefined) return { type: "message", message };
  const { left, layout, picture, scale } = canvas;
  const row = layout.rows.find(
    ({ band, name }) => picture.lanes.has(name) && y >= band && y <= band + BAND_HEIGHT,
  );
  if (row === undefined) return undefined;
  const at = Math.round(scale.instantAt(x + left));
  const standing = lastFrom(picture.lanes.get(row.name)?.bands ?? [], at)?.standing ?? "down";
  return standing === "unknown" ? undefined : { type: "lane", name: row.name, at };
}

/** What it comes to if it is let go at `x`, `y`; undefined: nothing. */
export function pullOf(
  canvas: Canvas,
  grip: Grip,
  { x, y }: { readonly x: number; readonly y: number },
): Pull | undefined {
  const at = Math.round(canvas.scale.instantAt(x + canvas.left));
  if (grip.type === "lane") {
    const forMs = at - grip.at;
    return forMs < LEAST_MS ? undefined : { type: "pause", name: grip.name, at: grip.at, forMs };
  }
  const { message } = grip;
  const [sender, receiver] = endsOf(canvas, message);
  const edges = [dockOf(sender, receiver), dockOf(receiver, sender)];
  if (y < Math.min(...edges) - OFF_LANE_PX || y > Math.max(...edges) + OFF_LANE_PX)
    return { type: "drop", message };
  const byMs = at - (message.arrivals[0]?.at ?? message.at);
  return byMs < LEAST_MS ? undefined : { type: "delay", message, byMs };
}

/** What would be done, drawn while it is held. */
export function drawPull(
  canvas: Canvas,
  grip: Grip,
  place: { readonly x: number; readonly y: number },
): Markup {
  const pull = pullOf(canvas, grip, place);
  const words = wordsOf(pull);
  const x = Math.max(4, Math.min(place.x + 12, canvas.width - words.length * LARGE_CHARACTER_PX - 4));
  const label =
    words === "" ? "" : svg`<text class="pull-text halo" x=${px(x)} y=${px(place.y - 10)}>${words}</text>`;
  if (grip.type === "lane") {
    const start = canvas.x(grip.at);
    const { band } = canvas.row(grip.name);
    return svg`<rect class="paused pull" x=${px(start)} y=${band} width=${px(Math.max(1, place.x - start))} height=${BAND_HEIGHT} />${label}`;
  }
  const [way] = waysOf(canvas, grip.message);
  return way === undefined
    ? ""
    : svg`<path class="pull-way${pull?.type === "drop" ? " lost" : ""}" d="M${px(way.x1)} ${px(way.y1)}L${px(place.x)} ${px(place.y)}"/>${label}`;
}

function wordsOf(pull: Pull | undefined): string {
  switch (pull?.type) {
    case undefined:
      return "";
    case "drop":
      return "✕ dropped";
    case "delay":
      return `${lengthText(pull.byMs)} late`;
    case "pause":
      return `stands still for ${lengthText(pull.forMs)}`;
  }
}

function endsOf({ row }: Canvas, { from, to }: Message): readonly [Row, Row] {
  return [row(from), row(to)];
}
