/** A fault as one line of a scenario file, without its instant: `pause: rootcoord-a, for: 70s`. Written and read back. */
import type { z } from "zod";
import { MOST_WRITES } from "../scenario-file/limits.ts";
import {
  readFault,
  verbNames,
  verbShapes,
  writeFault,
  type FaultEntry,
} from "../scenario-file/fault-syntax.ts";
import { concerns, kindOf, type Fault } from "../simulation/fault.ts";
import { processesOf, type Scenario } from "../simulation/scenario.ts";

export function writeFaultText(fault: Fault): string {
  return Object.entries(writeFault(fault))
    .filter(([field]) => field !== "at")
    .map(([field, value]) => `${field}: ${String(value)}`)
    .join(", ");
}

/** The fault at instant 0 that `text` describes; a text: what is wrong with it. */
export function readFaultText(text: string, scenario: Scenario): Fault | string {
  const entry: Record<string, unknown> = { at: "0s" };
  for (const part of text.split(",")) {
    const [, field, value = ""] = /^\s*(\w+):\s*(.*?)\s*$/u.exec(part) ?? [];
    if (field === undefined) return `"${part.trim()}" is no "field: value"`;
    entry[field] = scalar(value);
  }
  const shape = verbShapes().get(verbNames().find((name) => name in entry) ?? "");
  if (shape === undefined) return `no fault is named: write ${verbNames().join(", ")}`;
  const checked = shape.safeParse(entry);
  if (!checked.success) return explain(checked.error);
  const fault = readFault(checked.data as FaultEntry);
  const names = processesOf(scenario).map(({ name }) => name);
  const on = concerns(fault);
  if (on !== undefined && !names.includes(on)) return `${on} is none of ${names.join(", ")}`;
  if ((kindOf(fault).workOf?.(fault) ?? 0) > MOST_WRITES)
    return `that would be more than ${MOST_WRITES} writes: write a longer every`;
  return fault;
}

/** As YAML would read it, for the few kinds of value that faults have. */
function scalar(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text;
}

function explain({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "not a fault";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
