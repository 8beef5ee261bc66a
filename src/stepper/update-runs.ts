/** Forking, switching between runs, and writing them to files. */
import { catalogue } from "../../properties/catalogue.ts";
import type { Fault } from "../simulation/fault.ts";
import type { TraceHeader } from "../trace/format.ts";
import { seconds } from "../words/seconds.ts";
import { faultChoices, type FaultChoice } from "./fault-choices.ts";
import { readFaultText, writeFaultText } from "./fault-text.ts";
import { forkHeader, forkPoint } from "../run/fork.ts";
import { History } from "../run/history.ts";
import { editText, type Key } from "./keys.ts";
import {
  currentRun,
  namesIn,
  say,
  withRun,
  type ViewMode,
  type ViewedRun,
  type State,
  type Update,
} from "./model.ts";
import { atEvent } from "./moves.ts";

const BROWSE: ViewMode = { type: "browse" };
const UP: readonly Key[] = ["up", "p", "k"];
const DOWN: readonly Key[] = ["down", "n", "j"];

/** What the fork menu offers for the coordinator it is set on. */
export function choicesIn(state: State, { on }: ViewMode & { type: "fork" }): readonly FaultChoice[] {
  const { cursor, history } = currentRun(state);
  const node = history.frame(cursor.n).world.nodes[on];
  const name = namesIn(state)[on];
  if (node === undefined || name === undefined) throw new RangeError(`no coordinator ${on}`);
  return faultChoices(history.header.scenario, name, node);
}

export function updateFork(state: State, mode: ViewMode & { type: "fork" }, key: Key): State {
  if (mode.text !== undefined) return editFault(state, mode, mode.text, key);
  const choices = choicesIn(state, mode);
  const to = (change: Partial<typeof mode>): State => ({ ...state, mode: { ...mode, ...change } });
  const chosen = choices[mode.choice];
  const people = namesIn(state).length;
  if (key === "escape" || key === "q" || key === "f") return { ...state, mode: BROWSE };
  if (UP.includes(key)) return to({ choice: (mode.choice + choices.length - 1) % choices.length });
  if (DOWN.includes(key)) return to({ choice: (mode.choice + 1) % choices.length });
  if (key === "right" || key === "tab") return to({ on: (mode.on + 1) % people });
  if (key === "left" || key === "shift-tab") return to({ on: (mode.on + people - 1) % people });
  if (Number(key) > 0 && Number(key) <= people) return to({ on: Number(key) - 1 });
  if (chosen === undefined) return state;
  if (key === "e") return to({ text: writeFaultText(chosen.fault) });
  return key === "enter" ? fork(state, chosen.fault) : state;
}

function editFault(state: State, mode: ViewMode & { type: "fork" }, text: string, key: Key): State {
  const typed = editText(text, key);
  if (typed !== undefined) return { ...state, mode: { ...mode, text: typed } };
  if (key === "escape") return { ...state, mode: { type: "fork", choice: mode.choice, on: mode.on } };
  if (key !== "enter") return state;
  const fault = readFaultText(text, currentRun(state).history.header.scenario);
  return typeof fault === "string" ? say(state, fault, "bad") : fork(state, fault);
}

/** Adds the run with this fault to the list and goes there, to the fault. */
export function fork(state: State, fault: Fault): State {
  const { cursor, history } = currentRun(state);
  const left = { ...state, mode: BROWSE };
  const point = forkPoint(history, cursor.n, cursor.at, fault);
  if (typeof point === "string") return say(left, `no fork: ${point}`, "bad");
  const forked = new History(forkHeader(history, point, fault), history.variant);
  const run: ViewedRun = {
    name: `fork ${state.runs.length}`,
    history: forked,
    cursor: atEvent(forked, point.n + 1),
    fork: { parent: state.current, atMs: point.atMs, fault: writeFaultText(fault) },
  };
  const added = { ...left, runs: [...state.runs, run], current: state.runs.length };
  return say(
    added,
    `${run.name}: ${run.fork?.fault ?? ""} at ${seconds(point.atMs)} · ${runOutcome(forked)}`,
  );
}

/** How a run ends for the promises, in few words. */
export function runOutcome({ header, survey }: History): string {
  const { broken, endAt, outside } = survey;
  if (header.recorded !== undefined) return `recorded until ${seconds(endAt)}`;
  const chief = broken.find(({ property }) => property === header.property);
  if (chief !== undefined) return `${chief.property} is violated at ${seconds(chief.violation.at)}`;
  const others = broken.map(({ property }) => property).join(", ");
  const rest = others === "" ? "" : ` · violated: ${others}`;
  if (header.property === undefined)
    return others === "" ? `nothing is violated until ${seconds(endAt)}` : `violated: ${others}`;
  // `determinism` and its like compare whole runs.
  if (!catalogue.some(({ name }) => name === header.property))
    return `${header.property} is judged by runs of its own, not in here${rest}`;
  return outside.has(header.property)
    ? `${header.property} promises nothing here${rest}`
    : `${header.property} is not violated until ${seconds(endAt)}${rest}`;
}

export function updateRuns(state: State, mode: ViewMode & { type: "runs" }, key: Key): State {
  const { length } = state.runs;
  const to = (choice: number): State => ({ ...state, mode: { type: "runs", choice } });
  if (key === "escape" || key === "q" || key === "F") return { ...state, mode: BROWSE };
  if (UP.includes(key)) return to((mode.choice + length - 1) % length);
  if (DOWN.includes(key) || key === "tab") return to((mode.choice + 1) % length);
  return key === "enter" ? { ...state, mode: BROWSE, current: mode.choice } : state;
}

/** Beside the trace, under a name that tells what it is. */
export function suggestName(state: State): string {
  const run = currentRun(state);
  if (run.file !== undefined && run.fork !== undefined) return run.file;
  const [, stem = state.file, ending = ""] = /^(.*?)(\.[a-z]+)?$/u.exec(state.file) ?? [];
  return `${stem}-${run.fork === undefined ? "copy" : run.name.replace(" ", "-")}${ending}`;
}

/** Asks the terminal to write the current run. */
export function write(state: State, file: string, replace: boolean): Update {
  const { history } = currentRun(state);
  const effect = {
    type: "write",
    file,
    replace,
    header: headerToWrite(history),
    variant: history.variant,
  } as const;
  return { state: { ...state, mode: BROWSE }, effect };
}

/** With the violation that this run ends in, as `check` writes it. */
function headerToWrite({ header, survey }: History): TraceHeader {
  const found = survey.broken.find(({ property }) => property === header.property);
  return found === undefined ? header : { ...header, violation: found.violation };
}

export function updateReplace(state: State, { file }: ViewMode & { type: "replace" }, key: Key): Update {
  if (key === "y" || key === "Y") return write(state, file, true);
  return { state: say({ ...state, mode: BROWSE }, "not written") };
}

/** What became of a write. */
export type Written =
  | { readonly type: "written"; readonly file: string; readonly events: number }
  | { readonly type: "exists"; readonly file: string }
  | { readonly type: "failed"; readonly file: string; readonly why: string };

export function heard(state: State, outcome: Written): State {
  switch (outcome.type) {
    case "written":
      return say(
        withRun(state, { file: outcome.file }),
        `written: ${outcome.file} (${outcome.events} events) · leasehold replay ${outcome.file}`,
        "good",
      );
    case "exists":
      return { ...state, mode: { type: "replace", file: outcome.file } };
    case "failed":
      return say(state, `${outcome.file} was not written: ${outcome.why}`, "bad");
  }
}
