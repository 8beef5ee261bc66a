/**
 * The events around the cursor, one a line: time runs down, each coordinator and etcd has a lane. A lane's shape says how
 * it stands after the event, an arrow shows a message that arrives, and the words say the rest.
 */
import { nodeNamed } from "../simulation/names.ts";
import { processesOf } from "../simulation/scenario.ts";
import type { SimulationSetup } from "../simulation/setup.ts";
import type { TraceEvent } from "../trace/format.ts";
import { BARS } from "../trace/standing.ts";
import { isTrouble, type EventWords } from "../trace/words.ts";
import { seconds } from "../words/seconds.ts";
import type { History, HistoryMoment } from "../run/history.ts";
import { passes, type Cursor, type Filter } from "./moves.ts";
import { label } from "./view-coordinators.ts";
import { serves, shapeOf } from "./standing.ts";
import { causeWords } from "./view-story.ts";
import { fit, span, type Line, type Span, type Tone } from "./spans.ts";
import { cut, padStart } from "../words/cells.ts";

const TIME = 11;

export interface LanesView {
  readonly history: History;
  readonly cursor: Cursor;
  readonly filter: Filter;
  readonly selected: number;
  readonly width: number;
  readonly height: number;
}

interface Canvas extends LanesView {
  /** Cells from one lane to the next. */
  readonly spacing: number;
  readonly lanes: number;
}

export function laneLines(view: LanesView): Line[] {
  const lanes = processesOf(view.history.header.scenario).length + 1;
  const spacing = Math.max(2, Math.min(8, Math.floor((view.width * 0.25) / lanes)));
  const canvas: Canvas = { ...view, lanes, spacing };
  const rows = rowsAround(canvas, view.height - 1);
  let time = "";
  return [
    headLine(canvas),
    ...rows.map((row) => {
      const told = seconds(row.at);
      const line = rowLine(canvas, row, told === time ? "" : told);
      time = told;
      return line;
    }),
  ];
}

/** An event, or the instant itself when the cursor stands between two. */
interface Row {
  readonly n: number;
  readonly at: number;
  readonly type: "event" | "beginning" | "instant" | "end";
}

/** The cursor's row in the middle, but no empty rows before the beginning or after the end while there are others. */
function rowsAround(canvas: Canvas, height: number): Row[] {
  const { cursor, history } = canvas;
  const between = cursor.n > 0 && cursor.at > history.instantOf(cursor.n);
  const here: Row =
    cursor.n === 0
      ? { n: 0, at: cursor.at, type: "beginning" }
      : { n: cursor.n, at: cursor.at, type: between ? "instant" : "event" };
  const before = gather(canvas, between ? cursor.n : cursor.n - 1, -1, height);
  const after = gather(canvas, cursor.n + 1, 1, height);
  const half = Math.floor((height - 1) / 2);
  const above = Math.min(before.length, Math.max(half, height - 1 - after.length));
  return [...before.slice(0, above).toReversed(), here, ...after].slice(0, height);
}

function gather({ filter, history }: Canvas, from: number, way: 1 | -1, most: number): Row[] {
  const rows: Row[] = [];
  for (let n = from; rows.length < most; n += way) {
    if (n > history.events) {
      const { ended, endAt } = history.survey;
      rows.push({ n, at: endAt, type: "end" });
      return ended === "violation" ? rows.slice(0, -1) : rows;
    }
    if (n <= 0) {
      if (way < 0 && n === 0) rows.push({ n: 0, at: 0, type: "beginning" });
      if (n < 0 || way < 0) return rows;
      continue;
    }
    if (passes(history, filter, n)) rows.push({ n, at: history.instantOf(n), type: "event" });
  }
  return rows;
}

function headLine({ history, lanes, selected, spacing }: Canvas): Line {
  const heads = processesOf(history.header.scenario).map((_, place) =>
    span(label(place).padEnd(spacing), place === selected ? "strong" : "quiet"),
  );
  return [span(" ".repeat(TIME + 3)), ...heads.slice(0, lanes - 1), span("etcd", "quiet")];
}

function rowLine(canvas: Canvas, row: Row, time: string): Line {
  const { cursor, history, width } = canvas;
  const here = row.n === cursor.n && (row.type !== "event" || row.at === cursor.at);
  const future = row.n > cursor.n;
  const broken = history.survey.broken.filter(({ n }) => row.type === "event" && n === row.n);
  const lead: Span[] = [
    span(here ? "▶" : " ", "strong"),
    span(padStart(time, TIME), here ? "strong" : "quiet"),
    span("  "),
  ];
  const past = row.type === "end" ? history.events : row.n;
  const moment = history.moment(past, row.at);
  const { event, told } = history.frame(past);
  const shown = row.type === "event" && event !== undefined ? event : undefined;
  const lanes = laneSpans(canvas, moment, shown);
  const tone: Tone = here ? "strong" : future ? "quiet" : "plain";
  const words =
    row.type === "event" && told !== undefined && event !== undefined
      ? wordSpans(event, told, tone, canvas)
      : [span(WORDS[row.type], "quiet")];
  const alarm = broken.map(({ property }) => span(` ✗ ${property} `, "bad"));
  return fit([...lead, ...lanes, span(" "), ...alarm, ...words], width);
}

