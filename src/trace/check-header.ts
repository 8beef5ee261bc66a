/**
 * What a trace's header must get right beyond the shape of its fields: what a scenario file must too, the same numbers within
 * the same limits, promises and kinds of violation that this version knows, and one story in all its parts.
 */
import { knownProperties } from "../../properties/known.ts";
import { isKnownKind } from "../../properties/tell.ts";
import { checkScenario } from "../scenario-file/check-scenario.ts";
import { isWithin, LIMITS, longestRunMs, MOST_WRITES, type Range } from "../scenario-file/limits.ts";
import type { FileFinding } from "../scenario-file/problem.ts";
import { fieldOf, kindOf, type Fault } from "../simulation/fault.ts";
import type { Field } from "../simulation/faults/fields.ts";
import { processesOf } from "../simulation/scenario.ts";
import { quote, shown } from "../words/shown.ts";
import type { TraceHeader } from "./format.ts";

/** What is wrong, and what to do. */
export interface HeaderFault {
  readonly what: string;
  readonly remedy: string;
}

/** What to do about a word of a version that is not here. */
export const UPDATE = "install the newest leasehold; docs/trace-format.md lists what each version wrote";
const AS_WRITTEN = "the file was edited; use it as it was written";

/**
 * The first thing wrong with a header whose shape is right; undefined: nothing. `version`: the schemaVersion that the file was
 * written in; outages could overlap in version 1.
 */
export function headerFault(header: TraceHeader, version: number): HeaderFault | undefined {
  return (
    promiseFault(header) ??
    findingFault([...numberFindings(header), ...scenarioFindings(header, version)]) ??
    nodesFault(header)
  );
}

function promiseFault({ modules, property, scenario, violation }: TraceHeader): HeaderFault | undefined {
  // Who brings processes or modules brings promises about them, and they leave their sentence.
  const own =
    (scenario.processes !== undefined || modules !== undefined) &&
    typeof violation?.facts["says"] === "string";
  if (property !== undefined && !own && !knownProperties().includes(property)) {
    return {
      what: `the property ${property} is not known to this version`,
      remedy: `known are ${knownProperties().join(", ")}; ${UPDATE}`,
    };
  }
  if (violation === undefined) return undefined;
  const { kind, property: broken = property } = violation;
  if (property === undefined || broken !== property)
    return {
      what: `the trace is about ${property ?? "no property"}, and its violation about ${broken ?? "none"}`,
      remedy: AS_WRITTEN,
    };
  if (own || violation.recordedText !== undefined || isKnownKind({ property, kind })) return undefined;
  return {
    what: `the violation kind ${kind} of ${property} is not known to this version`,
    remedy: `what it says is lost without it; ${UPDATE}`,
  };
}

function nodesFault({ scenario, violation }: TraceHeader): HeaderFault | undefined {
  const names = processesOf(scenario).map(({ name }) => name);
  const stranger = violation?.nodes.find((name) => !names.includes(name));
  return stranger === undefined
    ? undefined
    : { what: `the violation is about ${stranger}, which is not in the scenario`, remedy: AS_WRITTEN };
}

function findingFault([finding]: readonly FileFinding[]): HeaderFault | undefined {
  if (finding === undefined) return undefined;
  const { path, remedy, what } = finding;
  return { what: `${["scenario", ...path].map(String).join(".")}: ${what}`, remedy };
}

/** As a trace has it: fields are called as in the data. */
const CALLED = { setup: (field: string) => field, fault: (_: Fault, field: string) => field };

function scenarioFindings({ recorded, scenario }: TraceHeader, version: number): FileFinding[] {
  const { coordinators, etcd, faults, processes = [] } = scenario;
  const findings: FileFinding[] = [];
  for (const [at, { name }] of coordinators.entries())
    if (shown(name) !== name)
      findings.push({
        path: ["coordinators", at, "name"],
        what: `${quote(name)} has characters that do not show`,
        remedy: "name it with letters, digits, dots, dashes and underscores",
      });
  if (coordinators.length + processes.length === 0)
    findings.push({ path: ["coordinators"], what: "there is none", remedy: "name those who take part" });
  checkScenario(
    {
      setups: [
        ...coordinators.map((setup, at) => ({ path: ["coordinators", at], setup })),
        ...processes.map((setup, at) => ({ path: ["processes", at], setup })),
      ],
      faults: faults.map((fault, at) => ({ path: ["faults", at], fault })),
      ttlSeconds: scenario.ttlSeconds,
      // A shrunk failure may hold what no longer comes to pass; nothing depends on it.
      horizonMs: undefined,
      etcdClockRate: recorded === undefined && version >= OUTAGES_APART ? etcd.clockRate : undefined,
      members: etcd.members ?? 1,
      called: CALLED,
    },
    findings,
  );
  return findings;
}

