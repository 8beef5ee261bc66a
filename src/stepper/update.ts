/** From a key to the next state: everything that the stepper does, without a terminal. */
import { sentenceOf } from "../trace/tell-verdict.ts";
import { parseDuration, DURATION_REMEDY } from "../scenario-file/duration.ts";
import { HELP_LINES } from "./help.ts";
import { commandOf, editText, type Command, type Key } from "./keys.ts";
import {
  currentRun,
  namesIn,
  PANELS,
  say,
  SPEEDS,
  withRun,
  type ViewMode,
  type State,
  type Update,
} from "./model.ts";
import { atEnd, atEvent, atInstant, atViolation, search, step, toLandmark, type Cursor } from "./moves.ts";
import { runOutcome, suggestName, updateFork, updateReplace, updateRuns, write } from "./update-runs.ts";

const BROWSE: ViewMode = { type: "browse" };

/** What a key does. */
export function press(before: State, key: Key): Update {
  const state = { ...before, message: undefined };
  if (key === "ctrl-c") return { state, effect: { type: "quit", interrupted: true } };
  if (key === "ctrl-l") return { state: before, effect: { type: "redraw" } };
  const { mode } = state;
  switch (mode.type) {
    case "browse":
      return browse(state, key);
    case "help":
      return { state: { ...state, mode: scroll(mode, key) } };
    case "prompt":
      return answer(state, mode, key);
    case "fork":
      return { state: updateFork(state, mode, key) };
    case "runs":
      return { state: updateRuns(state, mode, key) };
    case "replace":
      return updateReplace(state, mode, key);
  }
}

/** Real time passes while playing. */
export function elapse(state: State, realMs: number): State {
  if (!state.playing) return state;
  const { cursor, history } = currentRun(state);
  const next = atInstant(history, cursor.at + realMs * state.speed);
  const moved = moveTo(state, next);
  return next.at >= history.survey.endAt ? { ...moved, playing: false } : moved;
}

function browse(state: State, key: Key): Update {
  // While something is searched for, n and N lead to what is found, as in a pager.
  const command = state.search !== undefined && key === "n" ? "nextFound" : commandOf(key);
  if (command === undefined) return { state };
  if (command === "quit") return { state, effect: { type: "quit", interrupted: false } };
  return { state: obey(state, command, key) };
}

function obey(state: State, command: Command, key: Key): State {
  const { cursor, history } = currentRun(state);
  const { survey } = history;
  const by = (count: number): State => moveTo(state, step(history, cursor, count, state.filter));
  const ask = (asks: "instant" | "search", text: string): State => ({
    ...state,
    playing: false,
    mode: { type: "prompt", asks, text },
  });
  switch (command) {
    case "forward":
      return by(1);
    case "back":
      return by(-1);
    case "forward10":
      return by(10);
    case "back10":
      return by(-10);
    case "forward100":
      return by(100);
    case "back100":
      return by(-100);
    case "nextRole":
      return landmark(
        state,
        toLandmark(history, cursor, history.course.roleChanges, true),
        "no later change of role",
      );
    case "previousRole":
      return landmark(
        state,
        toLandmark(history, cursor, history.course.roleChanges, false),
        "no earlier change of role",
      );
    case "violation":
      return toViolation(state);
    case "start":
      return moveTo(state, atEvent(history, 0));
    case "end":
      return moveTo(state, atEnd(history));
    case "instant":
      return ask("instant", "");
    case "search":
      return ask("search", "");
    case "nextFound":
    case "previousFound":
      return find(state, state.search, command === "nextFound");
    case "filter":
      return nextFilter(state);
    case "select":
      return select(state, Number(key) - 1);
    case "selectNext":
      return select(state, (state.selected + 1) % namesIn(state).length);
    case "panel":
      return { ...state, panel: PANELS[(PANELS.indexOf(state.panel) + 1) % PANELS.length] ?? "chart" };
    case "play":
      return { ...state, playing: !state.playing && cursor.at < survey.endAt };
    case "faster":
    case "slower":
      return changeSpeed(state, command === "faster" ? 1 : -1);
    case "fork":
      return { ...state, playing: false, mode: { type: "fork", choice: 0, on: state.selected } };
    case "runs":
      return { ...state, playing: false, mode: { type: "runs", choice: state.current } };
    case "write":
      if (history.header.recorded !== undefined) return say(state, `it stands in ${state.file} as it is`);
      return { ...state, playing: false, mode: { type: "prompt", asks: "file", text: suggestName(state) } };
    case "help":
      return { ...state, playing: false, mode: { type: "help", line: 0 } };
    case "leave":
      return leave(state);
    case "quit":
    case "redraw":
      return state;
  }
}

