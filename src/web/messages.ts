/** Messages of the diagram: lines from sender to receiver, their fate at the end, and a dot for those on their way now. */
import { messageName } from "../export/fault-words.ts";
import type { Message } from "../export/message.ts";
import type { Canvas } from "./canvas.ts";
import { dockOf } from "./layout.ts";
import { escape, px } from "./markup.ts";
import { partOfWay, underWayAt } from "./moment.ts";

/** How far a lost message comes. */
const LOST_PART = 0.55;
/** How far to the right it goes meanwhile, in pixels. */
const LOST_DRIFT = 12;

export function drawMessages(canvas: Canvas): string {
  const { cursor, from, picture, to } = canvas;
  const under = new Set(underWayAt(picture, cursor));
  const parts: string[] = [];
  const labels: string[] = [];
  let tip = Number.NEGATIVE_INFINITY;
  for (const message of picture.messages) {
    const last = message.arrivals.at(-1)?.at ?? message.at;
    if (message.at > to) break;
    if (last < from) continue;
    const current = message.n === cursor.n || message.arrivals.some(({ n }) => n === cursor.n);
    parts.push(drawMessage(canvas, message, current));
    if (under.has(message)) parts.push(drawDot(canvas, message));
    const troubled = message.trouble !== undefined || message.arrivals.length === 0;
    if (!current && !(troubled && message.fate !== "unseen")) continue;
    const label = drawLabel(canvas, message, current, tip);
    tip = label.tip;
    labels.push(label.markup);
  }
  return parts.join("") + labels.join("");
}

interface Way {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** From sender to receiver; `at` is when it arrives there. */
function wayOf({ row, x }: Canvas, { at: sent, from, to }: Message, at: number): Way {
  const sender = row(from);
  const receiver = row(to);
  return { x1: x(sent), y1: dockOf(sender, receiver), x2: x(at), y2: dockOf(receiver, sender) };
}

function drawMessage(canvas: Canvas, message: Message, current: boolean): string {
  const { arrivals, fate, leg, trouble } = message;
  const classes = `message ${leg}${current ? " current" : ""}${trouble === "late" ? " late" : ""}`;
  if (arrivals.length === 0) return drawUnarrived(canvas, message, classes);
  return arrivals
    .map((arrival, index): string => {
      const whole = wayOf(canvas, message, arrival.at);
      const before = arrivals[index - 1];
      // At a process that stands still it waits, and is taken later.
      const waited = before?.came === "held" && before.at < arrival.at;
      const way = waited ? { ...whole, x1: canvas.x(before.at), y1: whole.y2 } : whole;
      const unheard = waited || arrival.came !== undefined || fate !== "arrived" ? " unheard" : "";
      return `<g class="${classes}${unheard}">${line(way)}${head(way, leg)}</g>`;
    })
    .join("");
}

/** Lost ones end in a cross, those that a partition kept at a wall, those still under way in nothing. */
function drawUnarrived(canvas: Canvas, message: Message, classes: string): string {
  const full = wayOf(canvas, message, message.at);
  const way: Way = { ...full, x2: full.x1 + LOST_DRIFT, y2: full.y1 + (full.y2 - full.y1) * LOST_PART };
  const [x, y] = [way.x2, way.y2];
  switch (message.fate) {
    case "lost":
      return `<g class="${classes} lost">${line(way)}<path class="cross" d="M${px(x - 5)} ${px(y - 5)}l10 10m0 -10l-10 10"/></g>`;
    case "cut off":
      return `<g class="${classes} lost">${line(way)}<path class="cross" d="M${px(x - 8)} ${px(y)}h16"/></g>`;
    default:
      return `<g class="${classes} unheard">${line(way)}</g>`;
  }
}

function line({ x1, x2, y1, y2 }: Way): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

/** Requests have a full head, replies an open one, watch messages a diamond. */
function head({ x1, x2, y1, y2 }: Way, leg: Message["leg"]): string {
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const shape =
    leg === "request"
      ? "M0 0l-8 -3.6v7.2z"
      : leg === "reply"
        ? "M-7 -4L0 0l-7 4"
        : "M0 0l-5 -3.5l-5 3.5l5 3.5z";
  return `<path class="head" transform="translate(${px(x2)} ${px(y2)}) rotate(${px(turn)})" d="${shape}"/>`;
}

function drawDot(canvas: Canvas, message: Message): string {
  const { at } = canvas.cursor;
  const arrival = message.arrivals.find((one) => one.at >= at) ?? message.arrivals.at(-1);
  const way = wayOf(canvas, message, arrival?.at ?? message.at);
  const part = partOfWay(message, at);
  return `<circle class="flying" cx="${px(canvas.x(Math.max(at, message.at)))}" cy="${px(way.y1 + (way.y2 - way.y1) * part)}" r="4.5"/>`;
}

/** Words beside the line; those that would stand on each other move down. */
function drawLabel(
  canvas: Canvas,
  message: Message,
  current: boolean,
  tip: number,
): { markup: string; tip: number } {
  const { arrivals, fate, leg, trouble, what } = message;
  const way = wayOf(canvas, message, arrivals[0]?.at ?? message.at);
  const befell = trouble ?? (fate === "arrived" ? "" : fate);
  const words = `${messageName(leg, what)}${befell === "" ? "" : ` ${befell}`}`;
  const short = arrivals.length === 0;
  // In the middle of what is in view of it.
  const seen = (Math.max(way.x1, 0) + Math.min(way.x2, canvas.width)) / 2;
  // What came to the cursor stands left of its line, what leaves it right.
  const leftwards = current && message.n !== canvas.cursor.n;
  const x = short ? way.x1 + LOST_DRIFT + 10 : seen + (leftwards ? -9 : 7);
  const part = short ? LOST_PART : way.x2 > way.x1 ? (seen - way.x1) / (way.x2 - way.x1) : 0.5;
  const middle = way.y1 + (way.y2 - way.y1) * part;
  const y = middle + (!leftwards && x < tip ? 13 : 0) + 4;
  return {
    markup: `<text class="message-text halo${current ? " current" : ""}${short ? " lost" : ""}" x="${px(x)}" y="${px(y)}"${leftwards ? ' text-anchor="end"' : ""}>${escape(words)}</text>`,
    tip: leftwards ? tip : x + words.length * 6.1,
  };
}
