/**
 * Where each state and each way of a statechart stands when it is drawn: nested boxes, in each its name and a line for every way that
 * leads on from it, and an arrow from each line to the state that it leads to. Widths are those of a face whose signs are all alike
 * wide. Plain data, in pixels from the top left corner.
 */
import type { ChartBox, ChartWay } from "./chart-boxes.ts";

export interface ChartPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedState extends ChartPlace {
  readonly key: string;
  readonly path: string;
  readonly leaf: boolean;
}

export interface PlacedWay {
  readonly way: ChartWay;
  /** The path of the state that it leads on from. */
  readonly from: string;
  /** Where its words begin, on the line on which they stand. */
  readonly x: number;
  readonly y: number;
  /** The arrow: from behind its words, by two points that bend it, to the state's edge. */
  readonly arrow: readonly [Point, Point, Point, Point];
}

export type Point = readonly [x: number, y: number];

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly ways: readonly PlacedWay[];
}

/** Of a sign, and of a line with its distance to the next. */
const SIGN = 6.7;
export const LINE = 16;
const PADDING = 8;
const GAP = 10;
/** Beside boxes between which arrows go. */
const GUTTER = 30;
/** States stand side by side up to this; of one that runs beside others, below each other unless there are many. */
const WIDEST = 980;
const WIDE = 590;
const MANY = 12;
/** What is so wide is entered from above or below. */
const ENTERED_FROM_ABOVE = 260;

/** What a way's line says, but for the state that it leads to. */
export function wayWords({ event, guard }: ChartWay): string {
  return `${event === "" ? "at once" : event}${guard === undefined ? "" : ` if ${guard}`}`;
}

export function chartLayout(root: ChartBox): ChartLayout {
  const states: PlacedState[] = [];
  const lines: Line[] = [];
  const { height, width } = place(root, WIDEST, { x: 0, y: 0, states, lines });
  const known = new Map(states.map((state) => [state.path, state]));
  const ways = lines.map(({ at, from, line, way }): PlacedWay => {
    const to = known.get(way.to) as PlacedState;
    return { way, from, x: at[0], y: at[1], arrow: arrowTo(to, [at[0] + line.length * SIGN + 3, at[1] - 4]) };
  });
  return { width: width + GUTTER, height, states, ways };
}

interface Line {
  readonly way: ChartWay;
  readonly from: string;
  readonly line: string;
  readonly at: Point;
}

interface Ground {
  readonly x: number;
  readonly y: number;
  readonly states: PlacedState[];
  readonly lines: Line[];
}

function sizeOf({ states }: ChartBox): number {
  return states.reduce((sum, state) => sum + sizeOf(state), 1);
}

function isLarge(box: ChartBox): boolean {
  return sizeOf(box) > MANY;
}

/** `widest`: how wide its states may stand side by side; 0: below each other. */
function place(box: ChartBox, widest: number, { lines, states, x, y }: Ground): ChartPlace {
  const isRoot = box.path === "";
  const inset = isRoot ? 0 : PADDING;
  let [bottom, right] = [y + (isRoot ? 0 : LINE + 4), x + inset + box.key.length * SIGN];
  // Its own place in the list is before those of the states in it, which are drawn over it.
  const at = states.length;
  for (const way of box.ways) {
    const line = wayWords(way);
    lines.push({ way, from: box.path, line, at: [x + inset, bottom + LINE - 5] });
    bottom += LINE;
    right = Math.max(right, x + inset + line.length * SIGN);
  }
  let [left, top, low] = [x + inset, bottom + (box.states.length > 0 ? 4 : 0), bottom];
  const columned = box.parallel && box.states.some(isLarge);
  for (const [index, state] of box.states.entries()) {
    const own = widthFor(box, state, widest);
    const before = box.states[index - 1];
    // Small ones beside a large one make a column.
    if (columned && before !== undefined && !isLarge(before) && !isLarge(state))
      [left, top] = [x + inset, low + GAP];
    else if (columned) [left, top] = [Math.max(left, index === 0 ? left : right + GUTTER), bottom + 4];
    const mark = [states.length, lines.length] as const;
    let placed = place(state, own, { x: left, y: top, states, lines });
    const isFirst = left === x + inset;
    if (!isFirst && !box.parallel && placed.x + placed.width > x + inset + widest) {
      states.length = mark[0];
      lines.length = mark[1];
      [left, top] = [x + inset, low + GAP];
      placed = place(state, own, { x: left, y: top, states, lines });
    }
    left = placed.x + placed.width + GUTTER;
    low = Math.max(low, placed.y + placed.height);
    right = Math.max(right, placed.x + placed.width);
  }
  if (box.states.length > 0) bottom = low;
  const room = box.states.length > 1 ? GUTTER : 0;
  const placed = { x, y, width: right + room + inset - x, height: bottom + (isRoot ? 0 : 7) - y };
  if (!isRoot)
    states.splice(at, 0, { ...placed, key: box.key, path: box.path, leaf: box.states.length === 0 });
  return placed;
}

function widthFor(box: ChartBox, state: ChartBox, widest: number): number {
  if (state.parallel) return Number.POSITIVE_INFINITY;
  if (box.parallel) return isLarge(state) ? WIDE : 0;
  return box.path === "" ? WIDEST : widest === 0 ? 0 : Math.max(0, widest - 2 * PADDING);
}

/** From behind a line to the nearest edge of a state. */
function arrowTo(to: ChartPlace, [x, y]: Point): PlacedWay["arrow"] {
  const bottom = to.y + to.height;
  const isAbove = bottom < y;
  if (to.width > ENTERED_FROM_ABOVE && (isAbove || to.y > y)) {
    const enters = Math.min(Math.max(x + 24, to.x + 12), to.x + to.width - 12);
    const edge = isAbove ? bottom : to.y;
    const bend = Math.max(24, Math.abs(edge - y) / 2) * (isAbove ? -1 : 1);
    return [
      [x, y],
      [x + 30, y],
      [enters, edge - bend],
      [enters, edge],
    ];
  }
  const middle = to.y + LINE / 2 + 2;
  if (to.x > x + 8)
    return [
      [x, y],
      [x + 26, y],
      [to.x - 26, middle],
      [to.x, middle],
    ];
  const edge = to.x + to.width;
  const out = Math.max(x, edge) + 12 + Math.min(22, Math.abs(middle - y) / 8);
  return [
    [x, y],
    [out, y],
    [out, middle],
    [edge, middle],
  ];
}
