/**
 * Lines as data: pieces of text, each with a tone. The view makes them, tests read them, `render-line.ts` paints them.
 * Widths are in terminal cells, so that wide characters in names do not push what follows out of place.
 */

export type Tone =
  | "plain"
  | "quiet"
  | "strong"
  | "good"
  | "bad"
  | "warn"
  /** The one who serves. */
  | "active"
  | "title"
  | "key"
  /** Where one looks. */
  | "chosen";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}
export type Line = readonly Span[];

export function span(text: string, tone: Tone = "plain"): Span {
  return { text, tone };
}

/** The line's text without tones. */
export function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}

/** Names and keys come from files: whatever a terminal would obey is shown instead. */
export function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the very characters that must not get through
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "·");
}

const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** East Asian wide and emoji, as terminals draw them. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** How many cells a text takes. */
export function cellsOf(text: string): number {
  // Printable ASCII is by far the most.
  if (/^[\u0020-\u007e]*$/u.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

function cellsOfCharacter(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** At most `width` cells of the text; what is cut off is told by `…`. */
export function cut(text: string, width: number): string {
  if (cellsOf(text) <= width) return text;
  let taken = "";
  let cells = 0;
  for (const character of text) {
    const more = cellsOfCharacter(character);
    if (cells + more > width - 1) break;
    taken += character;
    cells += more;
  }
  return width < 1 ? "" : `${taken}…`;
}

/** The same from the other end. */
export function cutStart(text: string, width: number): string {
  const reversed = (one: string): string => Array.from(one).toReversed().join("");
  return reversed(cut(reversed(text), width));
}

/** Exactly `width` cells of text: cut or filled up. */
export function pad(text: string, width: number): string {
  const short = cut(text, width);
  return short + " ".repeat(Math.max(0, width - cellsOf(short)));
}

export function padStart(text: string, width: number): string {
  const short = cut(text, width);
  return " ".repeat(Math.max(0, width - cellsOf(short))) + short;
}

/** Exactly `width` cells of a line. */
export function fit(line: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const { text, tone } of line) {
    if (left <= 0) break;
    const short = cut(clean(text), left);
    fitted.push(span(short, tone));
    left -= cellsOf(short);
  }
  return left > 0 ? [...fitted, span(" ".repeat(left))] : fitted;
}

/** `left` and `right` at the two ends of a line; where both do not fit, `left` is cut. */
export function ends(left: Line, right: Line, width: number): Line {
  const room = Math.max(0, width - cellsOf(textOf(right)) - 1);
  return [...fit(left, room), span(" "), ...right];
}

/** Lines of at most `width` cells, broken at blanks; what follows the first is indented. */
export function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of clean(text).split(/(?<= )(?=[^ ])/u)) {
    if (line.trim() !== "" && cellsOf(line + word.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

/** A heading, ruled to the full width. */
export function rule(title: Line, width: number): Line {
  const cells = cellsOf(textOf(title));
  if (cells === 0) return [span("─".repeat(width), "quiet")];
  return fit(
    [span("── ", "quiet"), ...title, span(` ${"─".repeat(Math.max(0, width - cells - 4))}`, "quiet")],
    width,
  );
}

/** A bar of `cells`, full to `part` of 1. */
export function bar(part: number, cells: number): string {
  const full = Math.round(Math.min(Math.max(part, 0), 1) * cells);
  return "━".repeat(full) + "╌".repeat(cells - full);
}
