/** What a check is to do, read off its arguments and flags; and the words and commands that say it again. */
import { shipped, type Variant } from "../../../models/variant.ts";
import { propertyNames, type CheckPlan, type Failure } from "../../../properties/check.ts";
import { builtIns } from "../../scenario-file/built-in.ts";
import { nearest } from "../../scenario-file/nearest.ts";
import { grouped, nounFor } from "../../words/count.ts";
import { knownName, variantOrShipped } from "../base/names.ts";
import { SEED } from "../base/options.ts";
import { isScenarioPath, scenarioNamed } from "../base/scenario-input.ts";
import { shellWord } from "../base/shell-word.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { Own } from "../own/adopt.ts";
import { caseFlags, caseOptions } from "./cases.ts";
import type { CheckFlags } from "./flags.ts";

/** Ends well within twenty seconds on one slow core. */
export const DEFAULT_RUNS = 6000;

/** A check, ready to run. */
export interface PlannedCheck {
  readonly plan: CheckPlan;
  /** The scenario that was named, as it was; undefined: none was. */
  readonly scenario: string | undefined;
  /** Properties that were named. */
  readonly properties: readonly string[];
  /** The scenario and the flags that lead to the same schedules, as they follow the properties in a command. */
  readonly fixed: string;
}

/** `names`: properties, and at most one scenario. Undefined: the scenario has faults, which were told. */
export function planOf(
  names: readonly string[],
  flags: CheckFlags,
  own: Own,
  terminal: Terminal,
): PlannedCheck | undefined {
  const all = propertyNames();
  const scenarios = names.filter((name) => !all.includes(name) && isScenario(name));
  const properties = names.filter((name) => !scenarios.includes(name));
  for (const name of properties) knownName(name, all, "property", "leasehold check --list");
  const [target, other] = scenarios;
  if (other !== undefined)
    throw new UserError({
      what: `${String(target)} and ${other} are two scenarios`,
      remedy: "a check explores around one: name one, and properties beside it",
    });
  const { path } = flags;
  if (path !== undefined && (flags.seed === undefined || properties.length !== 1)) {
    throw new UserError({
      what: "--path needs --seed and exactly one property",
      remedy: "copy the whole command that was printed for the failure",
    });
  }
  const variant = variantOrShipped(own.variant).name;
  const around = target === undefined ? undefined : scenarioNamed(target, terminal);
  if (target !== undefined && around === undefined) return undefined;
  if (around?.scenario.coordinators.length === 0)
    throw new UserError({
      what: `${String(target)} has no coordinators`,
      remedy: "name those who take part",
    });
  const seed = flags.seed ?? Date.now() % SEED.most;
  return {
    plan: {
      properties: properties.length === 0 ? all : all.filter((name) => properties.includes(name)),
      variant,
      seed,
      cases: caseOptions(flags, around?.scenario),
      ...(path === undefined ? {} : { path }),
    },
    scenario: target,
    properties,
    fixed: `${target === undefined ? "" : ` ${shellWord(target)}`}${ownFlags(flags)}${caseFlags(flags)}`,
  };
}

/** A word that is near a property is a property misspelt. */
function isScenario(name: string): boolean {
  if (isScenarioPath(name) || builtIns.some((one) => one.name === name)) return true;
  return (
    nearest(name, propertyNames()).length === 0 &&
    nearest(
      name,
      builtIns.map((one) => one.name),
    ).length > 0
  );
}

function ownFlags({ fault = [], property = [], variant }: CheckFlags): string {
  return [
    variant === undefined || variant === shipped.name ? "" : ` --variant ${shellWord(variant)}`,
    ...property.map((file) => ` --property ${shellWord(file)}`),
    ...fault.map((file) => ` --fault ${shellWord(file)}`),
  ].join("");
}

export function headline({ plan, scenario }: PlannedCheck, runs: number, { summary }: Variant): string {
  const { cases, path, properties, variant } = plan;
  const what = properties.length === 1 ? String(properties[0]) : `${properties.length} properties`;
  if (path !== undefined) return `One case for ${what}`;
  const who = variant === shipped.name ? "the shipped election" : `${variant} (${summary})`;
  const how = cases.faults === false ? "calm" : "adverse";
  const where = scenario === undefined ? "" : ` around ${scenario}`;
  return `Checking ${what} of ${who} over ${grouped(runs)} ${how} ${nounFor(runs, "schedule")}${where} on a simulated etcd`;
}

/** The command that leads straight back to a shrunk case. */
export function commandFor({ path, property, seed }: Failure, { fixed }: PlannedCheck): string {
  return `leasehold check ${property}${fixed} --seed ${seed} --path ${path}`;
}

/** The flags that lead to the same schedules again, as far as this check came. */
export function againFor(planned: PlannedCheck, runs: number): string {
  const { seed } = planned.plan;
  return `${checkCommand(planned)} --seed ${seed}${runs === DEFAULT_RUNS ? "" : ` --runs ${runs}`}`;
}

/** The same of other schedules. */
export function checkCommand({ fixed, properties }: PlannedCheck): string {
  return `leasehold check${properties.map((name) => ` ${name}`).join("")}${fixed}`;
}
