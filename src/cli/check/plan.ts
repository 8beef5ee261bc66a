/** What a check is to do, read off its flags; and the words and commands that say it again. */
import { ETCD_MINIMUM_TTL_SECONDS } from "../../../models/timing.ts";
import { shipped, type Variant } from "../../../models/variant.ts";
import type { CaseOptions } from "../../../properties/arbitraries.ts";
import { propertyNames, type CheckPlan, type Failure } from "../../../properties/check.ts";
import { grouped } from "../base/count.ts";
import { durationMs, oneOf, textOf, wholeNumber, type Flags } from "../base/flags.ts";
import { UserError } from "../base/user-error.ts";
import { variantAsked } from "../base/variant-flag.ts";

/** Ends well within twenty seconds on one slow core. */
export const DEFAULT_RUNS = 6000;
const MOST_SEED = 2 ** 31 - 1;

export function planOf(names: readonly string[], flags: Flags): CheckPlan {
  for (const name of names) oneOf(name, propertyNames, "property", "leasehold check --list");
  const variant = variantAsked(textOf(flags, "variant")).name;
  const seed = wholeNumber(flags, "seed", -MOST_SEED - 1, MOST_SEED) ?? Date.now() % MOST_SEED;
  const path = flags["path"] === undefined ? undefined : String(flags["path"]);
  if (path !== undefined) {
    if (!/^\d+$/u.test(path)) {
      throw new UserError({
        what: `${path} is no path`,
        where: "--path",
        remedy: "copy it from the command that a failure prints, such as --path 61",
      });
    }
    if (flags["seed"] === undefined || names.length !== 1) {
      throw new UserError({
        what: "a path leads nowhere by itself",
        where: "--path",
        remedy: "give --seed and the one property too, as the failure's command does",
      });
    }
  }
  const properties =
    names.length === 0 ? propertyNames : propertyNames.filter((name) => names.includes(name));
  return { properties, variant, seed, cases: caseOptions(flags), ...(path === undefined ? {} : { path }) };
}

function caseOptions(flags: Flags): CaseOptions {
  const ttlMs = durationMs(flags, "ttl");
  if (ttlMs !== undefined && (ttlMs % 1000 !== 0 || ttlMs < ETCD_MINIMUM_TTL_SECONDS * 1000)) {
    throw new UserError({
      what: `a lease of ${ttlMs / 1000} s cannot be had: etcd counts whole seconds and grants ${ETCD_MINIMUM_TTL_SECONDS} s at least`,
      where: "--ttl",
      remedy: "write it like --ttl 10s",
    });
  }
  const coordinators = wholeNumber(flags, "coordinators", 1, 9);
  return {
    ...(ttlMs === undefined ? {} : { ttlSeconds: ttlMs / 1000 }),
    ...(coordinators === undefined ? {} : { coordinators }),
    ...(flags["faults"] === false ? { faults: false } : {}),
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
  return `Checking ${what} of ${who} over ${grouped(runs)} ${how} schedules on a simulated etcd`;
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
