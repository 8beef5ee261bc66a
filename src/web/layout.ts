/** Where rows stand in the diagram. Plain numbers, in pixels. */
import { ETCD } from "../simulation/names.ts";
import type { Picture } from "./picture.ts";

export const AXIS_HEIGHT = 30;
const COORDINATOR_HEIGHT = 96;
/** Of more than a few coordinators each has less room between it and the next, so that all of them fit a screen. */
const FEW = 3;
const CLOSER = 18;
const ETCD_HEIGHT = 62;
export const STRIP_HEIGHT = 30;
export const BAND_HEIGHT = 24;
export const LEASE_HEIGHT = 22;
export const GHOST_HEIGHT = 7;
/** How much higher a lane is with a ghost in it. */
const GHOST_ROOM = 12;

export interface Row {
  readonly name: string;
  readonly y: number;
  readonly height: number;
  /** Upper edge of the band. */
  readonly band: number;
  /** Upper edge of the lease's bar, and the line for words; etcd has neither. */
  readonly lease: number;
  readonly words: number;
  /** Upper edge of the ghost's band, where one is drawn. */
  readonly ghost: number;
}

export interface Layout {
  readonly rows: readonly Row[];
  /** One row for each role: how many serve it. */
  readonly strips: readonly { readonly y: number; readonly role: string }[];
  /** The same of the ghost, each below its own. */
  readonly ghostStrips: readonly { readonly y: number; readonly role: string }[];
  /** One row for each promise that broke. */
  readonly verdicts: readonly { readonly y: number; readonly property: string }[];
  readonly height: number;
}

export function layoutOf({ breaches, counts, rows }: Picture, haunted = false): Layout {
  const middle = rows.indexOf(ETCD);
  const room = haunted ? GHOST_ROOM : 0;
  const closer = rows.length - (middle < 0 ? 0 : 1) > FEW ? CLOSER : 0;
  let y = AXIS_HEIGHT;
  const placed = rows.map((name, at): Row => {
    const height = name === ETCD ? ETCD_HEIGHT : COORDINATOR_HEIGHT - closer + room;
    const row = { name, y, height, ...inside(name, at < middle ? y : y - closer, at < middle, room) };
    y += height;
    return row;
  });
  const below = (index: number): number => y + index * STRIP_HEIGHT;
  const each = haunted ? 2 : 1;
  const roles = [...new Set(counts.map(({ role }) => role))];
  const strips = roles.map((role, at) => ({ y: below(at * each), role }));
  const ghostStrips = haunted ? roles.map((role, at) => ({ y: below(at * each + 1), role })) : [];
  const first = roles.length * each;
  const verdicts = breaches.map(({ property }, at) => ({ y: below(first + at), property }));
  return { rows: placed, strips, ghostStrips, verdicts, height: below(first + verdicts.length) + 6 };
}

/** The band faces etcd, so that messages cross nothing of their own lane. */
function inside(
  name: string,
  y: number,
  above: boolean,
  room: number,
): Pick<Row, "band" | "lease" | "words" | "ghost"> {
  if (name === ETCD) return { band: y + 19, lease: 0, words: 0, ghost: 0 };
  return above
    ? { words: y + 15, lease: y + 22, ghost: y + 47, band: y + 48 + room }
    : { band: y + 22, ghost: y + 50, lease: y + 50 + room, words: y + 88 + room };
}

export function rowAt({ rows }: Layout, y: number): Row | undefined {
  return rows.find((row) => y >= row.y && y < row.y + row.height);
}

/** Where a message leaves `from` or reaches it, on its way from or to `other`. */
export function dockOf(from: Row, other: Row): number {
  return other.y > from.y ? from.band + BAND_HEIGHT : from.band;
}
