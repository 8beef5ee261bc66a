/**
 * Reads a scenario file: text in, a scenario or every problem out. Pure; who calls it reads the file and shows the
 * problems.
 */
import type { z } from "zod";
import type { EtcdVersion } from "../../models/etcd.ts";
import { ETCD_MINIMUM_TTL_SECONDS } from "../../models/timing.ts";
import { kindOf, ofKinds, type Fault } from "../simulation/fault.ts";
import {
  CALM_NETWORK,
  coordinator,
  coordinators as several,
  DEFAULT_ETCD,
  DEFAULT_SERVICE,
  type CoordinatorSetup,
  type NetworkSetup,
  type Scenario,
} from "../simulation/scenario.ts";
import { checkScenario, type PlacedFault } from "./check-scenario.ts";
import { readDocument } from "./document.ts";
import { parseDuration, writeDuration } from "./duration.ts";
import {
  readFault,
  verbFields,
  verbNames,
  verbShapes,
  writtenName,
  type FaultEntry,
} from "./fault-syntax.ts";
import { asWritten, NAME } from "./leaves.ts";
import { isWithin, LIMITS, LONGEST_RUN_MS, LONGEST_RUN_TTLS, longestRunMs, MOST_WRITES } from "./limits.ts";
import { listed, nearest, suggest } from "./nearest.ts";
import type { FileFinding, Problem } from "./problem.ts";
import {
  coordinatorCount,
  coordinatorShape,
  fieldsOf,
  fileShape,
  type CoordinatorEntry,
  type FileEntry,
  type NetworkEntry,
} from "./syntax.ts";
import { quote } from "../words/shown.ts";

export type ScenarioReading =
  | { readonly type: "ok"; readonly scenario: Scenario }
  | { readonly type: "faulty"; readonly problems: readonly Problem[] };

export interface ReadingOptions {
  /** The scenario's title if the file gives none. */
  readonly title: string;
  /** The file must be JSON, not only YAML. */
  readonly json?: boolean;
}

const DEFAULT_HORIZON = "5m";
/** What {@link checkScenario} needs to know of how a file calls things. */
const SETUP_FIELDS = { startAtMs: "start", activationLimitMs: "activationLimit" } as const;

const CALLED = {
  setup: (field: keyof typeof SETUP_FIELDS) => SETUP_FIELDS[field],
  fault: (fault: Fault, field: string) => (field === "atMs" ? "at" : writtenName(kindOf(fault), field)),
};

/** A coordinator and where it stands in the file. */
interface PlacedCoordinator {
  readonly path: readonly PropertyKey[];
  readonly setup: CoordinatorSetup;
}

/** A field that several verbs share names no fault. */
const manners = ofKinds(
  (): ReadonlySet<string> =>
    new Set(
      verbNames().flatMap((verb) => verbFields(verb).filter((field) => field !== verb && field !== "keep")),
    ),
);

export function readScenario(text: string, { json = false, title }: ReadingOptions): ScenarioReading {
  const document = readDocument(text, json);
  if (!("place" in document)) return { type: "faulty", problems: document };
  const findings: FileFinding[] = [];
  const scenario = compose(document.value, title, findings);
  if (findings.length === 0 && scenario !== undefined) return { type: "ok", scenario };
  const problems = findings.map(document.place);
  problems.sort((left, right) => left.line - right.line || left.column - right.column);
  return { type: "faulty", problems };
}

function compose(value: unknown, title: string, findings: FileFinding[]): Scenario | undefined {
  const outer = fileShape.safeParse(value, REPORTING);
  if (!outer.success) findings.push(...findingsOf(outer.error, [], undefined));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  // What is wrong with one part must not hide what is wrong with another.
  const given = (outer.success ? outer.data : value) as FileEntry;
  const coordinators = readCoordinators(given.coordinators, findings);
  const faults = readFaults(given.faults, findings);
  const ttlMs = text(given.ttl, "60s");
  checkTtl(given.ttl, ["ttl"], findings);
  const horizonMs = readHorizon(given.horizon, (ttlMs ?? 0) / 1000, findings);
  checkWrites(given.service?.writeEvery, horizonMs, findings);
  const rate: unknown = given.etcd?.clockRate;
  const etcdClockRate = typeof rate === "number" && rate > 0 ? rate : DEFAULT_ETCD.clockRate;
  const count: unknown = given.etcd?.members;
  const members = typeof count === "number" && isWithin(count, LIMITS.members) ? count : 1;
  const ttlSeconds = ttlMs === undefined ? undefined : ttlMs / 1000;
  const parts = {
    setups: coordinators,
    ttlSeconds,
    etcdClockRate,
    members,
    faults,
    horizonMs,
    called: CALLED,
  };
  checkScenario(parts, findings);
  if (findings.length > 0 || ttlMs === undefined || horizonMs === undefined) return undefined;
  const { etcd, network, service } = given;
  const perEntryMs = text(service?.perEntry);
  return {
    title: given.title ?? title,
    ttlSeconds: ttlMs / 1000,
    ...(given.clockRateTolerance === undefined ? {} : { clockRateTolerance: given.clockRateTolerance }),
    horizonMs,
    coordinators: coordinators.map(({ setup }) => setup),
    network: { ...CALM_NETWORK, ...networkOf(network ?? {}) },
    service: {
      activationMs: text(service?.activation) ?? DEFAULT_SERVICE.activationMs,
      writeEveryMs:
        service?.writeEvery === "never" ? 0 : (text(service?.writeEvery) ?? DEFAULT_SERVICE.writeEveryMs),
      ...(perEntryMs === undefined ? {} : { perEntryMs }),
      ...(service?.deleteEvery === undefined ? {} : { deleteEvery: service.deleteEvery }),
      ...(service?.failsFirst === undefined ? {} : { failsFirst: service.failsFirst }),
    },
    etcd: {
      version: String(etcd?.version ?? DEFAULT_ETCD.version) as EtcdVersion,
      clockRate: etcd?.clockRate ?? DEFAULT_ETCD.clockRate,
      ...(members === 1 ? {} : { members }),
    },
    faults: faults.map(({ fault }) => fault),
  };
}

