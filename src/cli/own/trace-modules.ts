/** The modules that a trace names: loaded where they lie, so that a run of somebody's own code can be run again. */
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { variantNamed } from "../../../models/variants.ts";
import { knownProperties } from "../../../properties/known.ts";
import { adoptedMakers } from "../../simulation/setup.ts";
import { kindNamed } from "../../simulation/fault.ts";
import { openTrace } from "../base/trace-input.ts";
import { UserError } from "../base/user-error.ts";
import { listed } from "../../scenario-file/nearest.ts";
import { adoptModules, adoptOwn, type Own, type OwnFlags } from "./adopt.ts";

/** What of a header is looked at before it can be read. */
interface Glimpse {
  readonly modules: readonly string[];
  readonly variant: unknown;
  readonly property: unknown;
  readonly faults: readonly unknown[];
  /** Kinds of processes beside the coordinator. */
  readonly kinds: readonly unknown[];
}

/**
 * Loads what the flags name, and what the trace does. A path is taken from the folder in which the command runs, and never leads
 * out of it: a file that somebody sent must not choose what is run. `runs`: the trace is to be run again, not read alone.
 */
export async function adoptForTrace(file: string, flags: OwnFlags, runs: boolean): Promise<Own> {
  const own = await adoptOwn(flags);
  const { faults, kinds, modules, property, variant } = glimpseOf(file);
  const here = modules.filter((path) => isBelow(path) && existsSync(path));
  await adoptModules(here, `${file} names`);
  const missing = modules.filter((path) => !here.includes(path));
  if (missing.length === 0) return { ...own, modules: [...new Set([...own.modules, ...here])] };
  const unknown = [
    ...(runs && kinds.some((kind) => typeof kind === "string" && adoptedMakers()[kind] === undefined)
      ? ["the programs"]
      : []),
    ...(runs &&
    flags.variant === undefined &&
    typeof variant === "string" &&
    variantNamed(variant) === undefined
      ? [`the variant ${variant}`]
      : []),
    ...(runs && typeof property === "string" && !knownProperties().includes(property)
      ? [`the property ${property}`]
      : []),
    ...(runs ? faultsNotHere(faults) : []),
  ];
  if (unknown.length === 0) return own;
  throw new UserError({
    where: file,
    what: `it was recorded with ${listed(missing, "and")}, not to be found from here, and needs ${listed(unknown, "and")}`,
    remedy: "go to the folder that has it, or name it: --variant, --property, --fault or --program FILE",
  });
}

function faultsNotHere(types: readonly unknown[]): string[] {
  const own = new Set(types.filter((type) => typeof type === "string"));
  return [...own].filter((type) => kindNamed(type) === undefined).map((type) => `the fault ${type}`);
}

function isBelow(path: string): boolean {
  return !isAbsolute(path) && !path.split(/[/\\]/u).includes("..");
}

/** Whatever is no header is told by whoever reads it. */
function glimpseOf(file: string): Glimpse {
  const lines = openTrace(file);
  const first = lines.next().value ?? "";
  lines.return(undefined);
  let given: Readonly<Record<string, unknown>> = {};
  try {
    const value: unknown = JSON.parse(first);
    if (typeof value === "object" && value !== null) given = value as typeof given;
  } catch {
    // Told by the reader, with its line.
  }
  const { modules, property, scenario, variant } = given;
  const { faults, processes } = (scenario ?? {}) as { faults?: unknown; processes?: unknown };
  const each = (list: unknown, field: "kind" | "type"): unknown[] =>
    Array.isArray(list) ? list.map((one) => (one as Record<string, unknown> | null)?.[field]) : [];
  return {
    modules: Array.isArray(modules) ? modules.filter((one) => typeof one === "string") : [],
    variant,
    property,
    faults: each(faults, "type"),
    kinds: each(processes, "kind"),
  };
}
