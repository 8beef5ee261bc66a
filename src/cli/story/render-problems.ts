/** What is wrong with a file, each with its place, the line and a caret below it, and what to do. */
import type { ChalkInstance } from "chalk";
import type { Problem } from "../../scenario-file/problem.ts";
import { shown, shownLines } from "../../words/shown.ts";

const LONGEST_LINE = 160;

export function renderProblems(
  file: string,
  text: string,
  problems: readonly Problem[],
  paint: ChalkInstance,
  closing = "the syntax is in docs/scenarios.md",
): string {
  const lines = text.split(/\r?\n/u);
  const told = problems.map(({ column, line, remedy, what }) => {
    const source = (lines[line - 1] ?? "").slice(0, LONGEST_LINE);
    const margin = String(line);
    // Tabs are shown as they stand, so the caret's line must hold them too.
    const indent = withTabs(source.slice(0, column - 1)).replace(/[^\t]/gu, " ");
    return [
      `${shown(file)}:${line}:${column}: ${paint.bold(shownLines(what))}`,
      paint.dim(`  ${margin} | ${withTabs(withoutPassword(source))}`.trimEnd()),
      `  ${" ".repeat(margin.length)} | ${indent}${paint.red("^")}`,
      `  ${shownLines(remedy)}`,
      "",
    ].join("\n");
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${told.join("\n")}\n${count} in ${shown(file)}; ${closing}\n`;
}

/** The line is quoted for its form; a value whose name says that it is secret is left out. */
function withoutPassword(line: string): string {
  return line.replace(/^(.*?(?:pass|secret|token|credential|accesskey)\w*["']?\s*[:=]\s*)\S.*$/iu, "$1***");
}

function withTabs(text: string): string {
  return text.split("\t").map(shown).join("\t");
}
