/** What a check is to do, read off its flags; and the words and commands that say it again. */
import { shipped, type Variant } from "../../../models/variant.ts";
import type { CaseOptions } from "../../../properties/arbitraries.ts";
import { propertyNames, type CheckPlan, type Failure } from "../../../properties/check.ts";
import { grouped, nounFor } from "../../words/count.ts";
import { knownName, variantOrShipped } from "../base/names.ts";
import { SEED } from "../base/options.ts";
import { UserError } from "../base/user-error.ts";
import type { CheckFlags } from "./flags.ts";

/** Ends well within twenty seconds on one slow core. */
export const DEFAULT_RUNS = 6000;

export function planOf(names: readonly string[], flags: CheckFlags): CheckPlan {
  for (const name of names) knownName(name, propertyNames, "property", "leasehold check --list");
  const { path } = flags;
  const variant = variantOrShipped(flags.variant).name;
  if (path !== undefined && (flags.seed === undefined || names.length !== 1)) {
    throw new UserError({
      what: "--path needs --seed and exactly one property",
      remedy: "copy the whole command that was printed for the failure",
    });
  }
  const seed = flags.seed ?? Date.now() % SEED.most;
  const properties =
    names.length === 0 ? propertyNames : propertyNames.filter((name) => names.includes(name));
  return { properties, variant, seed, cases: caseOptions(flags), ...(path === undefined ? {} : { path }) };
}

function caseOptions({ coordinators, faults, ttl }: CheckFlags): CaseOptions {
  return {
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    ...(coordinators === undefined ? {} : { coordinators }),
    ...(faults === false ? { faults: false } : {}),
  };
}

export function headline(
  { cases, path, properties, variant }: CheckPlan,
  runs: number,
  { summary }: Variant,
): string {
  const what = properties.length === 1 ? String(properties[0]) : `${properties.length} properties`;
  if (path !== undefined) return `One case for ${what}`;
  const who = variant === shipped.name ? "the shipped election" : `${variant}, which ${summary},`;
  const how = cases.faults === false ? "calm" : "adverse";
  return `Checking ${what} of ${who} over ${grouped(runs)} ${how} ${nounFor(runs, "schedule")} on a simulated etcd`;
}

/** The command that leads straight back to a shrunk case. */
export function commandFor({ path, property, seed }: Failure, plan: CheckPlan): string {
  return `leasehold check ${property}${fixedBy(plan)} --seed ${seed} --path ${path}`;
}

/** The flags that lead to the same schedules again, as far as this check came. */
export function againFor(plan: CheckPlan, names: readonly string[], runs: number): string {
  const what = names.map((name) => ` ${name}`).join("");
  return `leasehold check${what}${fixedBy(plan)} --seed ${plan.seed}${runs === DEFAULT_RUNS ? "" : ` --runs ${runs}`}`;
}

function fixedBy({ cases, variant }: CheckPlan): string {
  return [
    variant === shipped.name ? "" : ` --variant ${variant}`,
    cases.ttlSeconds === undefined ? "" : ` --ttl ${cases.ttlSeconds}s`,
    cases.coordinators === undefined ? "" : ` --coordinators ${cases.coordinators}`,
    cases.faults === false ? " --no-faults" : "",
  ].join("");
}
