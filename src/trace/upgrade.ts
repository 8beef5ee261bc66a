/**
 * Lines of earlier versions as this version writes them. Each upgrade is one change of the format: a pure function of a line as
 * it was parsed. What does not look like that version's is left as it is, for the schema to refuse.
 */
import { SCHEMA_VERSION, UNKNOWN } from "./format.ts";
import { upgradeFaultNames } from "./upgrade-faults.ts";

/** A line as it was parsed, before anything is known about it. */
export type RawLine = Readonly<Record<string, unknown>>;

/** One change of the format: what lines up to version `from` must go through. */
export interface LineUpgrade {
  readonly from: number;
  readonly upgrade: (line: RawLine) => RawLine;
}

/** In the order in which they are done. */
const UPGRADES: readonly LineUpgrade[] = [
  { from: 1, upgrade: nameDelivery },
  { from: 1, upgrade: keepSentences },
  { from: 1, upgrade: upgradeFaultNames },
];

/** A line of a file of `version` as one of {@link SCHEMA_VERSION}; what is no object stays as it is. */
export function upgradeLine(value: unknown, version: number): unknown {
  if (version >= SCHEMA_VERSION || !isObject(value)) return value;
  const line = UPGRADES.filter(({ from }) => version <= from).reduce(
    (done, { upgrade }) => upgrade(done),
    value,
  );
  return line["type"] === "header" ? { ...line, schemaVersion: SCHEMA_VERSION } : line;
}

/** Version 2 calls the field of an event by what it says. */
function nameDelivery(line: RawLine): RawLine {
  return line["type"] === "event" ? renamed(line, "came", "delivery") : line;
}

/** Version 1 has the sentences of violations and of open questions, and nothing that they were made from. */
function keepSentences(line: RawLine): RawLine {
  if (line["type"] === "header") return withViolation(line);
  const { verdicts } = line;
  if (line["type"] !== "end" || !Array.isArray(verdicts)) return line;
  return {
    ...line,
    verdicts: verdicts.map((verdict: unknown) =>
      isObject(verdict) ? withOpen(withViolation(verdict)) : verdict,
    ),
  };
}

/** `holder`: a header or a verdict, each beside the name of the property. */
function withViolation(holder: RawLine): RawLine {
  const { property, violation } = holder;
  if (!isObject(violation) || typeof violation["story"] !== "string") return holder;
  const { story: recordedText, ...rest } = violation;
  const about = property === undefined ? {} : { property };
  return { ...holder, violation: { ...about, kind: UNKNOWN, ...rest, facts: {}, recordedText } };
}

function withOpen(verdict: RawLine): RawLine {
  const { why: recordedText, ...rest } = verdict;
  return typeof recordedText === "string"
    ? { ...rest, open: { kind: UNKNOWN, facts: {}, recordedText } }
    : verdict;
}

function renamed(line: RawLine, from: string, to: string): RawLine {
  if (!Object.hasOwn(line, from)) return line;
  return Object.fromEntries(
    Object.entries(line).map(([field, value]) => [field === from ? to : field, value]),
  );
}

function isObject(value: unknown): value is RawLine {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