export function moveTo(state: State, cursor: Cursor): State {
  return withRun(state, { cursor });
}

function landmark(state: State, cursor: Cursor | undefined, otherwise: string): State {
  return cursor === undefined ? say(state, otherwise) : moveTo({ ...state, playing: false }, cursor);
}

/** To the violation of the promise that the trace is about; from there on to the next one, around. */
function toViolation(state: State): State {
  const { cursor, history } = currentRun(state);
  const { header, survey } = history;
  const [first] = survey.broken;
  if (first === undefined) {
    const assumed = survey.outside.get(header.property ?? "");
    const why = assumed === undefined ? "" : `: it is promised only if ${assumed.says}`;
    return say(state, `${runOutcome(history)}${why}`, "good");
  }
  const places = survey.broken.map((one) => atViolation(history, one));
  const here = places.findIndex(({ at, n }) => n === cursor.n && at === cursor.at);
  const chief = survey.broken.findIndex(({ property }) => property === header.property);
  const next = survey.broken[here < 0 ? Math.max(0, chief) : (here + 1) % survey.broken.length] ?? first;
  const moved = moveTo({ ...state, playing: false }, atViolation(history, next));
  return say(moved, `${next.property}: ${sentenceOf(next.violation)}`, "bad");
}

/** Through the help; any other key leaves it. */
function scroll(mode: ViewMode & { type: "help" }, key: Key): ViewMode {
  const by = SCROLLS[key];
  return by === undefined ? BROWSE : { ...mode, line: Math.min(Math.max(0, mode.line + by), HELP_LINES - 1) };
}

const SCROLLS: Readonly<Record<Key, number>> = { down: 1, up: -1, "page down": 10, "page up": -10 };

function find(state: State, text: string | undefined, forward: boolean): State {
  if (text === undefined || text === "") return say(state, "nothing is searched for: / asks for a text");
  const { cursor, history } = currentRun(state);
  const found = search(history, cursor, text, forward);
  const searching = { ...state, search: text, playing: false };
  switch (found.type) {
    case "found":
      return moveTo(searching, found.cursor);
    case "nowhere":
      return say(searching, `"${text}" is not ${forward ? "after" : "before"} this event`);
    case "tired":
      return say(
        moveTo(searching, found.cursor),
        `"${text}" was not found so far; ${forward ? "n" : "N"} searches on from here`,
      );
  }
}

/** All, the selected coordinator's, etcd's, all. */
function nextFilter(state: State): State {
  const { filter, selected } = state;
  return { ...state, filter: filter === "all" ? selected : filter === -1 ? "all" : -1 };
}

function select(state: State, place: number): State {
  const { length } = namesIn(state);
  if (place >= length) return say(state, `there are ${length} coordinators`);
  const filter = typeof state.filter === "number" && state.filter >= 0 ? place : state.filter;
  return { ...state, selected: place, filter };
}

function changeSpeed(state: State, by: number): State {
  const at = SPEEDS.indexOf(state.speed) + by;
  return { ...state, speed: SPEEDS[Math.min(Math.max(0, at), SPEEDS.length - 1)] ?? state.speed };
}

function leave(state: State): State {
  return { ...state, search: undefined, filter: "all", playing: false };
}

function answer(state: State, mode: ViewMode & { type: "prompt" }, key: Key): Update {
  const { asks, text } = mode;
  const typed = editText(text, key);
  if (typed !== undefined) return { state: { ...state, mode: { ...mode, text: typed } } };
  const left = { ...state, mode: BROWSE };
  if (key === "escape") return { state: left };
  if (key !== "enter") return { state };
  switch (asks) {
    case "instant":
      return { state: toInstant(left, text) };
    case "search":
      return { state: text === "" ? leave(left) : find(left, text, true) };
    case "file":
      return text.trim() === "" ? { state: left } : write(left, text.trim(), false);
  }
}

function toInstant(state: State, text: string): State {
  const given = text.trim();
  if (given === "") return state;
  // Whoever types a bare number means seconds, as all instants here are shown.
  const ms = parseDuration(/^\d+(?:\.\d+)?$/u.test(given) ? `${given}s` : given);
  if (ms === undefined) return say(state, `"${given}" is not an instant: ${DURATION_REMEDY}`, "bad");
  const { history } = currentRun(state);
  const moved = moveTo(state, atInstant(history, ms));
  return ms > history.survey.endAt ? say(moved, "the run ends before") : moved;
}
