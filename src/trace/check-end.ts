/** Whether a trace's end tells the story that its header announces. What disagrees was edited, or joined from two files. */
import { firstDifference } from "./difference.ts";
import type { TraceEnd, TraceHeader, TraceViolation } from "./format.ts";
import { quote } from "../words/shown.ts";

/** What the two say differently, in a sentence; undefined: nothing. */
export function endFault(header: TraceHeader, end: TraceEnd): string | undefined {
  const { property = "", violation } = header;
  const verdict = end.verdicts.find((one) => one.property === property);
  const broken = verdict?.verdict === "violated";
  if (end.ended === "violation" && !(header.stop === "violation" && broken))
    return `the run ends at a violation of ${property === "" ? "no property" : property}, but the verdict of it is ${verdict?.verdict ?? "missing"}`;
  if (violation === undefined) return undefined;
  if (!broken)
    return `the header has a violation of ${property}, but at the end its verdict is ${verdict?.verdict ?? "missing"}`;
  if (verdict.violation === undefined) return `the header has a violation of ${property}, the end none`;
  // A file that an earlier version made from one of version 1 has the old sentence above and the data below.
  if (violation.recordedText !== undefined && verdict.violation.recordedText === undefined) return undefined;
  const told = (one: TraceViolation) => ({ ...one, property });
  const other = firstDifference(told(violation), told(verdict.violation), "violation");
  return other === undefined
    ? undefined
    : `${other.path} is ${quote(other.recorded, 60)} in the header and ${quote(other.replayed, 60)} at the end`;
}
