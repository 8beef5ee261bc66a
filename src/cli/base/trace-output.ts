/** Traces as files that others can look at: written whole or not at all. */
import { join } from "node:path";
import { variantNamed } from "../../../models/variants.ts";
import type { Variant } from "../../../models/variant.ts";
import { shipped } from "../../../models/variant.ts";
import type { Failure } from "../../../properties/check.ts";
import { recordCase, type Recordable } from "../../run/record.ts";
import { writeWhole } from "./output-file.ts";

/** Records a failing case into `folder` and returns the file's path. */
export function writeFailure(
  folder: string,
  failure: Failure,
  variantName: string,
  /** Of one's own that it was found with, as a trace names them. */
  modules: readonly string[] = [],
): string {
  const { case: given, path, property, seed, violation } = failure;
  const file = join(folder, `${property}-${variantName}-${seed}.jsonl`);
  const variant: Variant = variantNamed(variantName) ?? shipped;
  const scenario = { ...given.scenario, title: `${property} on ${variantName}` };
  writeTrace(file, { ...given, scenario, variant, property, violation, seed, path, modules });
  return file;
}

/** Records a run into `file`. */
export function writeTrace(file: string, given: Recordable): void {
  writeWhole(file, (line) => recordCase(given, line));
}