/** From this version on outages do not overlap. */
const OUTAGES_APART = 2;

/** Every number of a scenario by its field's name, but for those of faults. */
const RANGES: Readonly<Record<string, Range>> = {
  ttlSeconds: LIMITS.ttlSeconds,
  clockRateTolerance: LIMITS.tolerance,
  members: LIMITS.members,
  member: LIMITS.members,
  startAtMs: LIMITS.instant,
  restartAfterMs: LIMITS.pause,
  clockOffsetMs: LIMITS.shift,
  clockRate: LIMITS.rate,
  retryTimes: LIMITS.tries,
  delayMs: LIMITS.delay,
  slowMs: LIMITS.delay,
  lateMs: LIMITS.delay,
  streamTimeoutMs: LIMITS.pause,
  activationMs: LIMITS.delay,
  perEntryMs: LIMITS.delay,
};

function numberFindings({ recorded, scenario }: TraceHeader): FileFinding[] {
  const { faults, horizonMs, service, ttlSeconds } = scenario;
  const findings = [
    ...numbersWithin(scenario, []),
    ...faults.flatMap((fault, at) => faultNumbers(fault, ["faults", at])),
  ];
  // Nobody knew beforehand when a coordinator in production would end.
  if (recorded !== undefined) return findings;
  const longest = { least: 0, most: longestRunMs(ttlSeconds) };
  findings.push(...outOf(horizonMs, longest, ["horizonMs"]));
  const { writeEveryMs } = service;
  const everyMs = { least: Math.max(LIMITS.pause.least, horizonMs / MOST_WRITES), most: LIMITS.pause.most };
  if (writeEveryMs !== 0) findings.push(...outOf(writeEveryMs, everyMs, ["service", "writeEveryMs"]));
  return findings;
}

/** Below a value, by the names of fields. Faults say more of theirs, and what a process of another kind is told is its own. */
function numbersWithin(value: unknown, path: readonly PropertyKey[]): FileFinding[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): FileFinding[] => {
    if (name === "faults" || name === "settings") return [];
    const place = [...path, Array.isArray(value) ? Number(name) : name];
    const range = RANGES[name];
    if (typeof inner === "number" && range !== undefined) return outOf(inner, range, place);
    return numbersWithin(inner, place);
  });
}

function faultNumbers(fault: Fault, path: readonly PropertyKey[]): FileFinding[] {
  const findings = outOf(fault.atMs, LIMITS.instant, [...path, "atMs"]);
  for (const [name, field] of Object.entries(kindOf(fault).fields)) {
    const value = fieldOf(fault, name);
    const range = rangeOf(field);
    if (range !== undefined && typeof value === "number")
      findings.push(...outOf(value, range, [...path, name]));
  }
  return findings;
}

function rangeOf(field: Field): Range | undefined {
  const { type } = field;
  switch (type) {
    case "span":
      return LIMITS.span;
    case "period":
      return LIMITS.pause;
    case "rate":
      return field.stands === true ? LIMITS.standingRate : LIMITS.rate;
    case "shift":
    case "count":
    case "whole":
      return LIMITS[type];
    default:
      return undefined;
  }
}

function outOf(value: number, range: Range, path: readonly PropertyKey[]): FileFinding[] {
  if (isWithin(value, range)) return [];
  const { least, most, whole } = range;
  const what = `${value} is not a ${whole === true ? "whole number" : "number"} from ${least} to ${most}`;
  return [
    { path, what, remedy: "a run cannot bear it: give such a number, or use the file as it was written" },
  ];
}
