/** What opens over the screen: help, the fork menu, the list of runs. */
import { seconds } from "../words/seconds.ts";
import { writeFaultText } from "./fault-text.ts";
import { HELP, type Text } from "./help.ts";
import { currentRun, namesIn, type ViewMode, type State } from "./model.ts";
import { promptLine } from "./view-foot.ts";
import { span, type Line } from "./spans.ts";
import { cellsOf, pad } from "../words/cells.ts";
import { choicesIn, runOutcome } from "./update-runs.ts";

export interface Overlay extends Text {
  /** The line to keep in sight. */
  readonly chosen: number;
}

export function overlayOf(state: State, width: number): Overlay | undefined {
  switch (state.mode.type) {
    case "help":
      return { ...HELP, chosen: state.mode.line };
    case "fork":
      return forkMenu(state, state.mode, width);
    case "runs":
      return runList(state, state.mode.choice);
    case "browse":
    case "prompt":
    case "replace":
      return undefined;
  }
}

function forkMenu(state: State, mode: ViewMode & { type: "fork" }, width: number): Overlay {
  const { cursor } = currentRun(state);
  const name = namesIn(state)[mode.on] ?? "";
  const lines = choicesIn(state, mode).map(({ fault, label }, at): Line => {
    const chosen = at === mode.choice;
    return [
      span(chosen ? " ▶ " : "   ", "strong"),
      span(pad(label, 26), chosen ? "chosen" : "plain"),
      span(`  ${writeFaultText(fault)}`, chosen ? "strong" : "quiet"),
    ];
  });
  return {
    title: [span(`fork at ${seconds(cursor.at)}: what befalls `, "title"), span(name, "strong")],
    lines,
    chosen: mode.choice,
    hint:
      mode.text === undefined
        ? [
            span("↑ ↓", "key"),
            span(" fault  ", "quiet"),
            span("← →", "key"),
            span(" coordinator  ", "quiet"),
            span("e", "key"),
            span(" edit  ", "quiet"),
            span("Enter", "key"),
            span(" fork  ", "quiet"),
            span("Esc", "key"),
            span(" leave", "quiet"),
          ]
        : promptLine("fault: ", mode.text, width - 1),
  };
}

function runList(state: State, choice: number): Overlay {
  const { runs } = state;
  const depth = (at: number): number => {
    const parent = runs[at]?.fork?.parent;
    return parent === undefined ? 0 : depth(parent) + 1;
  };
  const order = inTreeOrder(state);
  const names = Math.max(...order.map((at) => depth(at) * 2 + cellsOf(runs[at]?.name ?? "") + 2));
  const lines = order.map((at): Line => {
    const run = runs[at];
    if (run === undefined) return [];
    const branch = depth(at) === 0 ? "" : `${"  ".repeat(depth(at) - 1)}└ `;
    const chosen = at === choice;
    const what = run.fork === undefined ? "" : `${run.fork.fault} at ${seconds(run.fork.atMs)}`;
    return [
      span(chosen ? " ▶ " : "   ", "strong"),
      span(pad(`${branch}${run.name}`, names), chosen ? "chosen" : "plain"),
      span(at === state.current ? " (shown) " : "  ", "quiet"),
      span(what, "plain"),
      span(
        `${what === "" ? "" : " · "}${runOutcome(run.history)}`,
        run.history.survey.broken.length > 0 ? "bad" : "good",
      ),
      span(run.fork !== undefined && run.file === undefined ? " · not written" : "", "quiet"),
    ];
  });
  return {
    title: [span("the trace and its forks", "title")],
    lines,
    chosen: order.indexOf(choice),
    hint: [span("↑ ↓ Enter", "key"), span(" switch  ", "quiet"), span("Esc", "key"), span(" leave", "quiet")],
  };
}

/** Each fork below its parent. */
export function inTreeOrder({ runs }: State): number[] {
  const below = (parent: number | undefined): number[] =>
    runs.flatMap(({ fork }, at) => (fork?.parent === parent ? [at, ...below(at)] : []));
  return below(undefined);
}
