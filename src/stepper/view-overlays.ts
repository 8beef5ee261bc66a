/** What opens over the screen: help, the fork menu, the list of runs. */
import { seconds } from "../trace/words.ts";
import { writeFaultText } from "./fault-text.ts";
import { BINDINGS, showKeys } from "./keys.ts";
import { currentRun, namesIn, type Mode, type State } from "./model.ts";
import { cellsOf, pad, span, type Line } from "./spans.ts";
import { choicesIn, outcomeOf } from "./update-runs.ts";

export interface Overlay {
  readonly title: Line;
  readonly lines: readonly Line[];
  /** The line to keep in sight. */
  readonly chosen: number;
  readonly hint: Line;
}

export function overlayOf(state: State): Overlay | undefined {
  switch (state.mode.type) {
    case "help":
      return help();
    case "fork":
      return forkMenu(state, state.mode);
    case "runs":
      return runList(state, state.mode.choice);
    case "browse":
    case "prompt":
    case "replace":
      return undefined;
  }
}

const SHAPES = [
  "█ ACTIVE   ▒ activating   │ standby   ┊ joining   ╎ leaving   ░ stands still   ▚ its claim is over",
  "· dead, its lease still alive   ─▶ arrives   ─✗ cut off, or nobody is there   ◁ waits for the process",
];

function help(): Overlay {
  const shown = BINDINGS.filter(({ keys }) => keys.length > 0);
  const width = Math.max(...shown.map((binding) => cellsOf(showKeys(binding))));
  const lines = shown.map((binding): Line => [
    span(` ${pad(showKeys(binding), width)}  `, "key"),
    span(binding.does),
  ]);
  const shapes = SHAPES.map((text): Line => [span(` ${text}`, "quiet")]);
  return {
    title: [span("keys", "title")],
    lines: [...lines, ...shapes],
    chosen: 0,
    hint: [span("any key leads back", "quiet")],
  };
}

function forkMenu(state: State, mode: Mode & { type: "fork" }): Overlay {
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
        : [span("fault: ", "title"), span(mode.text, "strong"), span("▏", "key")],
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
        `${what === "" ? "" : " · "}${outcomeOf(run.history)}`,
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
