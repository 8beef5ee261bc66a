/**
 * Opens a trace file that was dropped on the page: whether all its lines are there and as they were written is asked as the command
 * asks it, and told in the same words. Of each line only what the drawing rests on is looked at; the command's schema weighs more
 * than the rest of the page.
 */
import { FORMAT, SCHEMA_VERSION, type TraceHeader, type TraceLine } from "../../trace/format.ts";
import { standInFor } from "../../trace/own-kinds.ts";
import { upgradeLine } from "../../trace/upgrade.ts";
import { LINE_AFTER_END, LINE_BREAKS_OFF, Wholeness, type Unwhole } from "../../trace/wholeness.ts";

export type Opened =
  | { readonly type: "trace"; readonly header: TraceHeader }
  | { readonly type: "trouble"; readonly what: string; readonly remedy: string };

const RECORD = "write one with: leasehold simulate --trace FILE, or leasehold check --out FOLDER";

/** `take`: told of each line, and of how much of the file is read, 0 to 1. */
export function openDroppedTrace(text: string, take: (line: TraceLine, part: number) => void): Opened {
  const rows = text.replace(/^\uFEFF/u, "").split("\n");
  while (rows.at(-1) === "") rows.pop();
  const whole = new Wholeness();
  let header: TraceHeader | undefined;
  let version = SCHEMA_VERSION;
  for (const [index, row] of rows.entries()) {
    const value = whole.ended ? LINE_AFTER_END : parsed(row, index, rows.length);
    const problem = "what" in value ? value : problemOf(value.line, header === undefined);
    if (problem !== undefined) return trouble(problem, index + 1);
    const raw = (value as { readonly line: unknown }).line;
    if (header === undefined) version = (raw as TraceHeader).schemaVersion;
    const line = upgradeLine(raw, version) as TraceLine;
    const wrong =
      line.type === "header"
        ? whole.begin(line, row)
        : line.type === "end"
          ? whole.end(line)
          : whole.event(line, row);
    if (wrong !== undefined) return trouble(wrong, index + 1);
    if (line.type === "header") {
      header = line;
      // Whoever opens it also runs it: faults whose code is not here are stood in for.
      standInFor(line.faultKinds ?? [], line.scenario);
    }
    take(line, (index + 1) / rows.length);
  }
  const missing = whole.close();
  return missing === undefined && header !== undefined
    ? { type: "trace", header }
    : trouble(missing ?? LINE_BREAKS_OFF, rows.length + 1);
}

function trouble({ remedy, what }: Unwhole, line: number): Opened {
  return { type: "trouble", what: `line ${line}: ${what}`, remedy };
}

function parsed(row: string, index: number, rows: number): { readonly line: unknown } | Unwhole {
  try {
    return { line: JSON.parse(row) };
  } catch {
    if (index === rows - 1 && row.startsWith("{")) return LINE_BREAKS_OFF;
    return index === 0
      ? { what: "not a line of JSON", remedy: `that is not a trace: ${RECORD}` }
      : { what: "the file is damaged", remedy: "get it again as it was written, or record it again" };
  }
}

function problemOf(value: unknown, first: boolean): Unwhole | undefined {
  const what = first ? headerProblem(value) : lineProblem(value);
  return what === undefined ? undefined : { what, remedy: RECORD };
}

function headerProblem(value: unknown): string | undefined {
  const header = recordOf(value);
  if (header?.["type"] !== "header" || header["format"] !== FORMAT)
    return `a trace begins with a header that says "format":"${FORMAT}"`;
  if (typeof header["schemaVersion"] !== "number" || header["schemaVersion"] > SCHEMA_VERSION)
    return `it was written by a newer leasehold (schemaVersion ${String(header["schemaVersion"])})`;
  const scenario = recordOf(header["scenario"]);
  const coordinators = scenario?.["coordinators"];
  return Array.isArray(coordinators) && Array.isArray(scenario?.["faults"]) && recordOf(scenario["network"])
    ? undefined
    : "its header has no scenario";
}

function lineProblem(value: unknown): string | undefined {
  const line = recordOf(value);
  if (line?.["type"] === "end")
    return Array.isArray(line["verdicts"]) ? undefined : "an end without verdicts";
  if (line?.["type"] !== "event") return "neither an event nor the end of a trace";
  if (typeof line["n"] !== "number" || typeof line["at"] !== "number" || typeof line["node"] !== "string")
    return "an event without number, instant or place";
  return typeof recordOf(line["cause"])?.["type"] === "string" ? undefined : "an event without a cause";
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
