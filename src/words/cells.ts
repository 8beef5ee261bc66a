/**
 * Text measured, cut, padded and broken in terminal cells: the one place for it, so that wide characters in names push nothing
 * out of place. How wide a character is and where a line breaks is known to well-kept packages.
 */
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Printable ASCII is by far the most, and as wide as it is long. */
const ASCII = /^[\u0020-\u007e]*$/u;

/** How many cells a text takes. */
export function cellsOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** The cells of the widest of any number of texts, at least `least`. */
export function widest(texts: Iterable<string>, least = 0): number {
  let width = least;
  for (const text of texts) width = Math.max(width, cellsOf(text));
  return width;
}

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** At most `width` cells of the text; what is cut off is told by `…`. */
export function cut(text: string, width: number): string {
  if (cellsOf(text) <= width) return text;
  if (width < 1) return "";
  if (ASCII.test(text)) return `${text.slice(0, width - 1)}…`;
  let taken = "";
  let cells = 0;
  for (const { segment } of characters.segment(text)) {
    cells += cellsOf(segment);
    if (cells > width - 1) break;
    taken += segment;
  }
  return `${taken}…`;
}

/** The same from the other end. */
export function cutStart(text: string, width: number): string {
  const reversed = (one: string): string =>
    Array.from(characters.segment(one), ({ segment }) => segment)
      .toReversed()
      .join("");
  return reversed(cut(reversed(text), width));
}

/** Exactly `width` cells of text: cut or filled up. */
export function pad(text: string, width: number): string {
  const short = cut(text, width);
  return short + " ".repeat(Math.max(0, width - cellsOf(short)));
}

/** The same, filled up in front. */
export function padStart(text: string, width: number): string {
  const short = cut(text, width);
  return " ".repeat(Math.max(0, width - cellsOf(short))) + short;
}

/** A blank before a number or its unit: `60 s` and `rev 7` stay together. */
const GLUED = / (?=(?:s|\d[\d.]*)(?:[ ,.:;)]|$))/gu;
const GLUE = "\u00a0";

/**
 * Lines of at most `width` cells, broken at blanks; a word longer than a line is cut into pieces. What follows the first line
 * is indented by `indent`.
 */
export function wrap(text: string, width: number, indent = ""): string[] {
  const glued = text.replaceAll(GLUED, GLUE);
  const whole = broken(glued, width);
  const [first = ""] = whole;
  const lines =
    indent === "" || whole.length < 2
      ? whole
      : [
          first,
          ...broken(glued.slice(first.length).trimStart(), width - indent.length).map(
            (line) => indent + line,
          ),
        ];
  return lines.map((line) => line.replaceAll(GLUE, " "));
}

function broken(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: true })
    .split("\n")
    .map((line) => line.trimEnd());
}

/** A paragraph, every line indented. */
export function flow(text: string, width: number, indent = ""): string {
  return wrap(text, width - indent.length)
    .map((line) => `${indent}${line}`)
    .join("\n");
}
