/** What happened in a case up to an instant, told in the lines that matter. */
import type { Variant } from "../../../models/variant.ts";
import type { Case } from "../../../properties/case.ts";
import { countOf } from "../../words/count.ts";
import { processesOf } from "../../simulation/scenario.ts";
import type { Entry } from "../../reading/entry.ts";
import type { Terminal } from "../base/terminal.ts";
import { cellsOf, pad, wrap } from "../../words/cells.ts";
import { seconds } from "../../words/seconds.ts";
import { observeRun } from "../../reading/observed-run.ts";
import { tellStory } from "../../reading/tell-story.ts";

const MOST_LINES = 22;
/** The instant and the gaps around a name. */
const MARGIN = 11 + 2 + 2;
/** A text is never squeezed below this. */
const NARROWEST = 30;

/** One line each; `until`: the instant of the violation. */
export function renderCase(
  { decisions, scenario }: Case,
  variant: Variant,
  until: number,
  property: string,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string[] {
  // What comes after the violation is not told.
  const entries = tellStory(observeRun({ ...scenario, horizonMs: Math.ceil(until) }, variant, decisions));
  const names = ["etcd", ...processesOf(scenario).map(({ name }) => name)];
  const width = Math.max(...names.map(cellsOf));
  const { left, shown } = tail(entries, until);
  const indent = " ".repeat(MARGIN + width);
  const story = shown.flatMap((entry) => {
    const head = `${seconds(entry.at).padStart(11)}  ${pad(names[entry.lane + 1] ?? "", width)}  `;
    // Before the text stand two more columns.
    return wrap(entry.text, Math.max(NARROWEST, proseWidth - 2 - indent.length)).map((part, index) => {
      const text = (index === 0 ? head : indent) + part;
      return entry.tone === "bad" ? paint.yellow(text) : entry.tone === "good" ? paint.green(text) : text;
    });
  });
  return [
    ...(left > 0 ? [paint.dim(`  … ${countOf(left, "line")} before`)] : []),
    ...story.map((line) => `  ${line}`),
    paint.red.bold(`  ${seconds(until).padStart(11)}  ${" ".repeat(width)}  ${property} is violated`),
  ];
}

/** The last lines before the violation that tell something; faults are always told. */
function tail(entries: readonly Entry[], until: number): { shown: Entry[]; left: number } {
  const told = entries.filter(
    ({ at, routine, text, tone }) => routine === undefined && at <= until && tone !== "quiet" && text !== "",
  );
  // A line that says that one is missing takes its place.
  const fits = told.length <= MOST_LINES + 1;
  let room = fits ? told.length : MOST_LINES - told.filter(isFault).length;
  const shown: Entry[] = [];
  for (const entry of told.toReversed()) {
    if (!isFault(entry) && room-- <= 0) continue;
    shown.push(entry);
  }
  return { shown: shown.toReversed(), left: told.length - shown.length };
}

function isFault({ about }: Entry): boolean {
  return about === "fault" || about === "operator";
}
