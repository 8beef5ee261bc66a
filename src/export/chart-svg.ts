/** A statechart as a drawing with all its arrows: text, to be put into a page while that is built. */
import { escape } from "../words/escape.ts";
import type { ChartBox } from "./chart-boxes.ts";
import { chartLayout, LINE, type PlacedState, type PlacedWay, type Point } from "./chart-layout.ts";

/** States first, then ways: each is an element that says what it is of, so that a page can light it up. */
export function drawChart(chart: ChartBox): string {
  const { height, states, ways, width } = chartLayout(chart);
  const size = `${Math.ceil(width)} ${Math.ceil(height) + 2}`;
  const [wide, high] = size.split(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" class="statechart" viewBox="-1 -1 ${size}" width="${wide}" height="${high}">${states.map(drawState).join("")}${ways.map(drawWay).join("")}</svg>`;
}

function drawState({ height, key, leaf, path, width, x, y }: PlacedState): string {
  return `<g class="state${leaf ? " leaf" : ""}" data-path="${path}"><rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="6"/><text x="${px(x + 8)}" y="${px(y + LINE - 2)}">${escape(key)}</text></g>`;
}

function drawWay({ arrow, from, way, x, y }: PlacedWay): string {
  const guard = way.guard === undefined ? "" : ` <tspan>if ${escape(way.guard)}</tspan>`;
  return `<g class="way" data-event="${escape(way.event)}" data-from="${from}" data-to="${way.to}"><path d="${arrowPath(arrow)}"/><text x="${px(x)}" y="${px(y)}">${way.event === "" ? "at once" : escape(way.event)}${guard}</text></g>`;
}

/** A curve, and its head, which points as the curve ends. */
function arrowPath([start, out, back, tip]: PlacedWay["arrow"]): string {
  const along = Math.hypot(tip[0] - back[0], tip[1] - back[1]) || 1;
  const [dx, dy] = [(6 * (tip[0] - back[0])) / along, (6 * (tip[1] - back[1])) / along];
  const left: Point = [tip[0] - dx - dy * 0.6, tip[1] - dy + dx * 0.6];
  const right: Point = [tip[0] - dx + dy * 0.6, tip[1] - dy - dx * 0.6];
  return `M${at(left)}L${at(tip)}L${at(right)}M${at(start)}C${at(out)} ${at(back)} ${at(tip)}`;
}

function at([x, y]: Point): string {
  return `${px(x)} ${px(y)}`;
}

function px(value: number): string {
  return String(Math.round(value));
}
