/** What is wrong with a file, each with its place, the line and a caret below it, and what to do. */
import type { ChalkInstance } from "chalk";
import type { Problem } from "../../scenario-file/problem.ts";

const LONGEST_LINE = 160;

export function renderProblems(
  file: string,
  text: string,
  problems: readonly Problem[],
  paint: ChalkInstance,
  closing = "the syntax is in docs/scenarios.md",
): string {
  const lines = text.split(/\r?\n/u);
  const shown = problems.map(({ column, line, remedy, what }) => {
    const source = (lines[line - 1] ?? "").slice(0, LONGEST_LINE);
    const margin = String(line);
    // Tabs are shown as they stand, so the caret's line must hold them too.
    const indent = source.slice(0, column - 1).replace(/[^\t]/gu, " ");
    return [
      `${file}:${line}:${column}: ${paint.bold(what)}`,
      paint.dim(`  ${margin} | ${source}`.trimEnd()),
      `  ${" ".repeat(margin.length)} | ${indent}${paint.red("^")}`,
      `  ${remedy}`,
      "",
    ].join("\n");
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${shown.join("\n")}\n${count} in ${file}; ${closing}\n`;
}
