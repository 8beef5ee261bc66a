/** A failing case told for people: what broke, the story that led to it, the scenario, and how to see it again. */
import type { ChalkInstance } from "chalk";
import type { Failure } from "../../properties/check.ts";
import type { Variant } from "../../models/variant.ts";
import { guaranteeOf } from "./check-verdict.ts";
import { ETCD_LANE, instant, tellStory, type Entry } from "./render-story.ts";
import { record } from "../trace/recording.ts";

const MOST_LINES = 22;

export interface FailureView {
  readonly failure: Failure;
  readonly variant: Variant;
  /** The command that leads straight back to this case. */
  readonly command: string;
  readonly file: string;
}

export function renderFailure(
  { command, failure, file, variant }: FailureView,
  paint: ChalkInstance,
): string {
  const { scenario, decisions } = failure.case;
  const { violation } = failure;
  const entries = tellStory(record(scenario, variant, decisions));
  const names = ["etcd", ...scenario.coordinators.map(({ name }) => name)];
  const width = Math.max(...names.map(({ length }) => length));
  const { left, shown } = tail(entries, violation.at);
  const story = shown.map((entry) => {
    const text = `${instant(entry.at).padStart(11)}  ${(names[entry.lane + 1] ?? "").padEnd(width)}  ${entry.text}`;
    return entry.tone === "bad" ? paint.yellow(text) : entry.tone === "good" ? paint.green(text) : text;
  });
  const steps = scenario.faults.length + decisions.length;
  return [
    `${paint.red.bold(`${failure.property} is violated`)} at ${instant(violation.at)}. Promised: ${guaranteeOf(failure.property)}`,
    `  ${violation.story}`,
    "",
    paint.bold(`What happened`) +
      paint.dim(
        ` (TTL ${scenario.ttlSeconds} s, ${steps} faults and decisions after ${failure.shrinks} steps of shrinking)`,
      ),
    ...(left > 0 ? [paint.dim(`  … ${left} lines before`)] : []),
    ...story.map((line) => `  ${line}`),
    paint.red.bold(
      `  ${instant(violation.at).padStart(11)}  ${"".padEnd(width)}  ${failure.property} is violated`,
    ),
    "",
    `Again:  ${paint.bold(command)}`,
    `File:   ${file}`,
    "",
  ].join("\n");
}

/** The last lines before the violation that tell something; faults are always told. */
function tail(entries: readonly Entry[], until: number): { shown: Entry[]; left: number } {
  const told = entries.filter(({ at, routine, tone }) => routine !== true && at <= until && tone !== "quiet");
  let room = MOST_LINES - told.filter(isFault).length;
  const shown: Entry[] = [];
  for (const entry of told.toReversed()) {
    if (!isFault(entry) && room-- <= 0) continue;
    shown.push(entry);
  }
  return { shown: shown.toReversed(), left: told.length - shown.length };
}

function isFault({ lane, text }: Entry): boolean {
  return text.startsWith("✗") || (lane === ETCD_LANE && text.includes("operator"));
}
