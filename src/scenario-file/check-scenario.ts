/**
 * What a scenario file must get right beyond the shape of its fields: names that exist, instants within the run, and
 * faults that do not end each other.
 */
import { lastsMs, struckBy, type Fault } from "../simulation/fault.ts";
import { writeDuration } from "./duration.ts";
import { listed, nearest } from "./nearest.ts";
import type { Verb } from "./fault-syntax.ts";
import type { Finding } from "./problem.ts";
import type { CoordinatorSetup } from "../simulation/scenario.ts";

/** A coordinator and where it stands in the file. */
export interface PlacedCoordinator {
  readonly path: readonly PropertyKey[];
  readonly setup: CoordinatorSetup;
}

/** A fault, where it stands in the file and under which verb. */
export interface PlacedFault {
  readonly path: readonly PropertyKey[];
  readonly verb: Verb;
  readonly fault: Fault;
}

export interface Parts {
  readonly coordinators: readonly PlacedCoordinator[];
  readonly faults: readonly PlacedFault[];
  readonly horizonMs: number | undefined;
}

export function checkScenario({ coordinators, faults, horizonMs }: Parts, findings: Finding[]): void {
  checkNames(coordinators, findings);
  // Names that could not be read would make every fault on them wrong too.
  if (findings.every(({ path }) => path[0] !== "coordinators")) checkVictims(coordinators, faults, findings);
  if (horizonMs !== undefined) checkInstants(coordinators, faults, horizonMs, findings);
  checkOverlaps(faults, findings);
}

function checkNames(coordinators: readonly PlacedCoordinator[], findings: Finding[]): void {
  const seen = new Set<string>();
  for (const { path, setup } of coordinators) {
    const { name } = setup;
    const place = path.length > 1 && typeof path[1] === "number" ? [...path, "name"] : path;
    if (name === "etcd")
      findings.push({
        path: place,
        what: "a coordinator called etcd",
        remedy: "faults of etcd are called so; choose another name",
      });
    if (seen.has(name))
      findings.push({
        path: place,
        what: `a second coordinator called ${name}`,
        remedy: "give each a name of its own",
      });
    seen.add(name);
  }
}

function checkVictims(
  coordinators: readonly PlacedCoordinator[],
  faults: readonly PlacedFault[],
  findings: Finding[],
): void {
  const names = coordinators.map(({ setup }) => setup.name);
  for (const { fault, path, verb } of faults) {
    if (!("on" in fault) || names.includes(fault.on)) continue;
    const near = nearest(fault.on, names);
    const known = names.length === 0 ? "there is none" : `there is ${listed(names, "and")}`;
    const field = ["lose", "delay", "duplicate", "deleteKey"].includes(verb) ? "of" : verb;
    const meant = near[0] === undefined ? "" : `; did you mean ${near[0]}?`;
    findings.push({
      path: [...path, field],
      what: `no coordinator is called ${fault.on}`,
      remedy: `${known}${meant}`,
    });
  }
}

function checkInstants(
  coordinators: readonly PlacedCoordinator[],
  faults: readonly PlacedFault[],
  horizonMs: number,
  findings: Finding[],
): void {
  const ends = `the run ends at ${writeDuration(horizonMs)}`;
  for (const { path, setup } of coordinators) {
    if (setup.startAtMs <= horizonMs) continue;
    findings.push({
      path: [...path, "start"],
      what: `${setup.name} starts after the horizon`,
      remedy: `${ends}; start it before, or set horizon`,
    });
  }
  for (const { fault, path } of faults) {
    if (fault.atMs <= horizonMs) continue;
    const what = `${writeDuration(fault.atMs)} lies after the horizon`;
    findings.push({ path: [...path, "at"], what, remedy: `${ends}; move the fault before, or set horizon` });
  }
}

/** Two faults of one kind on one party at one time would end each other. */
function checkOverlaps(faults: readonly PlacedFault[], findings: Finding[]): void {
  faults.forEach((later, index) => {
    const earlier = faults.slice(0, index).find((one) => overlap(one.fault, later.fault));
    if (earlier === undefined) return;
    const { fault, verb } = earlier;
    const from = writeDuration(fault.atMs);
    const until = writeDuration(fault.atMs + lastsMs(fault));
    const on = struckBy(fault) ?? "etcd";
    findings.push({
      path: [...later.path, "at"],
      what: `this ${verb} overlaps the ${verb} of ${on} from ${from} to ${until}`,
      remedy: "let one end before the other begins, or make one longer fault of both",
    });
  });
}

function overlap(left: Fault, right: Fault): boolean {
  if (left.type !== right.type || struckBy(left) !== struckBy(right) || left.type === "deleteKey")
    return false;
  return left.atMs < right.atMs + lastsMs(right) && right.atMs < left.atMs + lastsMs(left);
}
