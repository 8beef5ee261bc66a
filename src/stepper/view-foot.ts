/** The last lines of the screen: a question, a message, or the keys that matter most. */
import type { Notice, State } from "./model.ts";
import { span, type Line, type Tone } from "./spans.ts";
import { cellsOf, cutStart, wrap } from "../words/cells.ts";

const TONES: Readonly<Record<Notice["tone"], Tone>> = { quiet: "strong", good: "good", bad: "bad" };
const PROMPTS = { instant: "to the instant: ", search: "search: ", file: "write to: " } as const;

/** As many as fit are shown, in this order. */
const HINTS = [
  ["→ ←", "step"],
  ["Tab", "role"],
  ["v", "violation"],
  ["f", "fork"],
  ["Space", "play"],
  ["i", "panel"],
  ["q", "quit"],
  ["g", "instant"],
  ["/", "search"],
  ["1-9", "select"],
  ["o", "only"],
  ["F", "runs"],
  ["w", "write"],
] as const;

export function footLines({ message, mode, search }: State, width: number): Line[] {
  if (mode.type === "prompt") return [promptLine(PROMPTS[mode.asks], mode.text, width)];
  if (mode.type === "replace")
    return [[span(`${mode.file} exists. Replace it? `, "bad"), span("y", "key"), span(" / n")]];
  if (message !== undefined) {
    const lines = wrap(message.text, width).slice(0, 3);
    return lines.map((text) => [span(text, TONES[message.tone])]);
  }
  if (mode.type !== "browse") return [[]];
  if (search !== undefined)
    return [
      [
        span(`/${search}  `, "title"),
        ...hints(
          [
            ["n", "next"],
            ["N", "previous"],
            ["Esc", "end"],
          ],
          width,
        ),
      ],
    ];
  return [hints(HINTS, width)];
}

/** What is being typed; of a long text its end. */
export function promptLine(asks: string, text: string, width: number): Line {
  const room = width - cellsOf(asks) - 1;
  return [span(asks, "title"), span(cutStart(text, room), "strong"), span("▏", "key")];
}

function hints(all: readonly (readonly [string, string])[], width: number): Line {
  let left = width;
  return all.flatMap(([key, does]): Line => {
    left -= cellsOf(`${key} ${does}  `);
    return left < 0 ? [] : [span(key, "key"), span(` ${does}  `, "quiet")];
  });
}