/** Undefined where it is none, or too long: then nothing is measured against it. */
function readHorizon(given: unknown, ttlSeconds: number, findings: FileFinding[]): number | undefined {
  const horizonMs = text(given, DEFAULT_HORIZON);
  const longestMs = longestRunMs(ttlSeconds);
  if (horizonMs !== undefined && !isWithin(horizonMs, LIMITS.span)) return undefined; // its form was found wrong already
  if (horizonMs === undefined || horizonMs <= longestMs) return horizonMs;
  findings.push({
    path: ["horizon"],
    what: `${quote(given)} is longer than ${longestMs > LONGEST_RUN_MS ? `${LONGEST_RUN_TTLS} times the TTL` : "a day"}`,
    remedy: `give at most ${writeDuration(longestMs)}`,
  });
  return undefined;
}

/** What an entry says of a network; what it leaves out is not there. */
function networkOf({ delay, late, slow, streamTimeout }: NetworkEntry): Partial<NetworkSetup> {
  const said = {
    delayMs: text(delay),
    slowMs: text(slow),
    lateMs: text(late),
    streamTimeoutMs: text(streamTimeout),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** A duration's milliseconds; undefined if there is none, or none that can be read. */
function text(given: unknown, otherwise?: string): number | undefined {
  const written = given ?? otherwise;
  return typeof written === "string" ? parseDuration(written) : undefined;
}

function checkTtl(given: unknown, path: readonly PropertyKey[], findings: FileFinding[]): void {
  const ttlMs = text(given);
  if (ttlMs === undefined || !isWithin(ttlMs, LIMITS.delay)) return; // its form was found wrong already
  const say = (what: string, remedy: string) => findings.push({ path, what, remedy });
  if (ttlMs === 0)
    say(
      "a TTL of zero",
      `etcd would grant ${ETCD_MINIMUM_TTL_SECONDS}s without a word; write ttl: ${ETCD_MINIMUM_TTL_SECONDS}s`,
    );
  else if (ttlMs < ETCD_MINIMUM_TTL_SECONDS * 1000) {
    const minimum = `${ETCD_MINIMUM_TTL_SECONDS}s`;
    say(
      `a TTL of ${quote(given)} is below etcd's minimum`,
      `etcd would grant ${minimum} without a word; write ttl: ${minimum}`,
    );
  } else if (ttlMs % 1000 !== 0) {
    say(
      `a TTL of ${quote(given)} is not a whole number of seconds`,
      `etcd counts in seconds; write ttl: ${writeDuration(Math.ceil(ttlMs / 1000) * 1000)}`,
    );
  } else if (ttlMs > LIMITS.ttlSeconds.most * 1000)
    say(`a TTL of ${quote(given)} is longer than a day`, "give at most 24h");
}

/** What the service would write in the whole run. */
function checkWrites(every: unknown, horizonMs: number | undefined, findings: FileFinding[]): void {
  const everyMs = text(every);
  if (everyMs === undefined || everyMs < LIMITS.pause.least || horizonMs === undefined) return;
  const writes = Math.floor(horizonMs / everyMs);
  if (writes <= MOST_WRITES) return;
  findings.push({
    path: ["service", "writeEvery"],
    what: `a write every ${String(every)} would be ${writes} writes, more than ${MOST_WRITES}`,
    remedy: `write at most every ${writeDuration(Math.ceil(horizonMs / MOST_WRITES))}, or make the run shorter`,
  });
}

function readCoordinators(given: unknown, findings: FileFinding[]): PlacedCoordinator[] {
  const path = ["coordinators"];
  const remedy = "write coordinators: {rootcoord: 2}, or a list of - {name: rootcoord-a, role: rootcoord}";
  if (Array.isArray(given) && given.length > 0) {
    return given.flatMap((item: unknown, index): PlacedCoordinator[] => {
      const parsed = coordinatorShape.safeParse(item, REPORTING);
      if (parsed.success) {
        checkTtl(parsed.data.ttl, [...path, index, "ttl"], findings);
        return [{ path: [...path, index], setup: setupOf(parsed.data) }];
      }
      findings.push(...findingsOf(parsed.error, [...path, index], undefined));
      return [];
    });
  }
  if (typeof given !== "object" || given === null || Object.keys(given).length === 0) {
    findings.push({
      path,
      what: given === undefined ? "no coordinators are named" : `${asWritten(given)} names no coordinators`,
      remedy,
    });
    return [];
  }
  return Object.entries(given).flatMap(([role, count]): PlacedCoordinator[] => {
    if (!NAME.test(role))
      findings.push({ path: [...path, role], key: true, what: `${quote(role)} is not a role`, remedy });
    const parsed = coordinatorCount.safeParse(count, REPORTING);
    if (!parsed.success) {
      findings.push(...findingsOf(parsed.error, [...path, role], undefined));
      return [];
    }
    return several(role, parsed.data).map((setup) => ({ path: [...path, role], setup }));
  });
}

function setupOf(entry: CoordinatorEntry): CoordinatorSetup {
  const restartAfterMs = text(entry.restartAfter);
  const ttlMs = text(entry.ttl);
  const activationLimitMs = text(entry.activationLimit);
  return coordinator(entry.name, entry.role, {
    startAtMs: text(entry.start, "0s") ?? 0,
    activeStandby: entry.activeStandby ?? true,
    afterLoss: entry.afterLoss === "exit" ? "exit" : "registerAnew",
    ...(entry.retryTimes === undefined ? {} : { retryTimes: entry.retryTimes }),
    ...(restartAfterMs === undefined ? {} : { restartAfterMs }),
    clockOffsetMs: text(entry.clock?.offset, "0s") ?? 0,
    clockRate: entry.clock?.rate ?? 1,
    ...(ttlMs === undefined ? {} : { ttlSeconds: ttlMs / 1000 }),
    ...(activationLimitMs === undefined ? {} : { activationLimitMs }),
    ...(entry.variant === undefined ? {} : { variant: entry.variant }),
    ...(entry.network === undefined ? {} : { network: networkOf(entry.network) }),
    ...(entry.member === undefined ? {} : { member: entry.member }),
  });
}

function readFaults(given: unknown, findings: FileFinding[]): PlacedFault[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    findings.push({
      path: ["faults"],
      what: `${asWritten(given)} is not a list`,
      remedy: "begin each fault with a dash: - {at: 100s, crash: rootcoord-a}",
    });
    return [];
  }
  return given.flatMap((item: unknown, index): PlacedFault[] => {
    const path = ["faults", index];
    const verb = verbOf(item, path, findings);
    const parsed = verb === undefined ? undefined : verbShapes().get(verb)?.safeParse(item, REPORTING);
    if (parsed?.success === true) return [{ path, fault: readFault(parsed.data as FaultEntry) }];
    if (parsed?.success === false) findings.push(...findingsOf(parsed.error, path, verb));
    return [];
  });
}

function verbOf(item: unknown, path: readonly PropertyKey[], findings: FileFinding[]): string | undefined {
  const fields = typeof item === "object" && item !== null && !Array.isArray(item) ? Object.keys(item) : [];
  const verbs = verbNames().filter((verb) => fields.includes(verb));
  if (verbs.length === 1) return verbs[0];
  if (verbs.length > 1) {
    findings.push({
      path,
      what: `one fault that is ${listed(verbs, "and")} at once`,
      remedy: "begin a new entry for each fault",
    });
    return undefined;
  }
  const strange = fields.filter((field) => !manners().has(field));
  const [likely] = strange.filter((field) => nearest(field, verbNames()).length > 0).concat(strange);
  if (likely !== undefined) {
    findings.push({
      path: [...path, likely],
      key: true,
      what: `no fault is called ${likely}`,
      remedy: suggest(likely, verbNames()),
    });
  } else {
    findings.push({
      path,
      what: "an entry that says no fault",
      remedy: `say what happens: ${verbNames().join(", ")}`,
    });
  }
  return undefined;
}

/** So that an issue tells a wrong value from none. */
const REPORTING = { reportInput: true } as const;

/** zod's issues in our words. A leaf's message holds its remedy behind a line break. */
function findingsOf(
  error: z.ZodError,
  above: readonly PropertyKey[],
  verb: string | undefined,
): FileFinding[] {
  return error.issues.flatMap((issue): FileFinding[] => {
    const path = [...above, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((field) => ({
        path: [...path, field],
        key: true,
        what: `no field is called ${field} here`,
        remedy: suggest(field, fieldsOf(path, verb)),
      }));
    }
    const [what = "", remedy = "see docs/scenarios.md"] = issue.message.split("\n");
    return [{ path, what: issue.input === undefined ? `${String(path.at(-1))} is missing` : what, remedy }];
  });
}
