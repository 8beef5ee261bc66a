/**
 * Lines as data: pieces of text, each with a tone. The view makes them, tests read them, `render-line.ts` paints them.
 * Widths are in terminal cells, so that wide characters in names do not push what follows out of place.
 */

import { cellsOf, cut } from "../words/cells.ts";
import { shown } from "../words/shown.ts";

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

/** Exactly `width` cells of a line. */
export function fit(line: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const { text, tone } of line) {
    if (left <= 0) break;
    const short = cut(shown(text), left);
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
