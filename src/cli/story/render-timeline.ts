/**
 * Draws a run: time runs downward, each coordinator and etcd has a lane. A lane's bar says how it stands, so that nothing
 * rests on colour; where lanes would be too narrow for words, the bars stand together and the words beside them.
 */
import type { ChalkInstance } from "chalk";
import { rowsOf, type Cell, type TimelineRow } from "./render-rows.ts";
import { ETCD_LANE, type Entry, type EntryTone, type LaneState } from "../../reading/entry.ts";
import type { Reading } from "../../reading/reading.ts";
import { partiesOf } from "../../reading/run.ts";
import { ETCD } from "../../simulation/names.ts";
import { seconds } from "../../words/seconds.ts";
import { told } from "../../words/told.ts";
import { BARS } from "../../trace/standing.ts";
import { cellsOf, cut, pad, wrap } from "../../words/cells.ts";
import { tellStory } from "../../reading/tell-story.ts";

export interface DrawOptions {
  readonly width: number;
  readonly paint: ChalkInstance;
  /** Nothing that was over before this instant is drawn. */
  readonly fromMs?: number;
  /** What begins later is counted, not drawn. */
  readonly untilMs?: number;
  /** The instant that matters: where the drawing is cut, its row stays, among the last. */
  readonly aroundMs?: number;
  /** Longer drawings are cut off after so many rows, and say so. */
  readonly mostRows?: number;
}

const LEGEND: readonly (readonly [LaneState, string])[] = [
  ["joining", "joins"],
  ["standby", "standby"],
  ["running", "runs"],
  ["activating", "won, loads metadata"],
  ["active", "ACTIVE"],
  ["paused", "stands still, answers nobody"],
  ["leaving", "leaves"],
];
/** What came right after the instant that matters is drawn, too. */
const ROWS_AFTER = 2;
/** Lanes narrower than this hold no words. */
const NARROWEST_LANE = 22;
const WIDEST_LANE = 48;
const LEASE_BAR = 10;

/** The timeline, with its head and legend; each line ends with a line break. */
export function renderTimeline(observed: Reading, options: DrawOptions): string {
  const story = withTakeovers(observed, tellStory(observed));
  const { aroundMs = 0, fromMs = 0, mostRows = Number.POSITIVE_INFINITY } = options;
  const { untilMs = Number.POSITIVE_INFINITY } = options;
  const all = rowsOf(observed, story).filter(({ at, lastsMs }) => at + lastsMs >= fromMs);
  const near = all.filter(({ at }) => at <= untilMs);
  const before = Math.max(0, near.filter(({ at }) => at <= aroundMs).length + ROWS_AFTER - mostRows);
  const rows = near.slice(before, before + mostRows);
  const lanes = partiesOf(observed.run);
  const timeWidth = Math.max(10, seconds(observed.scenario.horizonMs).length);
  const laneWidth = Math.min(WIDEST_LANE, Math.floor((options.width - timeWidth - 1) / lanes.length));
  const canvas: Canvas = { ...options, lanes, timeWidth, laneWidth };
  const body = laneWidth >= NARROWEST_LANE ? drawLanes(canvas, rows) : drawNarrow(canvas, rows);
  const more = all.length - rows.length - before;
  const earlier = `${" ".repeat(timeWidth + 1)}${before} rows before are left out`;
  const rest = `${" ".repeat(timeWidth + 1)}and so on, ${more} rows more, to ${seconds(observed.scenario.horizonMs)}`;
  return [
    ...(before > 0 ? [options.paint.dim(earlier)] : []),
    ...body,
    ...(more > 0 ? [options.paint.dim(rest)] : []),
    "",
    legend(canvas, rows),
    "",
  ].join("\n");
}

interface Canvas extends DrawOptions {
  readonly lanes: readonly string[];
  readonly timeWidth: number;
  readonly laneWidth: number;
}

/** The moment of a takeover says what it cost. */
function withTakeovers(observed: Reading, story: readonly Entry[]): Entry[] {
  // Of a run told by logs, who else may have served meanwhile is not known.
  const changes = observed.byLogs ? [] : observed.takeovers;
  return story.flatMap((entry): Entry[] => {
    const found = changes.find(({ after }) => after.node === entry.lane && after.from === entry.at);
    if (found === undefined || entry.state !== "active") return [entry];
    const gap =
      found.tookMs < 0
        ? "another still believes that it serves"
        : `nobody served for ${seconds(found.tookMs)}`;
    return [entry, { at: entry.at, lane: entry.lane, text: told(gap), tone: "plain" }];
  });
}

function drawLanes(canvas: Canvas, rows: readonly TimelineRow[]): string[] {
  const { laneWidth, lanes, paint, timeWidth } = canvas;
  const head = `${"time".padStart(timeWidth)} ${lanes.map((name) => pad(cut(name, laneWidth - 1), laneWidth)).join("")}`;
  const lines = [paint.bold(head.trimEnd()), paint.dim("─".repeat(timeWidth + 1 + lanes.length * laneWidth))];
  for (const row of rows) {
    const texts = row.cells.map((cell) => cellLines(cell, row, laneWidth - 3));
    const height = Math.max(1, ...texts.map(({ length }) => length));
    for (let index = 0; index < height; index++) {
      const time = (index === 0 ? timeText(row) : "").padStart(timeWidth);
      const parts = row.cells.map((cell, lane) => {
        const { text, tone } = texts[lane]?.[index] ?? { text: "", tone: "plain" as const };
        return `${bar(canvas, cell)} ${toned(canvas, text, tone)}${" ".repeat(laneWidth - 2 - cellsOf(text))}`;
      });
      lines.push(`${row.type === "event" ? time : paint.dim(time)} ${parts.join("")}`.trimEnd());
    }
  }
  return lines;
}

