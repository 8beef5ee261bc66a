/** Which instant and which event a place in the drawing means. */
import { within } from "../reading/sorted.ts";
import { rowAt, type Layout } from "./layout.ts";
import type { Picture } from "./picture.ts";
import { atEvent, atInstant, type PlayerCursor } from "./player.ts";
import type { Scale } from "./scale.ts";

/** A click so near an event means the event. */
const NEAR_PX = 9;

/** `x`, `y`: in pixels of the whole drawing, however far it is scrolled. */
export function cursorAt(picture: Picture, scale: Scale, layout: Layout, x: number, y: number): PlayerCursor {
  // Between events to the millisecond: nobody means a fraction of one.
  const before = atInstant(picture, Math.round(scale.instantAt(x)));
  const near = [atEvent(picture, before.n), atEvent(picture, before.n + 1)]
    .map((cursor) => ({ cursor, off: Math.abs(scale.xOf(cursor.at) - x) }))
    .filter(({ off }) => off <= NEAR_PX)
    .sort((left, right) => left.off - right.off)[0]?.cursor;
  if (near === undefined) return before;
  // Of several events at one instant, the last one in the lane that was hit.
  const name = rowAt(layout, y)?.name;
  const own = within(picture.run.events, near.at, near.at).findLast(({ node }) => node === name);
  return own === undefined ? atInstant(picture, near.at) : atEvent(picture, own.n);
}
