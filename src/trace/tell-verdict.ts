/** What a trace's verdicts say, in words: the sentences of its violations, and why a question stayed open. */
import { haveOneCause, tellDetails, tellUndecided, tellViolation } from "../../properties/tell.ts";
import type { NamedViolation } from "../../properties/violation.ts";
import { told, type Told } from "../words/told.ts";
import type { TraceVerdict, TraceViolation } from "./format.ts";

/** Who and what, and why it breaks the promise. */
export function sentenceOf(violation: TraceViolation): Told {
  const [sentence] = recordedLines(violation);
  return sentence ?? tellViolation(full(violation));
}

/** What stands below the sentence where there is room: mostly nothing. */
export function detailsOf(violation: TraceViolation): readonly Told[] {
  const [sentence, ...details] = recordedLines(violation);
  return sentence === undefined ? tellDetails(full(violation)) : details;
}

/** Files of version 1 hold details below the sentence, in one text. */
function recordedLines({ recordedText }: TraceViolation): readonly Told[] {
  return recordedText === undefined ? [] : recordedText.split("\n").map(told);
}

/** Why a verdict is inconclusive; undefined: it is not, or nobody knows. */
export function whyOpen({ open, property }: TraceVerdict): Told | undefined {
  if (open === undefined) return undefined;
  return open.recordedText === undefined ? tellUndecided(property, open) : told(open.recordedText);
}

/** Whether two violations are broken for one reason, as far as their facts say. */
export function shareCause(left: TraceViolation, right: TraceViolation): boolean {
  return haveOneCause(full(left), full(right));
}

function full(violation: TraceViolation): NamedViolation {
  return { ...violation, property: violation.property ?? "" };
}
