/** What the stepper knows: the runs, where one looks, and what is open on the screen. A value; `update.ts` makes the next. */
import type { Variant } from "../../models/variant.ts";
import { processesOf } from "../simulation/scenario.ts";
import type { TraceHeader } from "../trace/format.ts";
import { History } from "../run/history.ts";
import { atEvent, atViolation, type Cursor, type Filter } from "./moves.ts";

/** The trace that was opened, or a fork of one of the others. Nothing is ever taken off the list. */
export interface ViewedRun {
  readonly name: string;
  readonly history: History;
  readonly cursor: Cursor;
  /** Absent: the trace itself. */
  readonly fork?: {
    /** By place in the list. */
    readonly parent: number;
    readonly atMs: number;
    /** The added fault, as a scenario file has it. */
    readonly fault: string;
  };
  /** Where it was written. */
  readonly file?: string;
}

export const PANELS = ["chart", "store", "messages", "promises"] as const;
export type Panel = (typeof PANELS)[number];

/** What takes the keys. */
export type ViewMode =
  | { readonly type: "browse" }
  /** `line`: the one in the middle, where not all fit. */
  | { readonly type: "help"; readonly line: number }
  | { readonly type: "prompt"; readonly asks: "instant" | "search" | "file"; readonly text: string }
  /** Choosing a fault; `text`: the line under edit. */
  | { readonly type: "fork"; readonly choice: number; readonly on: number; readonly text?: string }
  | { readonly type: "runs"; readonly choice: number }
  | { readonly type: "replace"; readonly file: string };

export interface Notice {
  readonly text: string;
  readonly tone: "quiet" | "good" | "bad";
}

export interface State {
  readonly file: string;
  readonly runs: readonly ViewedRun[];
  readonly current: number;
  /** The coordinator whose chart and timers are shown, by place. */
  readonly selected: number;
  readonly filter: Filter;
  readonly panel: Panel;
  readonly playing: boolean;
  /** Virtual seconds in a second. */
  readonly speed: number;
  readonly search: string | undefined;
  readonly mode: ViewMode;
  readonly message: Notice | undefined;
}

/** What only the terminal can do. */
export type ViewEffect =
  | { readonly type: "quit"; readonly interrupted: boolean }
  | { readonly type: "redraw" }
  | {
      readonly type: "write";
      readonly file: string;
      readonly replace: boolean;
      readonly header: TraceHeader;
      readonly variant: Variant;
    };

export interface Update {
  readonly state: State;
  readonly effect?: ViewEffect;
}

export const SPEEDS: readonly number[] = [0.01, 0.1, 0.5, 1, 2, 5, 10, 30, 100, 300];

/** `note`: what to say first. The run is looked at from its violation if it has one, else from its beginning. */
export function open(
  header: TraceHeader,
  variant: Variant,
  file: string,
  note?: Notice,
  history = new History(header, variant),
): State {
  const broken =
    history.survey.broken.find(({ property }) => property === header.property) ?? history.survey.broken[0];
  const cursor = broken === undefined ? atEvent(history, 0) : atViolation(history, broken);
  const concerned = processesOf(header.scenario).findIndex(({ name }) =>
    broken?.violation.nodes.includes(name),
  );
  return {
    file,
    runs: [{ name: "the trace", history, cursor, file }],
    current: 0,
    selected: Math.max(0, concerned),
    filter: "all",
    panel: "chart",
    playing: false,
    speed: 10,
    mode: { type: "browse" },
    search: undefined,
    message: note,
  };
}

export function currentRun({ current, runs }: State): ViewedRun {
  const run = runs[current];
  if (run === undefined) throw new RangeError(`no run ${current}`);
  return run;
}

/** The names of a run's coordinators; the same in every fork. */
export function namesIn(state: State): readonly string[] {
  return processesOf(currentRun(state).history.header.scenario).map(({ name }) => name);
}

export function withRun(state: State, change: Partial<ViewedRun>): State {
  const runs = state.runs.map((run, at) => (at === state.current ? { ...run, ...change } : run));
  return { ...state, runs };
}

export function say(state: State, text: string, tone: Notice["tone"] = "quiet"): State {
  return { ...state, message: { text, tone } };
}
