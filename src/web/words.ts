/** Texts of the page that more than one part shows. */
import { consequencesOf, type EventWords } from "../trace/words.ts";
import { tellServiceResult } from "../reading/service-result.ts";
import type { Turn } from "../reading/turns.ts";
import type { Picture } from "./picture.ts";

export const STANDING_NAMES = {
  down: "down",
  unknown: "not known",
  running: "running",
  joining: "joining",
  standby: "standby",
  activating: "activating",
  active: "ACTIVE",
  leaving: "leaving",
} as const;

/** Shapes go with standings everywhere, so that nothing rests on colour. */
export const STANDING_SHAPES = {
  down: "○",
  unknown: "?",
  running: "◐",
  joining: "◌",
  standby: "◐",
  activating: "◩",
  active: "●",
  leaving: "◇",
} as const;

/** What turns at an event. */
export const SIGNS: Readonly<Record<Turn["type"], string>> = {
  role: "⇄",
  fault: "▲",
  message: "⇢",
  key: "◆",
  breach: "✕",
};

/** The second line of an event: what the chart made of it, and what was seen. */
export function consequence(words: EventWords): string {
  return consequencesOf(words).join(" · ");
}

/** Everything that a search looks through, for each event. */
export function searchTexts({ run, told }: Picture): string[] {
  return told.map((one, index) => {
    const event = run.events[index];
    return `${event?.node ?? ""} ${one.cause} ${consequence(one)} #${event?.n ?? 0}`.toLowerCase();
  });
}

/** How a run is marked: a tick only where every promise was kept, never two served at once, and never nobody (○). */
export interface RunVerdict {
  readonly kind: "good" | "bad" | "open";
  readonly sign: "✓" | "✕" | "○" | "–" | "?";
  /** What broke, or else what came of it for those who need the service. */
  readonly text: string;
  /** How many promises were kept, and of how many. */
  readonly promises: string;
}

/** `sinceMs`: what came of it from there on. */
export function runVerdict(picture: Picture, sinceMs = 0): RunVerdict {
  const { breaches, run } = picture;
  const verdicts = run.end?.verdicts ?? [];
  const result = picture.result(sinceMs);
  const came = result === undefined ? "" : tellServiceResult(result, run.processes);
  const promises = promisesText(run);
  const [first] = breaches;
  if (first !== undefined) {
    const more = breaches.length > 1 ? ` and ${breaches.length - 1} more` : "";
    return { kind: "bad", sign: "✕", text: `${first.property}${more} violated`, promises };
  }
  if (result?.type === "several") return { kind: "bad", sign: "✕", text: came, promises };
  if (verdicts.length === 0) return { kind: "open", sign: "?", text: promises, promises };
  const text = came === "" ? promises : came;
  if (!verdicts.every(({ verdict }) => verdict === "holds"))
    return { kind: "open", sign: "–", text, promises };
  if (result?.type === "nobody" || result?.type === "never")
    return { kind: "open", sign: "○", text, promises };
  return { kind: "good", sign: "✓", text, promises };
}

/** How many of its promises a run kept. */
export function promisesText({ end }: Picture["run"]): string {
  if (end === undefined) return "not judged: a recording without end";
  const { verdicts } = end;
  if (verdicts.length === 0) return "not judged";
  const count = (wanted: string): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const outside = verdicts.filter(({ verdict }) => verdict === "outside").map(({ property }) => property);
  // What is not promised may well have happened: no tick should hide it.
  const named = outside.length > 2 ? `${outside.length} of them` : outside.join(", ");
  const rest = outside.length === 0 ? "" : `; not promised here: ${named}`;
  const some = (wanted: string, words: string): string[] =>
    count(wanted) === 0 ? [] : [`${count(wanted)} ${words}`];
  const kept = count("holds");
  return `${[
    ...some("violated", "broken"),
    ...some("holds", kept === 1 ? "promise holds" : "promises hold"),
    ...some("inconclusive", "open as the run ends"),
    ...some("not judged", "not judged"),
  ].join(", ")}${rest}`;
}
