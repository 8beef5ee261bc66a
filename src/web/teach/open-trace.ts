/**
 * Opens a trace file that was dropped on the page. The command reads such files with every check there is; here only what the
 * drawing rests on is looked at, for the checks of the command weigh more than the rest of the page.
 */
import { FORMAT, SCHEMA_VERSION, type TraceHeader, type TraceLine } from "../../trace/format.ts";
import { upgradeLine } from "../../trace/upgrade.ts";

export type Opened =
  | { readonly type: "trace"; readonly header: TraceHeader; readonly lines: readonly TraceLine[] }
  | { readonly type: "trouble"; readonly what: string; readonly remedy: string };

const RECORD = "write one with: leasehold simulate --trace FILE, or leasehold check --out FOLDER";
const EVENT_FIELDS = ["n", "at"] as const;

export function openDroppedTrace(text: string): Opened {
  const rows = text.split("\n").filter((row) => row.trim() !== "");
  const lines: TraceLine[] = [];
  let version = SCHEMA_VERSION;
  for (const [index, row] of rows.entries()) {
    let value: unknown;
    try {
      value = JSON.parse(row);
    } catch {
      return trouble(
        `line ${index + 1} is no JSON`,
        index === 0 ? `that is not a trace: ${RECORD}` : "the file was cut or edited; ask for the whole file",
      );
    }
    const problem = index === 0 ? headerProblem(value) : lineProblem(value, lines.length);
    if (problem !== undefined) return trouble(`line ${index + 1}: ${problem}`, RECORD);
    if (index === 0) version = (value as TraceHeader).schemaVersion;
    lines.push(upgradeLine(value, version) as TraceLine);
  }
  const [header] = lines;
  return header?.type === "header" ? { type: "trace", header, lines } : trouble("the file is empty", RECORD);
}

function trouble(what: string, remedy: string): Opened {
  return { type: "trouble", what, remedy };
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

function lineProblem(value: unknown, before: number): string | undefined {
  const line = recordOf(value);
  if (line?.["type"] === "end")
    return Array.isArray(line["verdicts"]) ? undefined : "an end without verdicts";
  if (line?.["type"] !== "event") return "neither an event nor the end of a trace";
  if (line["n"] !== before) return `event ${String(line["n"])} stands where event ${before} belongs`;
  if (EVENT_FIELDS.some((field) => typeof line[field] !== "number") || typeof line["node"] !== "string")
    return "an event without instant or place";
  return typeof recordOf(line["cause"])?.["type"] === "string" ? undefined : "an event without a cause";
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
