/** How many pairs of a state of the chart and an event so many schedules have met, as a drawing: in a terminal and as SVG. Pure. */
import { grouped } from "../../../words/count.ts";

export interface CoveragePoint {
  readonly schedules: number;
  readonly pairs: number;
}

const ROWS = 10;

/** Schedules run to the right by powers of ten, for what is new gets ever rarer. */
interface Axes {
  readonly points: readonly CoveragePoint[];
  readonly leastLog: number;
  readonly mostLog: number;
  readonly leastPairs: number;
  readonly mostPairs: number;
}

function axesOf(points: readonly CoveragePoint[]): Axes {
  const logs = points.map(({ schedules }) => Math.log10(schedules));
  const pairs = points.map((one) => one.pairs);
  return {
    points,
    leastLog: Math.floor(Math.min(...logs)),
    mostLog: Math.max(Math.floor(Math.min(...logs)) + 1, Math.ceil(Math.max(...logs))),
    leastPairs: 0,
    mostPairs: Math.ceil((Math.max(...pairs) + 1) / 100) * 100,
  };
}

/** From 0 to 1, to the right and upwards. */
function placed(
  { leastLog, leastPairs, mostLog, mostPairs }: Axes,
  { pairs, schedules }: CoveragePoint,
): readonly [number, number] {
  return [
    (Math.log10(schedules) - leastLog) / (mostLog - leastLog),
    (pairs - leastPairs) / (mostPairs - leastPairs),
  ];
}

function decadesOf({ leastLog, mostLog }: Axes): number[] {
  return Array.from({ length: mostLog - leastLog + 1 }, (_, at) => leastLog + at);
}

/** Lines of at most `width` cells; none without points. */
export function plotText(points: readonly CoveragePoint[], width: number): string {
  if (points.length === 0) return "";
  const axes = axesOf(points);
  const margin = grouped(axes.mostPairs).length + 2;
  const columns = Math.min(72, width - margin - 1);
  const cells = Array.from({ length: ROWS }, () => Array.from({ length: columns }, () => " "));
  for (const point of points) {
    const [right, up] = placed(axes, point);
    const row = cells[ROWS - 1 - Math.min(ROWS - 1, Math.floor(up * ROWS))] as string[];
    row[Math.min(columns - 1, Math.floor(right * columns))] = "•";
  }
  const labelOf = (row: number) =>
    row === 0 ? grouped(axes.mostPairs) : row === ROWS - 1 ? grouped(axes.leastPairs) : "";
  const lines = cells.map((row, at) => `${labelOf(at).padStart(margin - 2)} │${row.join("")}`.trimEnd());
  const ticks = Array.from({ length: columns + margin + 8 }, () => " ");
  for (const decade of decadesOf(axes)) {
    const label = grouped(10 ** decade);
    const at =
      margin + Math.round(((decade - axes.leastLog) / (axes.mostLog - axes.leastLog)) * (columns - 1));
    const from = Math.max(0, Math.min(at - Math.floor(label.length / 2), columns + margin - label.length));
    for (let index = 0; index < label.length; index++) ticks[from + index] = label.charAt(index);
  }
  return [
    "pairs of a state of the chart and an event, by schedules",
    ...lines,
    `${" ".repeat(margin - 1)}└${"─".repeat(columns)}`,
    ticks.join("").trimEnd(),
    "",
  ].join("\n");
}

const BOX = { width: 720, height: 360, left: 70, right: 30, top: 40, bottom: 50 } as const;

/** A document of its own; light and dark by what the reader prefers. */
export function plotSvg(points: readonly CoveragePoint[]): string {
  if (points.length === 0) throw new RangeError("there is nothing to draw");
  const axes = axesOf(points);
  const { bottom, height, left, right, top, width } = BOX;
  const x = (share: number) => (left + share * (width - left - right)).toFixed(1);
  const y = (share: number) => (height - bottom - share * (height - top - bottom)).toFixed(1);
  const line = points.map((point) => placed(axes, point)).map(([across, up]) => `${x(across)},${y(up)}`);
  const decades = decadesOf(axes).map((decade) => {
    const at = x((decade - axes.leastLog) / (axes.mostLog - axes.leastLog));
    return (
      `  <line class="grid" x1="${at}" y1="${y(0)}" x2="${at}" y2="${y(1)}"/>\n` +
      `  <text x="${at}" y="${height - bottom + 20}" text-anchor="middle">${grouped(10 ** decade)}</text>\n`
    );
  });
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const pairs = Math.round(axes.leastPairs + share * (axes.mostPairs - axes.leastPairs));
    return (
      `  <line class="grid" x1="${x(0)}" y1="${y(share)}" x2="${x(1)}" y2="${y(share)}"/>\n` +
      `  <text x="${left - 8}" y="${y(share)}" dy="4" text-anchor="end">${grouped(pairs)}</text>\n`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="coverage by schedules">\n`,
    "  <style>\n",
    "    svg { background: #fff; color: #1c2733; font: 13px sans-serif }\n",
    "    @media (prefers-color-scheme: dark) { svg { background: #14191f; color: #dde5ee } }\n",
    "    text { fill: currentColor } .grid { stroke: currentColor; opacity: 0.15 }\n",
    "    polyline { fill: none; stroke: #2f7ed8; stroke-width: 2; stroke-linejoin: round }\n",
    "  </style>\n",
    `  <text x="${left}" y="22">pairs of a state of the chart and an event, by schedules</text>\n`,
    ...decades,
    ...levels,
    `  <polyline points="${line.join(" ")}"/>\n`,
    "</svg>\n",
  ].join("");
}
