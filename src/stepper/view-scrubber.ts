/** The whole run as one line: where one is, where roles change, where faults strike, where a promise breaks. */
import type { History } from "../run/history.ts";
import type { Cursor } from "./moves.ts";
import { span, type Span, type Tone } from "./spans.ts";

/** Later ones are drawn over earlier ones. */
type Mark = readonly [text: string, tone: Tone];

export function scrubber(history: History, cursor: Cursor, width: number): Span[] {
  const { broken, endAt } = history.survey;
  const { roleChanges, strikes } = history.course;
  if (width < 10 || endAt <= 0) return [];
  const cells: Mark[] = Array.from({ length: width }, (): Mark => ["─", "quiet"]);
  const put = (at: number, mark: Mark): void => {
    cells[Math.min(width - 1, Math.floor((at / endAt) * width))] = mark;
  };
  for (const { at } of roleChanges) put(at, ["┼", "title"]);
  for (const n of strikes) put(history.instantOf(n), ["x", "warn"]);
  for (const { violation } of broken) put(Math.min(violation.at, endAt), ["!", "bad"]);
  put(cursor.at, ["●", "strong"]);
  return cells.map(([text, tone]) => span(text, tone));
}
