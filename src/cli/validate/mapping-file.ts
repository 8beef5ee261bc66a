/** The file of `--mapping`: YAML in which regular expressions say what lines of another election mean. */
import {
  MAPPED_EVENTS,
  MAPPED_GROUPS,
  type LineMapping,
  type MappedEvent,
} from "../../evidence/line-mapping.ts";
import { readDocument } from "../../scenario-file/document.ts";
import { suggest } from "../../scenario-file/nearest.ts";
import type { FileFinding } from "../../scenario-file/problem.ts";
import { quote } from "../../words/shown.ts";
import type { Terminal } from "../base/terminal.ts";
import { readText } from "../base/text-input.ts";
import { renderProblems } from "../story/render-problems.ts";

const FIELDS = ["role", "time", "year", "zone", "lines"];
const RULE_FIELDS = ["match", "says"];
const REMEDY = "name a YAML file with lines: [{match: a regular expression, says: an event}]";

/** Undefined: it has problems, and they are told. */
export function readMappingFile(file: string, terminal: Terminal): LineMapping | undefined {
  const text = readText(file, REMEDY);
  const document = readDocument(text, file.endsWith(".json"), REMEDY);
  const findings: FileFinding[] = [];
  if (!("place" in document)) {
    terminal.err(renderProblems(file, text, document, terminal.paintErr, CLOSING));
    return undefined;
  }
  const mapping = composed(file, document.value, findings);
  if (findings.length === 0) return mapping;
  terminal.err(renderProblems(file, text, findings.map(document.place), terminal.paintErr, CLOSING));
  return undefined;
}

const CLOSING = "the syntax is in docs/validating-logs.md";

function composed(name: string, value: unknown, findings: FileFinding[]): LineMapping | undefined {
  if (!isObject(value)) {
    findings.push({ path: [], what: "this is no group of fields", remedy: REMEDY });
    return undefined;
  }
  refuseUnknown(value, FIELDS, [], findings);
  const { lines, role, time, year, zone } = value;
  if (role !== undefined && (typeof role !== "string" || role === ""))
    findings.push({ path: ["role"], what: `${quote(role)} is no role's name`, remedy: "write a word" });
  if (
    year !== undefined &&
    !(typeof year === "number" && Number.isInteger(year) && year >= 1970 && year < 10_000)
  )
    findings.push({ path: ["year"], what: `${quote(year)} is no year`, remedy: "write it like 2024" });
  const offset = zone === undefined ? undefined : /^([+-])(\d\d):(\d\d)$/u.exec(String(zone));
  if (offset === null)
    findings.push({
      path: ["zone"],
      what: `${quote(zone)} is no offset from UTC`,
      remedy: 'write it like "+08:00"',
    });
  const found = time === undefined ? undefined : expression(time, ["time"], findings);
  const rules = rulesIn(lines, findings);
  if (findings.length > 0) return undefined;
  return {
    name,
    rules,
    ...(typeof role === "string" ? { role } : {}),
    ...(found === undefined ? {} : { time: found }),
    hints: {
      ...(typeof year === "number" ? { year } : {}),
      ...(offset === undefined || offset === null ? {} : { offsetMinutes: minutes(offset) }),
    },
  };
}

function minutes([, sign, hours, rest]: RegExpExecArray): number {
  return (Number(hours) * 60 + Number(rest)) * (sign === "-" ? -1 : 1);
}

function rulesIn(lines: unknown, findings: FileFinding[]): LineMapping["rules"] {
  if (!Array.isArray(lines) || lines.length === 0) {
    const what = lines === undefined ? "it has no lines" : "lines is no list of rules";
    findings.push({ path: lines === undefined ? [] : ["lines"], what, remedy: REMEDY });
    return [];
  }
  return lines.flatMap((rule: unknown, at): LineMapping["rules"][number][] => {
    const path = ["lines", at];
    if (!isObject(rule)) {
      findings.push({ path, what: "this is no rule", remedy: "write {match: ..., says: ...}" });
      return [];
    }
    refuseUnknown(rule, RULE_FIELDS, path, findings);
    const match = expression(rule["match"], [...path, "match"], findings);
    const says = rule["says"];
    if (!isEvent(says)) {
      const what = says === undefined ? "it says nothing" : `${quote(says)} is no event`;
      const given = typeof says === "string" ? says : "";
      findings.push({
        path: says === undefined ? path : [...path, "says"],
        what,
        remedy: suggest(given, MAPPED_EVENTS),
      });
      return [];
    }
    return match === undefined ? [] : [{ match, says }];
  });
}

function expression(
  value: unknown,
  path: readonly PropertyKey[],
  findings: FileFinding[],
): RegExp | undefined {
  if (typeof value !== "string" || value === "") {
    const what =
      value === undefined ? "the regular expression is missing" : `${quote(value)} is no regular expression`;
    findings.push({
      path: value === undefined ? path.slice(0, -1) : path,
      what,
      remedy: "write it in single quotes",
    });
    return undefined;
  }
  try {
    const found = new RegExp(value, "u");
    const groups = [...value.matchAll(/\(\?<([A-Za-z]\w*)>/gu)].map(([, group = ""]) => group);
    const unknown = groups.find((group) => !(MAPPED_GROUPS as readonly string[]).includes(group));
    if (unknown === undefined) return found;
    findings.push({
      path,
      what: `the group ${unknown} means nothing`,
      remedy: suggest(unknown, MAPPED_GROUPS),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /u, "") : String(error);
    findings.push({
      path,
      what: `it is no regular expression: ${why}`,
      remedy: "correct it; it is JavaScript's syntax",
    });
  }
  return undefined;
}

function refuseUnknown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  path: readonly PropertyKey[],
  findings: FileFinding[],
): void {
  for (const field of Object.keys(value))
    if (!known.includes(field))
      findings.push({
        path: [...path, field],
        key: true,
        what: `there is no field ${field}`,
        remedy: suggest(field, known),
      });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEvent(value: unknown): value is MappedEvent {
  return (MAPPED_EVENTS as readonly unknown[]).includes(value);
}
