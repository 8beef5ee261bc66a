/**
 * What a scenario must get right beyond the shape of its fields: names that exist, instants within the run, outages of etcd
 * that do not end each other, no more work than a run can do. The one place for it, for scenario files and for headers of traces.
 */
import { roleNameFault } from "../../models/dialect.ts";
import { variantNamed, variants } from "../../models/variants.ts";
import { contradict, outageEnd } from "../simulation/effects.ts";
import { concerns, kindOf, type Fault } from "../simulation/fault.ts";
import type { CoordinatorSetup, ProcessSetup } from "../simulation/scenario.ts";
import { writeDuration } from "./duration.ts";
import { MOST_WRITES } from "./limits.ts";
import { listed, nearest, suggest } from "./nearest.ts";
import type { FileFinding } from "./problem.ts";

/** A process, mostly a coordinator, and where it stands in the file. */
export interface PlacedSetup {
  readonly path: readonly PropertyKey[];
  readonly setup: CoordinatorSetup | ProcessSetup;
}

/** A fault and where it stands in the file. */
export interface PlacedFault {
  readonly path: readonly PropertyKey[];
  readonly fault: Fault;
}

/** What is checked. */
export interface Parts {
  readonly setups: readonly PlacedSetup[];
  readonly faults: readonly PlacedFault[];
  /** Undefined: nothing needs to lie within the run; what does not never happens. */
  readonly horizonMs: number | undefined;
  /** Undefined: outages may overlap. */
  readonly etcdClockRate: number | undefined;
  /** What the file calls a field of a process, or of a fault. */
  readonly called: { setup(field: "startAtMs"): string; fault(fault: Fault, field: string): string };
}

/** Adds what is wrong to `findings`. */
export function checkScenario(parts: Parts, findings: FileFinding[]): void {
  const before = findings.length;
  checkNames(parts.setups, findings);
  // Names that could not be read would make every fault on them wrong too.
  if (findings.every(({ path }, at) => at < before && !path.includes("coordinators")))
    checkVictims(parts, findings);
  checkVariants(parts.setups, findings);
  checkInstants(parts, findings);
  checkOutages(parts, findings);
  checkWork(parts, findings);
}

/** The place of a field in an entry of its own; the short form has one place for all of a role. */
function within(path: readonly PropertyKey[], field: string): readonly PropertyKey[] {
  return typeof path.at(-1) === "number" ? [...path, field] : path;
}

function checkNames(setups: readonly PlacedSetup[], findings: FileFinding[]): void {
  const seen = new Set<string>();
  for (const { path, setup } of setups) {
    const { name } = setup;
    const place = within(path, "name");
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
        path: within(path, "role"),
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

function checkVictims({ called, faults, setups }: Parts, findings: FileFinding[]): void {
  const names = setups.map(({ setup }) => setup.name);
  for (const { fault, path } of faults) {
    const on = concerns(fault);
    if (on === undefined || names.includes(on)) continue;
    const near = nearest(on, names);
    const known = names.length === 0 ? "there is none" : `there is ${listed(names, "and")}`;
    const meant = near[0] === undefined ? "" : `; did you mean ${near[0]}?`;
    findings.push({
      path: [...path, called.fault(fault, "on")],
      what: `no coordinator is called ${on}`,
      remedy: `${known}${meant}`,
    });
  }
}

function checkVariants(setups: readonly PlacedSetup[], findings: FileFinding[]): void {
  for (const { path, setup } of setups) {
    const variant = "variant" in setup ? setup.variant : undefined;
    if (variant === undefined || variantNamed(variant) !== undefined) continue;
    const names = variants.map(({ name }) => name);
    findings.push({
      path: within(path, "variant"),
      what: `no variant of the protocol is called ${variant}`,
      remedy: suggest(variant, names),
    });
  }
}

function checkInstants({ called, faults, horizonMs, setups }: Parts, findings: FileFinding[]): void {
  if (horizonMs === undefined) return;
  const ends = `the run ends at ${writeDuration(horizonMs)}`;
  for (const { path, setup } of setups) {
    if (setup.startAtMs <= horizonMs) continue;
    findings.push({
      path: [...path, called.setup("startAtMs")],
      what: `${setup.name} starts after the horizon`,
      remedy: `${ends}; start it before, or set horizon`,
    });
  }
  for (const { fault, path } of faults) {
    if (fault.atMs <= horizonMs) continue;
    const what = `${writeDuration(fault.atMs)} lies after the horizon`;
    findings.push({
      path: [...path, called.fault(fault, "atMs")],
      what,
      remedy: `${ends}; move the fault before, or set horizon`,
    });
  }
}

/** Of outages that overlap or touch, one would decide what the other is for. */
function checkOutages({ called, etcdClockRate, faults }: Parts, findings: FileFinding[]): void {
  if (etcdClockRate === undefined) return;
  faults.forEach(({ fault, path }, index) => {
    const before = faults.find((one, at) => at < index && contradict(one.fault, fault, etcdClockRate));
    if (before === undefined) return;
    const other = before.fault;
    const from = writeDuration(other.atMs);
    const until = writeDuration(outageEnd(other, etcdClockRate) ?? other.atMs);
    findings.push({
      path: [...path, called.fault(fault, "atMs")],
      what: `this ${fault.type} overlaps or touches the ${other.type} of entry ${Number(before.path.at(-1)) + 1}: etcd is not itself from ${from} to ${until}`,
      remedy: `let one begin after the other is over, this one after ${until} or the other before it, or make one longer fault of both`,
    });
  });
}

/** A run that goes on for minutes looks like one that hangs. */
function checkWork({ faults }: Parts, findings: FileFinding[]): void {
  for (const { fault, path } of faults) {
    const writes = kindOf(fault).workOf?.(fault) ?? 0;
    if (writes <= MOST_WRITES) continue;
    findings.push({
      path,
      what: `this ${fault.type} would be ${Math.round(writes)} writes, more than ${MOST_WRITES}`,
      remedy: "let it be shorter, or with longer pauses",
    });
  }
}
