/**
 * What a scenario must get right beyond the shape of its fields: names that exist, instants within the run, outages of etcd
 * that do not end each other, no more work than a run can do. The one place for it, for scenario files and for headers of traces.
 */
import { roleNameFault } from "../../models/dialect.ts";
import { leastActivationLimitMs, MOST_ACTIVATION_LIMIT_MS, timingFor } from "../../models/timing.ts";
import { variantNamed, variants } from "../../models/variants.ts";
import { contradict, outageEnd } from "../simulation/effects.ts";
import { concerns, fieldOf, kindOf, type Fault } from "../simulation/fault.ts";
import type { CoordinatorSetup, ProcessSetup } from "../simulation/scenario.ts";
import { writeDuration } from "./duration.ts";
import { isWithin, LIMITS, MOST_WRITES } from "./limits.ts";
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
  /** Undefined: it is none. */
  readonly ttlSeconds: number | undefined;
  /** Undefined: nothing needs to lie within the run; what does not never happens. */
  readonly horizonMs: number | undefined;
  /** Of etcd. */
  readonly members: number;
  /** Undefined: outages may overlap. */
  readonly etcdClockRate: number | undefined;
  /** What the file calls a field of a process, or of a fault. */
  readonly called: {
    setup(field: "startAtMs" | "activationLimitMs"): string;
    fault(fault: Fault, field: string): string;
  };
}

/** Adds what is wrong to `findings`. */
export function checkScenario(parts: Parts, findings: FileFinding[]): void {
  const before = findings.length;
  checkNames(parts.setups, findings);
  // Names that could not be read would make every fault on them wrong too.
  if (findings.every(({ path }, at) => at < before && !path.includes("coordinators")))
    checkVictims(parts, findings);
  checkMembers(parts, findings);
  checkVariants(parts.setups, findings);
  checkActivationLimits(parts, findings);
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

/** Members that are named are there, and faults befall an etcd that has as many as they are about. */
function checkMembers({ called, faults, members, setups }: Parts, findings: FileFinding[]): void {
  const strange = (member: unknown) => typeof member === "number" && member > members;
  const noMember = (member: unknown) => `etcd has no member ${String(member)}`;
  const remedy =
    members === 1
      ? "it is one server; write etcd: {members: 3}"
      : `it has members 1 to ${members}; name one of them, or set members`;
  for (const { path, setup } of setups)
    if (strange(setup.member))
      findings.push({ path: within(path, "member"), what: noMember(setup.member), remedy });
  for (const { fault, path } of faults) {
    const kind = kindOf(fault);
    const member = fieldOf(fault, "member");
    if (kind.members === "several" && members === 1)
      findings.push({ path, what: `${fault.type} is of an etcd of several members`, remedy });
    else if (kind.members === "several" && strange(member))
      findings.push({ path: [...path, called.fault(fault, "member")], what: noMember(member), remedy });
    else if (kind.members === "one" && members > 1)
      findings.push({
        path,
        what: `${fault.type} is of an etcd that is one server`,
        remedy: "of several members, cut off the one that leads: memberCut: leader",
      });
  }
}

function checkActivationLimits({ called, setups, ttlSeconds }: Parts, findings: FileFinding[]): void {
  for (const { path, setup } of setups) {
    if (!("activeStandby" in setup) || setup.activationLimitMs === undefined) continue;
    const ttl = setup.ttlSeconds ?? ttlSeconds;
    if (ttl === undefined || !isWithin(ttl, LIMITS.ttlSeconds)) continue;
    const least = leastActivationLimitMs(timingFor(ttl));
    const most = MOST_ACTIVATION_LIMIT_MS;
    const { activationLimitMs } = setup;
    if (activationLimitMs >= least && activationLimitMs <= most) continue;
    findings.push({
      path: within(path, called.setup("activationLimitMs")),
      what: `an activation limit of ${writeDuration(activationLimitMs)} does not fit a TTL of ${ttl}s`,
      remedy: `give from ${writeDuration(Math.ceil(least))} to ${writeDuration(most)}`,
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
