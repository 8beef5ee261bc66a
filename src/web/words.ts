/** Texts of the page that more than one part shows. */
import { consequencesOf, type EventWords } from "../trace/words.ts";
import type { Picture } from "./picture.ts";

export const STANDING_NAMES = {
  down: "down",
  unknown: "not known",
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
  joining: "◌",
  standby: "◐",
  activating: "◩",
  active: "●",
  leaving: "◇",
} as const;

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

/** One sentence on how the run ended. `judged`: somebody said whether its promises were kept. */
export function summary({ breaches, run }: Picture): {
  readonly broken: boolean;
  readonly judged: boolean;
  readonly text: string;
} {
  const [first] = breaches;
  if (first !== undefined) {
    const more = breaches.length > 1 ? ` and ${breaches.length - 1} more` : "";
    return { broken: true, judged: true, text: `${first.property}${more} violated` };
  }
  const verdicts = run.end?.verdicts ?? [];
  const held = verdicts.filter(({ verdict }) => verdict === "holds").length;
  const outside = verdicts.filter(({ verdict }) => verdict === "outside").map(({ property }) => property);
  // What is not promised may well have happened: no tick should hide it.
  const named = outside.length > 2 ? `${outside.length} of them` : outside.join(", ");
  const rest = outside.length === 0 ? "" : `; not promised here: ${named}`;
  if (run.end === undefined)
    return { broken: false, judged: false, text: "not judged: a recording without end" };
  return {
    broken: false,
    judged: verdicts.some(({ verdict }) => verdict === "holds" || verdict === "violated"),
    text: verdicts.length === 0 ? "not judged" : `${held} of ${verdicts.length} promises hold${rest}`,
  };
}
