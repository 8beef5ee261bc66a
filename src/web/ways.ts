/** The line that a message takes through the diagram, and which message is meant by a place near its line. */
import type { Message } from "../reading/message.ts";
import type { Canvas } from "./canvas.ts";
import { dockOf } from "./layout.ts";

/** From sender to receiver, in pixels of the view. */
export interface Way {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** `head`: it arrives. `cross`, `wall`: lost, or kept by a partition. `open`: still under way when the run ends. */
  readonly end: "head" | "cross" | "wall" | "open";
  /** Nobody takes it there. */
  readonly unheard: boolean;
}

/** How far a lost message comes. */
const LOST_PART = 0.55;
/** How far to the right it goes meanwhile, in pixels. */
export const LOST_DRIFT = 12;

/** One for each arrival; one also if it never arrives. */
export function waysOf(canvas: Canvas, message: Message): Way[] {
  const { arrivals, at: sent, fate, from, to } = message;
  const [sender, receiver] = [canvas.row(from), canvas.row(to)];
  const whole = { x1: canvas.x(sent), y1: dockOf(sender, receiver), y2: dockOf(receiver, sender) };
  if (arrivals.length === 0) {
    const lost = {
      ...whole,
      x2: whole.x1 + LOST_DRIFT,
      y2: whole.y1 + (whole.y2 - whole.y1) * LOST_PART,
      unheard: true,
    };
    return [{ ...lost, end: fate === "lost" ? "cross" : fate === "cut off" ? "wall" : "open" }];
  }
  return arrivals.map(({ at, delivery }, index): Way => {
    const before = arrivals[index - 1];
    // At a process that stands still it waits, and is taken later.
    const waited = before?.delivery === "held" && before.at < at;
    const start = waited ? { x1: canvas.x(before.at), y1: whole.y2 } : whole;
    const unheard = waited || delivery !== undefined || fate !== "arrived";
    return { ...whole, ...start, x2: canvas.x(at), end: "head", unheard };
  });
}

/** The message whose line comes nearest to a place in the view, if any comes as near as `reach`. */
export function messageAt(canvas: Canvas, x: number, y: number, reach: number): Message | undefined {
  let found: Message | undefined;
  let least = reach;
  for (const message of canvas.messages) {
    for (const way of waysOf(canvas, message)) {
      const off = distance(way, x, y);
      // Of lines that cross here, the one that was sent last lies on top.
      if (off > least) continue;
      least = off;
      found = message;
    }
  }
  return found;
}

function distance({ x1, x2, y1, y2 }: Way, x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
}
