/** Presses, drags and hovering over a drawing, as places in it; at most one move a frame. */
import type { Pace } from "./followers.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  /** By how much a finger or a mouse may miss what it means, in pixels. */
  readonly reach: number;
}

/** An element of either kind. */
type Pressed = GlobalEventHandlers & Element;

export interface PointerHooks {
  /** The place is chosen, by a click or a drag. */
  readonly move: (place: Place, pace: Pace) => void;
  /** Whether a click there means a thing by itself; its `pick` follows unless the pointer is dragged away. */
  readonly takes?: (place: Place) => boolean;
  readonly pick?: (place: Place) => void;
  /** What was taken at `from` is held at `to`, or let go there. Absent: dragged away from there, it is left, and the place moves. */
  readonly hold?: (from: Place, to: Place) => void;
  readonly letGo?: (from: Place, to: Place) => void;
  /** The mouse stands there without pressing; undefined: it left. */
  readonly hover?: (place: Place | undefined) => void;
  /** A finger drags too, instead of scrolling. */
  readonly fingers?: boolean;
}

const MOUSE_REACH_PX = 7;
const FINGER_REACH_PX = 18;
/** A hand is not quite still while it clicks. */
const STILL_PX = 4;

export function followPointer(on: Pressed, hooks: PointerHooks): void {
  const { fingers = false, hold, hover, letGo, move, pick, takes } = hooks;
  /** Where something was pressed that a click would pick. */
  let held: Place | undefined;
  /** It is dragged. */
  let dragged = false;
  let frame = 0;

  const placeOf = ({ clientX, clientY }: MouseEvent, touch = false): Place => {
    const { left, top } = on.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top, reach: touch ? FINGER_REACH_PX : MOUSE_REACH_PX };
  };
  const scrolls = ({ pointerType }: PointerEvent): boolean => pointerType === "touch" && !fingers;
  const onceAFrame = (act: () => void): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(act);
  };
  /** Whether the press was a finger's, of which only a tap counts. */
  let tapping = false;

  on.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    tapping = scrolls(event);
    const place = placeOf(event, event.pointerType === "touch");
    held = takes?.(place) === true ? place : undefined;
    dragged = false;
    if (tapping) return;
    on.setPointerCapture(event.pointerId);
    if (held === undefined) move(place, "now");
  });
  on.addEventListener("pointermove", (event) => {
    if (scrolls(event)) return;
    const place = placeOf(event);
    if (!on.hasPointerCapture(event.pointerId)) return onceAFrame(() => hover?.(place));
    if (held !== undefined && !dragged && Math.hypot(place.x - held.x, place.y - held.y) < STILL_PX) return;
    if (held !== undefined && hold !== undefined) {
      const from = held;
      dragged = true;
      return onceAFrame(() => hold(from, place));
    }
    held = undefined;
    onceAFrame(() => move(place, "soon"));
  });
  on.addEventListener("pointerup", (event) => {
    if (!on.hasPointerCapture(event.pointerId) || (held !== undefined && !dragged)) return;
    cancelAnimationFrame(frame);
    if (held !== undefined) return letGo?.(held, placeOf(event));
    move(placeOf(event), "now");
  });
  on.addEventListener("click", (event) => {
    if (held !== undefined && !dragged) pick?.(held);
    else if (tapping) move(placeOf(event), "now");
    held = undefined;
    dragged = false;
  });
  on.addEventListener("pointerleave", () => onceAFrame(() => hover?.(undefined)));
}
