/** The whole screen as lines: a pure function of the state and the size. */
import { seconds } from "../words/seconds.ts";
import { currentRun, namesIn, PANELS, type Panel, type State } from "./model.ts";
import { hasVariant } from "../reading/run.ts";
import { runOutcome } from "./update-runs.ts";
import { timingOf } from "../simulation/scenario.ts";
import { ends, fit, rule, span, type Line, type Span } from "./spans.ts";
import { wrap } from "../words/cells.ts";
import { coordinatorLines } from "./view-coordinators.ts";
import { laneLines } from "./view-lanes.ts";
import { overlayOf, type Overlay } from "./view-overlays.ts";
import { footLines } from "./view-foot.ts";
import { isPast } from "./moves.ts";
import { panelLines, type PanelView } from "./view-panels.ts";
import { scrubber } from "./view-scrubber.ts";
import { storyLines } from "./view-story.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const LEAST: Size = { width: 64, height: 18 };
/** From here on the panels stand beside the lanes, all at once. */
const WIDE = 110;

/** Exactly `height` lines of exactly `width` cells. */
export function view(state: State, { height, width }: Size): Line[] {
  if (width < LEAST.width || height < LEAST.height) return tooSmall(width, height);
  const { cursor, history } = currentRun(state);
  const moment = history.moment(cursor.n, cursor.at);
  const head = [headLine(state, width), positionLine(state, width)];
  const room = Math.max(2, Math.min(moment.coordinators.length + 1, Math.floor(height / 4)));
  const ttlMsOf = (place: number): number => timingOf(history.header.scenario, place).ttlMs;
  const people = coordinatorLines({ moment, ttlMsOf, selected: state.selected, width, room });
  const foot = footLines(state, width);
  const left = height - head.length - people.length - foot.length;
  const overlay = overlayOf(state, width);
  const shown: PanelView = { history, cursor, moment, selected: state.selected, width };
  const body =
    overlay !== undefined
      ? overlayLines(overlay, width, left)
      : width >= WIDE
        ? wideBody(state, shown, left)
        : narrowBody(state, shown, left);
  return [...head, ...people, ...body, ...foot].slice(0, height).map((line) => fit(line, width));
}

function tooSmall(width: number, height: number): Line[] {
  const text = `The stepper needs ${LEAST.width} columns and ${LEAST.height} lines; here are ${width} and ${height}. Make the terminal larger, or press q.`;
  const lines = wrap(text, Math.max(1, width)).map((line): Line => [span(line)]);
  return filled(lines, Math.max(0, height)).map((line) => fit(line, Math.max(0, width)));
}

function headLine(state: State, width: number): Line {
  const { cursor, history, name } = currentRun(state);
  const { header, survey } = history;
  const file = state.file.split("/").at(-1) ?? state.file;
  const broken = survey.broken.find(({ property }) => property === header.property) ?? survey.broken[0];
  const verdict: Span =
    broken === undefined
      ? span(runOutcome(history), "good")
      : isPast(history, cursor, broken)
        ? span(`✗ ${broken.property} is VIOLATED`, "bad")
        : span(`${broken.property} breaks at ${seconds(broken.violation.at)}`, "warn");
  const left: Line = [
    span(file, "strong"),
    span(" · ", "quiet"),
    span(hasVariant(header) ? header.variant : header.scenario.title),
    ...(state.runs.length > 1 ? [span(" · ", "quiet"), span(name, "key")] : []),
    span(" · ", "quiet"),
    verdict,
  ];
  return ends(left, [span("? keys", "quiet")], width);
}

function positionLine(state: State, width: number): Line {
  const { cursor, history } = currentRun(state);
  const { endAt, events } = history.survey;
  const text = `event ${cursor.n} of ${events} · ${seconds(cursor.at)} of ${seconds(endAt)}`;
  const play = state.playing ? ` ▶ ${state.speed}×` : "";
  return [
    span(text, "strong"),
    span(play, "key"),
    span("  "),
    ...scrubber(history, cursor, width - text.length - play.length - 2),
  ];
}

