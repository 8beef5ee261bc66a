/**
 * A Milvus deployment as its files describe it: how many coordinators of which roles, active-standby on or off, and the
 * session TTL. Read from Helm values, a compose file or milvus.yaml, and turned into a scenario.
 */
import { DEFAULT_TTL_SECONDS } from "../../models/timing.ts";
import type { FileFinding, Problem } from "../scenario-file/problem.ts";
import { readDocument } from "../scenario-file/document.ts";
import { coordinators, scenario, type Scenario } from "../simulation/scenario.ts";
import { explain, ignoredByMilvus, lookUp, type Config } from "./config.ts";
import { SESSION_TTL, type ConfigKey } from "./keys.ts";
import { quote } from "../words/shown.ts";

/** What becomes of a second coordinator that may not stand by (milvus issue #28063). */
export const TAKEN_ROLE = "the second finds the role taken, exits and is restarted for ever";

/** Coordinators of one role. */
export interface Pool {
  readonly role: string;
  readonly count: number;
  readonly activeStandby: boolean;
}

export interface Deployment {
  readonly pools: readonly Pool[];
  /** Undefined: the file says nothing of it, and Milvus' default holds. */
  readonly ttlSeconds: number | undefined;
}

export type DeploymentReading =
  | { readonly type: "ok"; readonly deployment: Deployment; readonly warnings: readonly Problem[] }
  | { readonly type: "faulty"; readonly problems: readonly Problem[] };

/** What a reader of one kind of file gathers. Warnings are told and do not stop anything. */
export interface Gathered {
  readonly pools: Pool[];
  ttlSeconds?: number;
  readonly problems: FileFinding[];
  readonly warnings: FileFinding[];
}

/** A YAML mapping; anything else reads as an empty one. */
export type Mapping = Readonly<Record<string, unknown>>;

export function mappingOf(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

/** Reads a file's text by way of `gather`, which is given the document. */
export function readDeployment(
  text: string,
  gather: (document: Mapping, into: Gathered) => void,
): DeploymentReading {
  const document = readDocument(text, false, "name the file that Milvus is deployed with");
  if (!("place" in document)) return { type: "faulty", problems: document };
  const found: Gathered = { pools: [], problems: [], warnings: [] };
  gather(mappingOf(document.value), found);
  if (found.pools.length === 0 && found.problems.length === 0) {
    const remedy =
      "name values.yaml with --helm, docker-compose.yml with --compose, milvus.yaml with --milvus";
    found.problems.push({ path: [], what: "this file deploys no coordinator", remedy });
  }
  if (found.problems.length > 0) return { type: "faulty", problems: inOrder(found.problems, document.place) };
  const { pools, ttlSeconds } = found;
  return { type: "ok", deployment: { pools, ttlSeconds }, warnings: inOrder(found.warnings, document.place) };
}

function inOrder(findings: readonly FileFinding[], place: (finding: FileFinding) => Problem): Problem[] {
  return findings.map(place).sort((left, right) => left.line - right.line || left.column - right.column);
}

/** A whole number of at least `least` at `path`, or a problem. */
export function wholeNumberAt(
  value: unknown,
  path: readonly PropertyKey[],
  least: number,
  into: Gathered,
): number | undefined {
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
  const what = `${quote(value)} is not a whole number of at least ${least}`;
  into.problems.push({ path, what, remedy: "write a whole number, such as 2" });
  return undefined;
}

/** What `config` says about `key`; undefined: nothing, or nothing valid, which is a problem then. */
export function readKey<Value>(config: Config, key: ConfigKey<Value>, into: Gathered): Value | undefined {
  const found = lookUp(config, key);
  switch (found.type) {
    case "absent":
      return undefined;
    case "found": {
      const { entry, readBy } = found;
      if (readBy !== undefined)
        into.warnings.push({ path: entry.path, ...ignoredByMilvus({ entry, readBy }) });
      return found.value;
    }
    case "invalid":
    case "conflict":
      into.problems.push({ path: found.entry.path, ...explain(found, key) });
      return undefined;
  }
}

/** The session TTL, where `config` sets it. */
export function setTtl(config: Config, into: Gathered): void {
  const seconds = readKey(config, SESSION_TTL, into);
  if (seconds !== undefined) into.ttlSeconds = seconds;
}

/** A truth value of Helm's, also as the text that `--set-string` makes; undefined: not there. */
export function truthAt(value: unknown, path: readonly PropertyKey[], into: Gathered): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  into.problems.push({
    path,
    what: `${quote(value)} is not true or false`,
    remedy: "write true or false",
  });
  return undefined;
}

/** Where the active coordinator of every role that has a standby is killed, as in the page's walk. */
export function scenarioOf({ pools, ttlSeconds = DEFAULT_TTL_SECONDS }: Deployment, title: string): Scenario {
  const ttlMs = ttlSeconds * 1000;
  const killAtMs = ttlMs + 1000;
  return scenario({
    title,
    ttlSeconds,
    horizonMs: killAtMs + Math.max(2 * ttlMs, ttlMs + 10_000),
    coordinators: pools.flatMap(({ activeStandby, count, role }) =>
      coordinators(role, count).map((one) => ({ ...one, activeStandby })),
    ),
    faults: pools
      .filter(({ count }) => count > 1)
      .map(({ role }) => ({ type: "crash", atMs: killAtMs, on: `${role}-a` })),
  });
}