const WORDS = {
  event: "",
  beginning: "the beginning",
  instant: "now",
  end: "the end of the run",
} as const;

function wordSpans(event: TraceEvent, told: EventWords, tone: Tone, canvas: Canvas): Span[] {
  const { cause, node } = event;
  const { seen, steps } = told;
  const why = causeWords(event, told, canvas.history.header.scenario);
  const fault = cause.type === "fault";
  const arrows = steps.flatMap(({ entered }) => (entered.length === 0 ? [] : [`→ ${entered.join(" + ")}`]));
  // The clock's ticks matter for what they bring about: leases that expire.
  const worth = cause.type === "tick" ? seen : seen.filter((one) => isTrouble(one.seen));
  const after = [...arrows, ...worth.map(({ text }) => text)].join(" ");
  const short =
    after === ""
      ? why
      : cut(cause.type === "tick" ? "lessor:" : why, Math.max(16, Math.floor(canvas.width * 0.4)));
  return [
    // An arrow to etcd says where, and its words from whom; a fault names its victim.
    ...("from" in cause || fault ? [] : [span(`${node} `, tone === "strong" ? "strong" : "quiet")]),
    span(short, fault ? "bad" : tone),
    ...(after === "" ? [] : [span(` ${after}`, tone === "quiet" ? "quiet" : "title")]),
  ];
}

interface Arrow {
  readonly from: number;
  readonly to: number;
  /** It arrives, or something keeps it from having an effect. */
  readonly head: string;
}

/** Lanes with an arrow drawn over them. */
function laneSpans(
  { history, lanes, spacing }: Canvas,
  moment: HistoryMoment,
  event: TraceEvent | undefined,
): Span[] {
  const { setup } = history;
  const arrow = event === undefined ? undefined : arrowOf(event, setup);
  const gap = spacing - 1;
  return Array.from({ length: lanes }, (_, lane): Span[] => {
    if (lane === lanes - 1) return [etcdShape(moment)];
    const crossed = arrow !== undefined && lane > Math.min(arrow.from, arrow.to);
    return [laneShape(moment, lane, crossed), gapSpan(arrow, lane, gap, event, setup)];
  }).flat();
}

/** `crossed`: an arrow goes over the lane, and is drawn where nothing stands. */
function laneShape(moment: HistoryMoment, lane: number, crossed: boolean): Span {
  const coordinator = moment.coordinators[lane];
  const bar = coordinator === undefined ? BARS.down : shapeOf(coordinator).bar;
  if (crossed && bar === BARS.down) return span("─", "title");
  if (coordinator === undefined) return span(bar);
  return span(bar, serves(coordinator) ? "active" : bar === "▒" || bar === "▚" ? "warn" : "quiet");
}

function etcdShape({ etcd }: HistoryMoment): Span {
  return etcd.mode === "serving" ? span("┃", "quiet") : span(etcd.mode === "down" ? " " : "╳", "bad");
}

/** The cells between one lane and the next. */
function gapSpan(
  arrow: Arrow | undefined,
  lane: number,
  gap: number,
  event: TraceEvent | undefined,
  setup: SimulationSetup,
): Span {
  if (arrow === undefined) {
    const here = event !== undefined && nodeNamed(setup.scenario, event.node) === lane;
    const mark = event?.cause.type === "fault" ? "✗" : "•";
    return here ? span(mark.padEnd(gap), mark === "✗" ? "bad" : "strong") : span(" ".repeat(gap));
  }
  const { from, head, to } = arrow;
  const [left, right] = from < to ? [from, to] : [to, from];
  if (lane < left || lane >= right) return span(" ".repeat(gap));
  const line = "─".repeat(gap);
  if (from < to && lane === right - 1) return span(line.slice(0, -1) + head, "title");
  if (from > to && lane === left) return span(head + line.slice(1), "title");
  return span(line, "title");
}

function arrowOf({ cause, delivery, node }: TraceEvent, { scenario }: SimulationSetup): Arrow | undefined {
  const etcd = processesOf(scenario).length;
  switch (cause.type) {
    case "request":
    case "watch":
    case "unwatch":
      return {
        from: nodeNamed(scenario, cause.from),
        to: etcd,
        head: delivery === undefined ? "▶" : delivery === "stale" ? "▷" : "✗",
      };
    case "reply":
    case "watchMessage":
      return {
        from: etcd,
        to: nodeNamed(scenario, node),
        head: delivery === undefined ? "◀" : delivery === "held" ? "◁" : "✗",
      };
    default:
      return undefined;
  }
}
