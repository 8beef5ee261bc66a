/** The help: every key, and what the shapes mean. */
import { BINDINGS, showKeys } from "./keys.ts";
import { span, type Line } from "./spans.ts";
import { cellsOf, pad } from "../words/cells.ts";

/** Something to read, with its heading and what leads on. */
export interface Text {
  readonly title: Line;
  readonly lines: readonly Line[];
  readonly hint: Line;
}

export const SHAPES = [
  ["█ ACTIVE", "serves: its claim runs by its own clock"],
  ["▒ activating", "holds the active key, loads metadata"],
  ["│ standby", "waits for the role"],
  ["┊ joining", "registers"],
  ["╎ leaving", "gives back its lease, or has ended"],
  ["░ stands still", "paused, its claim over"],
  ["▚ claim over", "still active in its chart, but may serve no more"],
  ["· down", "dead, its lease still alive"],
  ["─▶ ◀─", "a message arrives"],
  ["─✗ ✗─", "cut off, too late, or its process is gone"],
  ["◁─", "waits for a process that stands still"],
] as const;

function rows(all: readonly (readonly [string, string])[], tone: "key" | "strong"): Line[] {
  const width = Math.max(...all.map(([left]) => cellsOf(left)));
  return all.map(([left, right]) => [span(` ${pad(left, width)}  `, tone), span(right)]);
}

const KEYS = BINDINGS.filter(({ keys }) => keys.length > 0).map(
  (binding) => [showKeys(binding), binding.does] as const,
);

export const HELP: Text = {
  title: [span("keys and shapes", "title")],
  lines: [...rows(KEYS, "key"), [], ...rows(SHAPES, "strong")],
  hint: [span("↑ ↓", "key"), span(" more  any other key leads back", "quiet")],
};
export const HELP_LINES = HELP.lines.length;
