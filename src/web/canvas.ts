/** What every part of the diagram draws on: the picture, the part of it in view, and where an instant stands there. */
import type { Message } from "../reading/message.ts";
import { countWhile } from "../reading/sorted.ts";
import { lastEventAt } from "../reading/turns.ts";
import type { Layout, Row } from "./layout.ts";
import type { Picture } from "./picture.ts";
import type { Scale } from "./scale.ts";

/** Another run, drawn pale beside the one that is shown. */
export interface Ghost {
  readonly picture: Picture;
  /** `run 1`. */
  readonly name: string;
  /** From this instant on the two differ, true ms. */
  readonly partsAt: number;
}

export interface View {
  readonly picture: Picture;
  readonly layout: Layout;
  readonly scale: Scale;
  /** What is in view, in pixels of the whole diagram. */
  readonly left: number;
  readonly width: number;
  /** Drawn beside it. */
  readonly ghost?: Ghost;
}

/** A view with what follows from it for every part. */
export interface Canvas extends View {
  /** The instants at the view's edges. */
  readonly from: number;
  readonly to: number;
  /** Between them, all instants at which something happens. */
  readonly instants: readonly number[];
  /** On their way between them, in order of sending. */
  readonly messages: readonly Message[];
  /** Where an instant stands in the view. */
  readonly x: (at: number) => number;
  readonly row: (name: string) => Row;
}

/** Words may begin left of the view and reach into it. */
const BESIDE_PX = 160;

export function canvasOf(view: View): Canvas {
  const { layout, left, picture, scale, width } = view;
  const rows = new Map(layout.rows.map((row) => [row.name, row]));
  const from = scale.instantAt(left - BESIDE_PX);
  const to = scale.instantAt(left + width + BESIDE_PX);
  const near = picture.finder.flyingNear(lastEventAt(picture.run, from), lastEventAt(picture.run, to));
  return {
    ...view,
    from,
    to,
    instants: instantsBetween(picture.instants, from, to),
    messages: near.filter(({ arrivals, at }) => (arrivals.at(-1)?.at ?? at) >= from),
    x: (at) => scale.xOf(at) - left,
    row: (name) => rows.get(name) ?? (layout.rows[0] as Row),
  };
}

/** Both ends included. */
export function instantsBetween(instants: readonly number[], from: number, to: number): number[] {
  const first = countWhile(instants, (at) => at < from);
  return instants.slice(
    first,
    countWhile(instants, (at) => at <= to),
  );
}
