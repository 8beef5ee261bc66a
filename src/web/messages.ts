/** Messages of the diagram: lines from sender to receiver, their fate at the end, and words for what befell them. */
import { svg } from "lit-html";
import { messageText } from "../simulation/faults/message.ts";
import type { Message } from "../reading/message.ts";
import type { Canvas } from "./canvas.ts";
import { CHARACTER_PX, px, type Markup } from "./markup.ts";
import { dockOf } from "./layout.ts";
import { LOST_DRIFT, waysOf, type Way } from "./ways.ts";

/** All in view. Lines that look alike are one path: a browser lays out a few large ones much faster than many small ones. */
export function drawMessages(canvas: Canvas): Markup {
  const labels: Markup[] = [];
  let tip = Number.NEGATIVE_INFINITY;
  for (const message of canvas.messages) {
    if (!isTroubled(message)) continue;
    const label = drawLabel(canvas, message, tip);
    tip = label.tip;
    labels.push(label.markup);
  }
  return [drawWays(canvas, canvas.messages), labels];
}

/** What needs a word also when the cursor is elsewhere. */
export function isTroubled({ arrivals, fate, trouble }: Message): boolean {
  return (trouble !== undefined || arrivals.length === 0) && fate !== "unseen";
}

/** `more`: a class for all of them. */
export function drawWays(canvas: Canvas, messages: readonly Message[], more = ""): Markup {
  const groups = new Map<string, { lines: string; ends: string; readonly lost: boolean }>();
  for (const message of messages) {
    const { leg, trouble } = message;
    for (const way of waysOf(canvas, message)) {
      const lost = way.end === "cross" || way.end === "wall";
      const look = `${leg}${trouble === "late" ? " late" : ""}${lost ? " lost" : way.unheard ? " unheard" : ""}`;
      const group = groups.get(look) ?? { lines: "", ends: "", lost };
      groups.set(look, group);
      group.lines += `M${px(way.x1)} ${px(way.y1)}L${px(way.x2)} ${px(way.y2)}`;
      group.ends += drawEnd(way, leg);
    }
  }
  return [...groups].map(
    ([look, { ends, lines, lost }]) =>
      svg`<g class="message ${look}${more}"><path d=${lines} /><path class="${lost ? "cross" : "head"}" d=${ends} /></g>`,
  );
}

/** Requests have a full head, replies an open one, watch messages a diamond. */
const HEADS: Readonly<Record<Message["leg"], readonly (readonly [x: number, y: number])[]>> = {
  request: [
    [0, 0],
    [-8, -3.6],
    [-8, 3.6],
    [0, 0],
  ],
  reply: [
    [-7, -4],
    [0, 0],
    [-7, 4],
  ],
  watch: [
    [0, 0],
    [-5, -3.5],
    [-10, 0],
    [-5, 3.5],
    [0, 0],
  ],
};

function drawEnd({ end, x1, x2, y1, y2 }: Way, leg: Message["leg"]): string {
  switch (end) {
    case "cross":
      return `M${px(x2 - 5)} ${px(y2 - 5)}l10 10m0 -10l-10 10`;
    case "wall":
      return `M${px(x2 - 8)} ${px(y2)}h16`;
    case "open":
      return "";
    case "head": {
      const length = Math.hypot(x2 - x1, y2 - y1) || 1;
      const [cos, sin] = [(x2 - x1) / length, (y2 - y1) / length];
      const points = HEADS[leg].map(
        ([x, y]) => `${px(x2 + x * cos - y * sin)} ${px(y2 + x * sin + y * cos)}`,
      );
      return `M${points.join("L")}`;
    }
  }
}

/** Words beside the line; those that would stand on each other (up to `tip`) move down. */
export function drawLabel(
  canvas: Canvas,
  message: Message,
  tip: number,
  { leftwards = false, current = false } = {},
): { markup: Markup; tip: number } {
  const { arrivals, fate, leg, trouble, what } = message;
  const [way] = waysOf(canvas, message) as [Way];
  const befell = trouble ?? (fate === "arrived" ? "" : fate);
  const words = `${messageText(leg, what)}${befell === "" ? "" : ` ${befell}`}`;
  const short = arrivals.length === 0;
  // In the middle of what is in view of it.
  const seen = (Math.max(way.x1, 0) + Math.min(way.x2, canvas.width)) / 2;
  const wanted = short ? way.x1 + LOST_DRIFT + 10 : seen + (leftwards ? -9 : 7);
  // What is current is bolder.
  const length = words.length * CHARACTER_PX * (current ? 1.1 : 1);
  const inView = wanted < canvas.width ? Math.min(wanted, canvas.width - length) : wanted;
  const part = short || way.x2 <= way.x1 ? 0.5 : (seen - way.x1) / (way.x2 - way.x1);
  const middle = short ? way.y2 : way.y1 + (way.y2 - way.y1) * part;
  // Above a line that hardly falls, beside any other; never on a band.
  const flat = !short && Math.abs(way.y2 - way.y1) < (way.x2 - way.x1) / 4;
  const corridor = corridorOf(canvas, message);
  const within = (y: number): number => Math.min(corridor.to - 4, Math.max(corridor.from + 11, y));
  const taken = !leftwards && inView < tip;
  const below = middle + (flat ? -8 : 4) + (taken ? 13 : 0);
  const y = within(below);
  // Where there is no room below another, it goes behind it.
  const x = taken && y < below ? tip + 6 : inView;
  return {
    markup: svg`<text class="message-text halo${current ? " current" : ""}${short ? " lost" : ""}" x=${px(x)} y=${px(y)} text-anchor=${leftwards ? "end" : "start"}>${words}</text>`,
    tip: leftwards ? tip : x + length,
  };
}

/** Between the bands of sender and receiver. */
export function corridorOf({ row }: Canvas, { from, to }: Message): { from: number; to: number } {
  const [sender, receiver] = [row(from), row(to)];
  const ends = [dockOf(sender, receiver), dockOf(receiver, sender)];
  return { from: Math.min(...ends), to: Math.max(...ends) };
}
