/** Which schedules a check is to look at, read off its flags. */
import type { CaseOptions } from "../../../properties/case.ts";
import { membersFor } from "../../../properties/arbitraries.ts";
import { FAULT_KINDS, kindsFor } from "../../simulation/fault.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { knownName } from "../base/names.ts";
import { UserError } from "../base/user-error.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import type { CheckFlags } from "./flags.ts";

/** `around`: the scenario that was named, if one was. */
export function caseOptions(flags: CheckFlags, around: Scenario | undefined): CaseOptions {
  const { coordinators, etcdVersion, faults, members, network, ttl } = flags;
  if (around !== undefined) refuseBeside(flags);
  const kinds = kindsOf(flags, around);
  return {
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    ...(coordinators === undefined ? {} : { coordinators }),
    ...(faults === false ? { faults: false } : {}),
    ...(kinds === undefined ? {} : { kinds }),
    ...(etcdVersion === undefined ? {} : { etcdVersion }),
    ...(members === undefined ? {} : { etcdMembers: members }),
    ...(network === undefined ? {} : { network }),
    ...(around === undefined ? {} : { around }),
  };
}

/** What a scenario says itself. */
function refuseBeside({ coordinators, faults, ttl }: CheckFlags): void {
  const told = { "--ttl": ttl, "--coordinators": coordinators };
  for (const [flag, value] of Object.entries(told))
    if (value !== undefined)
      throw new UserError({ where: flag, what: "the scenario says that itself", remedy: "change it there" });
  if (faults === false)
    throw new UserError({
      where: "--no-faults",
      what: "nothing is varied then, and one run is left",
      remedy: "leasehold simulate runs the scenario as it is",
    });
}

/** Undefined: all of them. */
function kindsOf(
  { faults, members, withoutFaults = [] }: CheckFlags,
  around: Scenario | undefined,
): readonly string[] | undefined {
  if (faults === false && withoutFaults.length > 0)
    throw new UserError({
      where: "--no-fault",
      what: "--no-faults leaves none anyway",
      remedy: "leave one of them out",
    });
  if (faults === false || (faults === undefined && withoutFaults.length === 0)) return undefined;
  const known = FAULT_KINDS.map(({ name }) => name);
  for (const name of [...(faults ?? []), ...withoutFaults]) knownName(name, known, "kind of fault");
  const count = members ?? around?.etcd.members ?? membersFor({ kinds: faults ?? [] });
  const all: readonly string[] = kindsFor(count).map(({ name }) => name);
  const misplaced = faults?.find((name) => !all.includes(name));
  if (misplaced !== undefined)
    throw new UserError({
      where: "--faults",
      what: `${misplaced} is of an etcd ${count === 1 ? "of several members" : "that is one server"}`,
      remedy: count === 1 ? "say --members 3" : "leave it out, or the kinds that are of several members",
    });
  const kinds = all.filter((name) => (faults ?? all).includes(name) && !withoutFaults.includes(name));
  if (kinds.length > 0) return kinds;
  throw new UserError({
    where: "--no-fault",
    what: "no kind of fault is left",
    remedy: "name fewer, or say --no-faults",
  });
}

/** The flags that say the same again. */
export function caseFlags({
  coordinators,
  etcdVersion,
  faults,
  members,
  network,
  ttl,
  withoutFaults = [],
}: CheckFlags): string {
  const ways = Object.entries(network ?? {}).map(
    ([way, ms]) => `${way.replace(/Ms$/u, "")}=${writeDuration(ms)}`,
  );
  return [
    ttl === undefined ? "" : ` --ttl ${ttl}s`,
    coordinators === undefined ? "" : ` --coordinators ${coordinators}`,
    faults === false ? " --no-faults" : faults === undefined ? "" : ` --faults ${faults.join(",")}`,
    withoutFaults.length === 0 ? "" : ` --no-fault ${withoutFaults.join(",")}`,
    etcdVersion === undefined ? "" : ` --etcd-version ${etcdVersion}`,
    members === undefined ? "" : ` --members ${members}`,
    ways.length === 0 ? "" : ` --network ${ways.join(",")}`,
  ].join("");
}
