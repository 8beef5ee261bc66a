/** A line with its tones as terminal colours; without colours the text alone still says everything. */
import type { ChalkInstance } from "chalk";
import { fit, type Line, type Tone } from "./spans.ts";

export type { ChalkInstance as Paint } from "chalk";

export function paintLine(line: Line, width: number, paint: ChalkInstance): string {
  return fit(line, width)
    .map(({ text, tone }) => brush(paint, tone)(text))
    .join("");
}

function brush(paint: ChalkInstance, tone: Tone): (text: string) => string {
  switch (tone) {
    case "plain":
      return (text) => text;
    case "quiet":
      return paint.dim;
    case "strong":
      return paint.bold;
    case "good":
      return paint.green;
    case "bad":
      return paint.red;
    case "warn":
      return paint.yellow;
    case "active":
      return paint.green.bold;
    case "title":
      return paint.cyan;
    case "key":
      return paint.cyan.bold;
    case "chosen":
      return paint.bold.inverse;
  }
}
