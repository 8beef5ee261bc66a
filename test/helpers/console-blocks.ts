/**
 * Terminal sessions in the documents: finds them, and compares what they show with what really happens.
 *
 * A fenced ```console block shows commands (`$ leasehold …`, `$ npm start …`) and their standard output. In the
 * shown output a line `...` stands for any lines and `…` for anything inside a line. A command may end with
 * `# exit N`; without it the command must exit with 0. Lines of other commands are shown, not run.
 */

export interface ConsoleCommand {
  /** What follows the `$ `, continued lines joined, without the exit comment. */
  command: string;
  exitCode: number;
  /** The output that the document shows, one entry a line. */
  expected: readonly string[];
  /** Line of the command in its document, from 1. */
  line: number;
}

export interface FencedBlock {
  language: string;
  lines: readonly string[];
  /** Line of the block's first line of text, from 1. */
  firstLine: number;
}

/** Every fenced block of a Markdown document; an indented fence is dedented by the fence's own indent. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open:
    | { fence: string; indent: number; language: string; lines: string[]; firstLine: number }
    | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (open === undefined) {
      const [, indent = "", fence, language = ""] = /^( *)(`{3,}|~{3,})\s*([\w-]*)/u.exec(line) ?? [];
      if (fence !== undefined)
        open = { fence, indent: indent.length, language, lines: [], firstLine: index + 2 };
    } else if (
      line.trim().startsWith(open.fence) &&
      line.trim().replaceAll(open.fence.charAt(0), "") === ""
    ) {
      blocks.push({ language: open.language, lines: open.lines, firstLine: open.firstLine });
      open = undefined;
    } else {
      const leading = line.length - line.trimStart().length;
      open.lines.push(line.slice(Math.min(open.indent, leading)));
    }
  }
  if (open !== undefined)
    throw new Error(`a fenced block opened before line ${open.firstLine} is never closed`);
  return blocks;
}

/** The commands of a document that are ours to run, in order. */
export function consoleCommands(markdown: string): ConsoleCommand[] {
  return fencedBlocks(markdown)
    .filter(({ language }) => language === "console")
    .flatMap(commandsOf)
    .filter(({ command }) => /^(?:leasehold|npm start)(?:\s|$)/u.test(command));
}

/** The session as shell text: `npm start` is what package.json says it is, `leasehold check`. */
export function shellText(command: string): string {
  return command.replace(/^npm start(?:\s+--)?(?=\s|$)/u, "leasehold check");
}

/** True when the real output is what the document shows. Blanks at line ends and blank lines at the end are free. */
export function outputMatches(expected: readonly string[], actual: string): boolean {
  const wanted = trimEnd(expected);
  const lines = trimEnd(actual.split("\n"));
  /** reachable[j]: the wanted lines so far can consume exactly the first j real lines. */
  let reachable = lines.map((_, j) => j === 0);
  reachable.push(lines.length === 0);
  for (const want of wanted) {
    const before = reachable;
    if (want.trim() === "...") {
      const first = before.indexOf(true);
      reachable = before.map((_, j) => first !== -1 && j >= first);
    } else {
      const pattern = linePattern(want);
      reachable = before.map((_, j) => j > 0 && before[j - 1] === true && pattern.test(lines[j - 1] ?? ""));
    }
  }
  return reachable.at(-1) === true;
}

function commandsOf({ lines, firstLine }: FencedBlock): ConsoleCommand[] {
  const commands: Array<ConsoleCommand & { expected: string[] }> = [];
  let continued = "";
  let startedAt = firstLine;
  for (const [index, line] of lines.entries()) {
    const isContinuation = continued !== "";
    if (line.startsWith("$ ") || isContinuation) {
      if (!isContinuation) startedAt = firstLine + index;
      const text = `${continued}${isContinuation ? line.replace(/^\s*(?:> )?/u, "") : line.slice(2)}`;
      continued = text.endsWith("\\") ? text.slice(0, -1) : "";
      if (continued !== "") continue;
      const exit = /\s+# exit (\d+)\s*$/u.exec(text);
      const command = (exit === null ? text : text.slice(0, exit.index)).trim();
      commands.push({ command, exitCode: Number(exit?.[1] ?? 0), expected: [], line: startedAt });
    } else {
      commands.at(-1)?.expected.push(line);
    }
  }
  return commands;
}

function linePattern(line: string): RegExp {
  const parts = line.trimEnd().split("…");
  const literal = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "u");
}

function trimEnd(lines: readonly string[]): string[] {
  const trimmed = lines.map((line) => line.trimEnd());
  while (trimmed.at(-1) === "") trimmed.pop();
  return trimmed;
}
