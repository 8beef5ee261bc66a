/**
 * What a scenario file must get right beyond the shape of its fields: names that exist, instants within the run, and
 * outages of etcd that do not end each other.
 */
import { roleNameFault } from "../../models/dialect.ts";
import { contradict, outageEnd } from "../simulation/effects.ts";
import { concerns, kindOf, type Fault } from "../simulation/fault.ts";
import { writeDuration } from "./duration.ts";
import { listed, nearest } from "./nearest.ts";
import { writtenName } from "./fault-syntax.ts";
import type { FileFinding } from "./problem.ts";
import type { CoordinatorSetup } from "../simulation/scenario.ts";

/** A coordinator and where it stands in the file. */
export interface PlacedCoordinator {
  readonly path: readonly PropertyKey[];
  readonly setup: CoordinatorSetup;
}

/** A fault and where it stands in the file. */
export interface PlacedFault {
  readonly path: readonly PropertyKey[];
  readonly fault: Fault;
}

export interface Parts {
  readonly coordinators: readonly PlacedCoordinator[];
  readonly faults: readonly PlacedFault[];
  readonly horizonMs: number | undefined;
  readonly etcdClockRate: number;
}

export function checkScenario(
  { coordinators, etcdClockRate, faults, horizonMs }: Parts,
  findings: FileFinding[],
): void {
  checkNames(coordinators, findings);
  // Names that could not be read would make every fault on them wrong too.
  if (findings.every(({ path }) => path[0] !== "coordinators")) checkVictims(coordinators, faults, findings);
  if (horizonMs !== undefined) checkInstants(coordinators, faults, horizonMs, findings);
  checkOutages(faults, etcdClockRate, findings);
}

function checkNames(coordinators: readonly PlacedCoordinator[], findings: FileFinding[]): void {
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
    const fault = roleNameFault(setup.role);
    // The short form has one place for all of a role.
    const known = findings.some(({ what }) => what === fault);
    if (fault !== undefined && !known)
      findings.push({
        path: path.length > 1 && typeof path[1] === "number" ? [...path, "role"] : path,
        what: fault,
        remedy: "call the role rootcoord, datacoord, or another word",
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
  findings: FileFinding[],
): void {
  const names = coordinators.map(({ setup }) => setup.name);
  for (const { fault, path } of faults) {
    const on = concerns(fault);
    if (on === undefined || names.includes(on)) continue;
    const near = nearest(on, names);
    const known = names.length === 0 ? "there is none" : `there is ${listed(names, "and")}`;
    const meant = near[0] === undefined ? "" : `; did you mean ${near[0]}?`;
    findings.push({
      path: [...path, writtenName(kindOf(fault), "on")],
      what: `no coordinator is called ${on}`,
      remedy: `${known}${meant}`,
    });
  }
}

function checkInstants(
  coordinators: readonly PlacedCoordinator[],
  faults: readonly PlacedFault[],
  horizonMs: number,
  findings: FileFinding[],
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

/** Of outages that overlap or touch, one would decide what the other is for. */
function checkOutages(faults: readonly PlacedFault[], etcdClockRate: number, findings: FileFinding[]): void {
  faults.forEach(({ fault, path }, index) => {
    const place = faults.findIndex((one, at) => at < index && contradict(one.fault, fault, etcdClockRate));
    const other = faults[place]?.fault;
    if (other === undefined) return;
    const from = writeDuration(other.atMs);
    const until = writeDuration(outageEnd(other, etcdClockRate) ?? other.atMs);
    findings.push({
      path: [...path, "at"],
      what: `this ${fault.type} overlaps or touches the ${other.type} of entry ${place + 1}: etcd is not itself from ${from} to ${until}`,
      remedy: `let one begin after the other is over, this one after ${until} or the other before it, or make one longer fault of both`,
    });
  });
}
