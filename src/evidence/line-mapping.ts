/**
 * Lines of other elections: which regular expression means which event. A user says so in a file (`--mapping`), and what they say is
 * believed; the judge is the same.
 */
import type { Milestone } from "../../models/election-vocabulary.ts";
import type { LogMeaning } from "../milvus/read-lines.ts";
import { readAnyInstant, type InstantHints, type WrittenInstant } from "../milvus/log-format.ts";

/** What a mapped line may say: milestones of an election, or that it still serves. */
export const MAPPED_EVENTS = [
  "starting",
  "identified",
  "registered",
  "standby",
  "campaigning",
  "watching",
  "vacancy",
  "won",
  "active",
  "serving",
  "deposed",
  "lost",
  "stopping",
  "stopped",
  "exited",
] as const satisfies readonly (Milestone | "serving")[];

/** One of {@link MAPPED_EVENTS}. */
export type MappedEvent = (typeof MAPPED_EVENTS)[number];

/** The named groups that mean something. */
export const MAPPED_GROUPS = ["role", "serverId", "token", "revision", "time"] as const;

/** How the lines of one kind of log are read. */
export interface LineMapping {
  /** The file's name, for people. */
  readonly name: string;
  /** Where no group tells it. */
  readonly role?: string;
  /** Finds the instant in any line: its group `time`, or all of it. */
  readonly time?: RegExp;
  readonly hints: InstantHints;
  readonly rules: readonly { readonly match: RegExp; readonly says: MappedEvent }[];
}

/** What a line says, and when, if it tells. */
export interface MappedLine {
  readonly meaning: LogMeaning;
  readonly when: WrittenInstant | undefined;
}

/** Of a longer line only the beginning is looked at; characters. */
export const LONGEST_MAPPED = 8192;

/** The first rule that fits; `other`: none does, but it has the log's instant; undefined: it is no line of this kind. */
export function readMapped(mapping: LineMapping, line: string): MappedLine | "other" | undefined {
  const text = line.slice(0, LONGEST_MAPPED);
  for (const { match, says } of mapping.rules) {
    const found = match.exec(text);
    if (found === null) continue;
    const { groups = {} } = found;
    const when = readAnyInstant(groups["time"] ?? timeIn(mapping, text) ?? "", mapping.hints);
    return { meaning: meaningOf(mapping, says, groups), when };
  }
  return timeIn(mapping, text) === undefined ? undefined : "other";
}

/** When the log wrote this line, ms since 1970 UTC; undefined: it does not say. */
export function instantIn(mapping: LineMapping, line: string): number | undefined {
  return readAnyInstant(timeIn(mapping, line.slice(0, LONGEST_MAPPED)) ?? "", mapping.hints)?.at;
}

function timeIn({ time }: LineMapping, text: string): string | undefined {
  const found = time?.exec(text);
  return found?.groups?.["time"] ?? found?.[0];
}

function meaningOf(
  { role }: LineMapping,
  says: MappedEvent,
  groups: Readonly<Record<string, string | undefined>>,
): LogMeaning {
  const whose = groups["role"] ?? role;
  const whole = {
    ...(whose === undefined || whose === "" ? {} : { role: whose }),
    ...numberIn("serverId", groups["serverId"]),
  };
  if (says === "serving") return { type: "serving", ...whole };
  return {
    type: "milestone",
    milestone: says,
    ...whole,
    ...numberIn("token", groups["token"]),
    ...numberIn("loadedRevision", groups["revision"]),
  };
}

function numberIn<Name extends string>(
  name: Name,
  text: string | undefined,
): { readonly [key in Name]?: number } {
  return text !== undefined && /^[1-9]\d{0,14}$/u.test(text)
    ? ({ [name]: Number(text) } as { readonly [key in Name]: number })
    : {};
}
