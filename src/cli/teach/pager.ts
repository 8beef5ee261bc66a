/** Shows a person no more than fits on the screen at a time; everybody else gets all at once. */
import type { Terminal } from "../base/terminal.ts";
import type { Dialogue } from "./dialogue.ts";

/** The question below a page, and a line to see where the last page ended. */
const ROWS_KEPT = 2;
/** On a smaller screen pages would be of a line or two. */
const FEWEST_ROWS = 12;

/** How many rows of a text a person sees at once; infinite: all. */
export function rowsAtOnce({ height }: Terminal, { live }: Dialogue): number {
  return live && height !== undefined ? Math.max(FEWEST_ROWS, height) - ROWS_KEPT : Number.POSITIVE_INFINITY;
}

/** `below`: so many rows will follow without a pause. False: whoever reads went away. */
export async function showPaged(
  text: string,
  terminal: Terminal,
  dialogue: Dialogue,
  below = 1,
): Promise<boolean> {
  const { out, paint } = terminal;
  const most = rowsAtOnce(terminal, dialogue);
  const lines = text.split("\n");
  while (lines.length + below > most + ROWS_KEPT) {
    const page = lines.splice(0, endOfPage(lines, most));
    out(`${page.join("\n")}\n`);
    if (!(await goesOn(dialogue, paint.dim(`Enter shows the rest, ${lines.length} rows. `)))) return false;
  }
  out(lines.join("\n"));
  return true;
}

/** A pause for whoever reads along. False: they leave. */
export async function goesOn(dialogue: Dialogue, prompt: string): Promise<boolean> {
  if (!dialogue.live) return true;
  const given = await dialogue.ask(prompt);
  return given !== undefined && !/^q(?:uit)?$/iu.test(given.trim());
}

/** Between two paragraphs, where one ends in the lower half. */
function endOfPage(lines: readonly string[], most: number): number {
  const gap = lines.slice(0, most).lastIndexOf("");
  return gap >= most / 2 ? gap + 1 : most;
}
