/** What the event at the cursor is: its cause, each step of the chart, and what was seen. */
import type { Scenario } from "../simulation/scenario.ts";
import type { TraceEvent } from "../trace/format.ts";
import { isTrouble, type EventWords } from "../trace/words.ts";
import { writeFaultText } from "./fault-text.ts";
import type { Frame } from "../run/history.ts";
import { span, type Line, type Tone } from "./spans.ts";
import { wrap } from "../words/cells.ts";

/** Why the event happens; a fault as a scenario file has it. */
export function causeWords({ cause }: TraceEvent, told: EventWords, { faults }: Scenario): string {
  const fault = cause.type === "fault" ? faults[cause.index] : undefined;
  if (cause.type !== "fault" || fault === undefined) return told.cause;
  return `fault ${cause.phase}: ${writeFaultText(fault)}`;
}

/** Lines of at most `width` cells. */
export function storyLines({ event, told }: Frame, scenario: Scenario, width: number): Line[] {
  if (event === undefined || told === undefined)
    return [[span("Nothing has happened yet: → takes the first step, ? shows all keys.", "quiet")]];
  const part = (mark: string, text: string, tone: Tone): Line[] =>
    wrap(text, width - 3, "  ").map((line, at) => [
      span(` ${at === 0 ? mark : " "} `, "quiet"),
      span(line, tone),
    ]);
  return [
    ...part(
      "·",
      `${event.node}: ${causeWords(event, told, scenario)}`,
      event.cause.type === "fault" ? "bad" : "strong",
    ),
    ...told.steps.flatMap(({ text }) => part("›", text, "plain")),
    ...told.seen.flatMap(({ seen, text }) => part("○", text, isTrouble(seen) ? "bad" : "title")),
  ];
}