function lanesTitle(state: State): Line {
  const { filter } = state;
  const only = filter === "all" ? "" : ` · only ${namesIn(state)[filter] ?? "etcd"} (o, Esc)`;
  return [span("what happens", "title"), span(only, "warn")];
}

function narrowBody(state: State, panel: PanelView, height: number): Line[] {
  const { cursor, history, width } = panel;
  const storyRoom = height >= 20 ? 5 : 3;
  const { lines, title } = panelLines(state.panel, panel);
  // The same whatever is in it, so that stepping moves nothing but the events.
  const panelRoom = Math.min(10, Math.max(3, Math.floor((height - storyRoom - 3) * 0.45)));
  const lanes = height - storyRoom - panelRoom - 3;
  const { filter, selected } = state;
  return [
    rule(lanesTitle(state), width),
    ...laneLines({ history, cursor, filter, selected, width, height: lanes }),
    rule([span(`event ${cursor.n}`, "title")], width),
    ...capped(storyLines(history.frame(cursor.n), history.header.scenario, width), storyRoom),
    rule([...title, span(` · i: ${others(state.panel)}`, "quiet")], width),
    ...capped(lines, panelRoom),
  ];
}

function others(panel: Panel): string {
  return PANELS.filter((one) => one !== panel).join(", ");
}

function wideBody(state: State, panel: PanelView, height: number): Line[] {
  const { cursor, history, width } = panel;
  const right = Math.min(90, Math.floor(width * 0.44));
  const left = width - right - 3;
  const story = Math.max(4, Math.min(7, Math.floor(height / 4)));
  const { filter, selected } = state;
  const lefts = [
    rule(lanesTitle(state), left),
    ...laneLines({ history, cursor, filter, selected, width: left, height: height - story - 2 }),
    rule([span(`event ${cursor.n}`, "title")], left),
    ...capped(storyLines(history.frame(cursor.n), history.header.scenario, left), story),
  ];
  const rights = stack(
    PANELS.map((name) => panelLines(name, { ...panel, width: right })),
    right,
    height,
  );
  return lefts.map((line, at) => [...fit(line, left), span(" │ ", "quiet"), ...fit(rights[at] ?? [], right)]);
}

/** Panels one below the other; what room there is goes round until nobody wants more. */
function stack(
  panels: readonly { readonly title: Line; readonly lines: readonly Line[] }[],
  width: number,
  height: number,
): Line[] {
  const rooms = panels.map(() => 0);
  let left = height - panels.length;
  for (let given = true; given && left > 0;) {
    given = false;
    panels.forEach(({ lines }, at) => {
      if (left <= 0 || (rooms[at] ?? 0) >= lines.length) return;
      rooms[at] = (rooms[at] ?? 0) + 1;
      left--;
      given = true;
    });
  }
  return panels.flatMap(({ lines, title }, at) => [rule(title, width), ...capped(lines, rooms[at] ?? 0)]);
}

/** Exactly `room` lines; the last one says how many do not fit. */
function capped(lines: readonly Line[], room: number): Line[] {
  if (lines.length <= room) return filled(lines, room);
  if (room <= 0) return [];
  return [...lines.slice(0, room - 1), [span(` … ${lines.length - room + 1} more lines`, "quiet")]];
}

function filled(lines: readonly Line[], height: number): Line[] {
  return [
    ...lines.slice(0, height),
    ...Array.from({ length: Math.max(0, height - lines.length) }, (): Line => []),
  ];
}

function overlayLines({ chosen, hint, lines, title }: Overlay, width: number, height: number): Line[] {
  const room = height - 2;
  const first = Math.max(0, Math.min(chosen - Math.floor(room / 2), lines.length - room));
  return [rule(title, width), ...filled(lines.slice(first, first + room), room), [span(" "), ...hint]];
}
