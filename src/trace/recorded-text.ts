/**
 * Files of version 1 know violations by their sentences alone. This is the one place that still compares sentences, and only
 * those: today's violation is told, and then told and recorded stand side by side.
 */
import { UNKNOWN, type TraceLine, type TraceVerdict, type TraceViolation } from "./format.ts";
import { sentenceOf, whyOpen } from "./tell-verdict.ts";

/**
 * Whether the recorded sentence tells the same as today's, whoever it is about, whenever, and by how much: names and numbers
 * are not compared, for the same failure at another instant is the same failure.
 */
export function tellsTheSame(
  recorded: TraceViolation,
  now: TraceViolation,
  names: readonly string[],
): boolean {
  return withoutFigures(sentenceOf(recorded), names) === withoutFigures(sentenceOf(now), names);
}

function withoutFigures(sentence: string, names: readonly string[]): string {
  const longestFirst = names.toSorted((left, right) => right.length - left.length);
  return longestFirst
    .reduce((text, name) => text.replaceAll(name, "·"), sentence)
    .replace(/·(?:(?:, | and | or )·)+/gu, "·")
    .replace(/-?\d+(?:\.\d+)?/gu, "#");
}

/**
 * An end as a file of version 1 would have it, so that it can be compared field by field: of a violation its instant and its
 * parties count and its sentence does not, for a sentence worded better is no other run; why a question stayed open counts.
 */
export function asRecorded(recorded: TraceLine, now: TraceLine): TraceLine {
  if (recorded.type !== "end" || now.type !== "end") return now;
  // A promise that was made later was not judged then.
  const known = recorded.verdicts.flatMap(({ property }) =>
    now.verdicts.filter((one) => one.property === property),
  );
  const verdicts = known.map((verdict, at) => inWords(recorded.verdicts[at], verdict));
  return { ...now, verdicts };
}

function inWords(recorded: TraceVerdict | undefined, now: TraceVerdict): TraceVerdict {
  const was = recorded?.violation?.recordedText;
  const { open, violation } = now;
  if (was !== undefined && violation !== undefined)
    return { ...now, violation: { ...violation, kind: UNKNOWN, facts: {}, recordedText: was } };
  const why = whyOpen(now);
  if (recorded?.open?.recordedText === undefined || open === undefined || why === undefined) return now;
  return { ...now, open: { kind: UNKNOWN, facts: {}, recordedText: why } };
}
