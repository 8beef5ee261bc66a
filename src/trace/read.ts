/**
 * Reads a trace line by line. What cannot be read is said with the line, why, and what to do; a file is never taken for
 * more than it is: cut, damaged, edited, foreign and newer files are all noticed.
 */
import { z } from "zod";
import { headerFault, UPDATE } from "./check-header.ts";
import {
  FORMAT,
  SCHEMA_VERSION,
  type TraceEnd,
  type TraceEvent,
  type TraceHeader,
  type TraceLine,
} from "./format.ts";
import { FAULT_KINDS, type Fault } from "../simulation/fault.ts";
import { standInFor, type TracedKind } from "./own-kinds.ts";
import { endSchema, eventSchema, faultKindSchema, headerSchema } from "./schema.ts";
import { upgradeLine } from "./upgrade.ts";
import { LINE_AFTER_END, LINE_BREAKS_OFF, RECORD_ANEW, Wholeness, type Unwhole } from "./wholeness.ts";
import { quote, shortened, shown } from "../words/shown.ts";

/** Why a file cannot be read on. */
export interface TraceFault {
  /** From 1. */
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

/** A file's lines, one after another, without line breaks. */
export type Lines = Iterator<string>;

/** `over`: the file is at its end, and whole. */
export type TraceReading =
  | { readonly type: "line"; readonly line: TraceLine; readonly text: string }
  | { readonly type: "over" }
  | { readonly type: "trouble"; readonly trouble: TraceFault };

const GLIMPSE = 40;
/** Reads one file, to its end or to the first trouble. */
export class TraceReader {
  readonly #lines: Lines;
  readonly #whole = new Wholeness();
  #header: TraceHeader | undefined;
  #number = 0;
  /** The version that the file was written in. */
  #version = SCHEMA_VERSION;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** The next line. `own`: what this version writes there; an event that is the same need not be looked at. */
  next(own?: { readonly text: string; readonly line: TraceLine }): TraceReading {
    this.#number++;
    const next = this.#lines.next();
    if (next.done === true) {
      const missing = this.#whole.close();
      return missing === undefined ? { type: "over" } : this.#unwhole(missing);
    }
    // Some editors put a byte order mark before it.
    const text = this.#number === 1 ? next.value.replace(/^\uFEFF/u, "") : next.value;
    if (text === own?.text && own.line.type === "event") {
      this.#whole.take(own.line, text);
      return { type: "line", line: own.line, text };
    }
    if (this.#whole.ended) return this.#unwhole(LINE_AFTER_END);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return this.#unreadable(text);
    }
    if (this.#header === undefined) return this.#readHeader(value, text);
    const line = upgradeLine(value, this.#version);
    const type = (line as { type?: unknown } | null)?.type;
    if (type === "end") return this.#readEnd(line, text);
    return this.#readEvent(line, text);
  }

  /** Only the last line can have been cut; in the middle something else happened to the file. */
  #unreadable(text: string): TraceReading {
    const isLast = this.#lines.next().done === true;
    if (this.#number === 1 && !text.includes(FORMAT))
      return this.#trouble("not a line of JSON", "a trace is JSON Lines, as leasehold check writes it");
    if (isLast && text.startsWith("{")) return this.#unwhole(LINE_BREAKS_OFF);
    const clean = text.slice(0, GLIMPSE).replace(/[\p{Cc}\p{Co}\uFFFD]/gu, "·");
    const glimpse = text.length > GLIMPSE ? `${clean}…` : clean;
    return this.#trouble(
      `the file is damaged: ${text.trim() === "" ? "an empty line" : glimpse} stands where a line of JSON belongs`,
      "get the file again as it was written, or record it again",
    );
  }

  #readHeader(raw: unknown, text: string): TraceReading {
    const given = raw as { format?: unknown; schemaVersion?: unknown } | null;
    if (typeof given !== "object" || given?.format !== FORMAT) {
      return this.#trouble(
        "no header of a leasehold trace",
        `the first line must say "format":"${FORMAT}"; other files cannot be replayed`,
      );
    }
    const { schemaVersion } = given;
    if (typeof schemaVersion === "number" && !(Number.isInteger(schemaVersion) && schemaVersion >= 1)) {
      return this.#trouble(
        `schemaVersion is ${schemaVersion}, and versions count from 1`,
        `docs/trace-format.md lists them; ${RECORD_ANEW}`,
      );
    }
    if (typeof schemaVersion === "number" && schemaVersion > SCHEMA_VERSION) {
      return this.#trouble(
        `the file has schemaVersion ${schemaVersion}, this leasehold reads up to ${SCHEMA_VERSION}`,
        `a leasehold that reads schemaVersion ${schemaVersion} is needed: ${UPDATE}`,
      );
    }
    if (typeof schemaVersion === "number") this.#version = schemaVersion;
    const value = upgradeLine(raw, this.#version);
    const described = describedKinds(value);
    if (described !== undefined) standInFor(described.kinds, described.scenario);
    const parsed = headerSchema().safeParse(value);
    if (!parsed.success) return this.#explain(parsed.error, value);
    const header = value as TraceHeader;
    const fault = headerFault(header, this.#version);
    if (fault !== undefined) return this.#trouble(fault.what, fault.remedy);
    this.#header = header;
    this.#whole.begin(header, text);
    return { type: "line", line: header, text };
  }

  #readEvent(value: unknown, text: string): TraceReading {
    const parsed = eventSchema.safeParse(value);
    if (!parsed.success) return this.#explain(parsed.error, value);
    const event = value as TraceEvent;
    const wrong = this.#whole.event(event, text);
    if (wrong !== undefined) return this.#unwhole(wrong);
    return { type: "line", line: event, text };
  }

  #readEnd(value: unknown, text: string): TraceReading {
    const parsed = endSchema.safeParse(value);
    if (!parsed.success) return this.#explain(parsed.error, value);
    const end = value as TraceEnd;
    const wrong = this.#whole.end(end);
    if (wrong !== undefined) return this.#unwhole(wrong);
    return { type: "line", line: end, text };
  }

  #unwhole({ remedy, what }: Unwhole): TraceReading {
    return this.#trouble(what, remedy);
  }

  #trouble(what: string, remedy: string): TraceReading {
    return { type: "trouble", trouble: { line: this.#number, what, remedy } };
  }

  /** zod's first issue in our words. */
  #explain(error: z.ZodError, value: unknown): TraceReading {
    const [issue] = error.issues;
    if (issue === undefined) return this.#trouble("not a line of a trace", RECORD_ANEW);
    const place = issue.path.map(String).join(".");
    const at = place === "" ? "" : ` in ${place}`;
    if (issue.code === "unrecognized_keys") {
      return this.#trouble(
        `the field ${issue.keys.join(", ")}${at} is not known to this version`,
        `what it says might change the meaning of the rest; ${UPDATE}`,
      );
    }
    const found = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    if (issue.path[1] === "faults" && place.endsWith("type") && typeof found === "string") {
      return this.#trouble(
        `the fault kind ${shortened(shown(found), 60)} is not known to this version`,
        `known are ${FAULT_KINDS.map((kind) => kind.name).join(", ")}; ${UPDATE}`,
      );
    }
    const where = place === "" ? "the line" : place;
    const what =
      found === undefined ? `${where} is missing` : `${where} is ${quote(found, 60)}, ${wanted(issue)}`;
    return this.#trouble(what, `see docs/trace-format.md; ${RECORD_ANEW}`);
  }
}

/** Kinds of faults that the header describes, where the rest of it is such that they can stand in. */
function describedKinds(value: unknown) {
  const { faultKinds, scenario } = value as { faultKinds?: unknown; scenario?: { faults?: unknown } };
  const kinds = z.array(faultKindSchema).safeParse(faultKinds);
  if (!kinds.success || !Array.isArray(scenario?.faults)) return undefined;
  return {
    kinds: kinds.data as unknown as readonly TracedKind[],
    scenario: { faults: scenario.faults as readonly Fault[] },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a group of fields",
  record: "a group of fields",
  string: "a text",
};

/** What a value should have been, in our words. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `not ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `not ${issue.values.map(String).join(" or ")}`;
    case "invalid_format":
      return issue.message;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array"
        ? "which is empty"
        : `not ${issue.inclusive === true ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `not ${issue.inclusive === true ? "at most" : "less than"} ${issue.maximum}`;
    default:
      return "which is not known to this version";
  }
}
