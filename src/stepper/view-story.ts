/** What the event at the cursor is: its cause, each step of the chart, and what was seen. */
import type { Frame } from "./history.ts";
import { span, wrap, type Line, type Tone } from "./spans.ts";

/** Lines of at most `width` cells. */
export function storyLines({ event, told }: Frame, width: number): Line[] {
  if (event === undefined || told === undefined)
    return [[span("Nothing has happened yet: → takes the first step, ? shows all keys.", "quiet")]];
  const part = (mark: string, text: string, tone: Tone): Line[] =>
    wrap(text, width - 3, "  ").map((line, at) => [
      span(` ${at === 0 ? mark : " "} `, "quiet"),
      span(line, tone),
    ]);
  return [
    ...part("·", `${event.node}: ${told.cause}`, event.cause.type === "fault" ? "bad" : "strong"),
    ...told.steps.flatMap((step) => part("›", step, "plain")),
    ...told.seen.flatMap((seen) => part("○", seen, / (?:lost|late|doubled)$/u.test(seen) ? "bad" : "title")),
  ];
}