/** Bars side by side, then words with the name of whom they are about. */
function drawNarrow(canvas: Canvas, rows: readonly TimelineRow[]): string[] {
  const { lanes, paint, timeWidth, width } = canvas;
  const own = lanes.filter((name) => name !== ETCD);
  const numbered = own.map((name, at) => `${at + 1} ${name}`);
  const bars = (row: TimelineRow) =>
    row.cells
      .filter(({ lane }) => lane !== ETCD_LANE)
      .map((cell) => bar(canvas, cell))
      .join("  ");
  const lead = timeWidth + 1 + own.length * 3;
  const head = `${"time".padStart(timeWidth)} ${own.map((_, at) => String(at + 1).padEnd(3)).join("")}`;
  const lines = [
    ...numbered.map((name) => paint.bold(name)),
    "",
    paint.bold(head.trimEnd()),
    paint.dim("─".repeat(width)),
  ];
  for (const row of rows) {
    const told = row.cells.flatMap((cell) =>
      cellLines(cell, row, Math.max(20, width - lead - cellsOf(lanes.at(cell.lane) ?? "") - 2), true).map(
        ({ text, tone }, index) => {
          const name = cell.lane === ETCD_LANE ? "etcd" : (lanes[cell.lane] ?? "");
          return (index === 0 ? `${name}: ` : " ".repeat(cellsOf(name) + 2)) + toned(canvas, text, tone);
        },
      ),
    );
    (told.length === 0 ? [""] : told).forEach((text, index) => {
      const time = (index === 0 ? timeText(row) : "").padStart(timeWidth);
      lines.push(`${row.type === "event" ? time : paint.dim(time)} ${bars(row)}  ${text}`.trimEnd());
    });
  }
  return lines;
}

interface CellLine {
  readonly text: string;
  readonly tone: EntryTone;
}

function cellLines(
  { entries, lease, routine }: Cell,
  row: TimelineRow,
  width: number,
  terse = false,
): CellLine[] {
  const lines = entries.flatMap(({ text, tone }) =>
    wrap(text, width).map((part): CellLine => ({ text: part, tone })),
  );
  if (lease !== undefined && row.type === "tick") {
    const left = ` ${Math.ceil(lease.leftMs / 1000)} s`;
    const length = Math.max(1, Math.min(LEASE_BAR, width - left.length - "lease ".length));
    const full = Math.round(lease.part * length);
    lines.push({
      text: cut(`lease ${"━".repeat(full)}${"╌".repeat(length - full)}${left}`, width),
      tone: "quiet",
    });
  }
  const counts = [...routine].map(([what, times]) => `${times} ${what}${times === 1 ? "" : "s"}`);
  if (counts.length > 0 && !(terse && row.type === "tick")) {
    lines.push(...wrap(counts.join(", "), width).map((text): CellLine => ({ text, tone: "quiet" })));
  }
  return lines;
}

function timeText({ at, lastsMs, type }: TimelineRow): string {
  if (type === "quiet") return `⋮ ${Math.round(lastsMs / 1000)} s`;
  return type === "tick" ? `${at / 1000} s` : seconds(at);
}

function bar({ paint }: Canvas, { ghost, state }: Cell): string {
  if (ghost) return paint.dim(BARS.ghost);
  const drawn = BARS[state];
  if (drawn === " ") return drawn;
  if (state === "active") return paint.green(drawn);
  return state === "paused"
    ? paint.magenta(drawn)
    : state === "activating"
      ? paint.yellow(drawn)
      : paint.dim(drawn);
}

function toned({ paint }: Canvas, text: string, tone: EntryTone): string {
  switch (tone) {
    case "plain":
      return text;
    case "good":
      return paint.green.bold(text);
    case "bad":
      return paint.red(text);
    case "quiet":
      return paint.dim(text);
  }
}

function legend({ paint, timeWidth, width }: Canvas, rows: readonly TimelineRow[]): string {
  const seen = new Set(rows.flatMap(({ cells }) => cells.map(({ state }) => state)));
  const ghosts = rows.some(({ cells }) => cells.some(({ ghost }) => ghost));
  const words = LEGEND.filter(([state]) => seen.has(state)).map(([state, word]) => `${BARS[state]} ${word}`);
  const all = [...words, ...(ghosts ? [`${BARS.ghost} dead, its lease still alive`] : []), "⋮ quiet"];
  const margin = " ".repeat(timeWidth + 1);
  const lines: string[] = [];
  for (const item of all) {
    const last = lines.at(-1);
    if (last !== undefined && cellsOf(last) + cellsOf(item) + 3 <= width)
      lines[lines.length - 1] = `${last}   ${item}`;
    else lines.push(margin + item);
  }
  return lines.map((line) => paint.dim(line)).join("\n");
}
