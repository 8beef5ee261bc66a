/** Traces as files that others can look at: written whole or not at all. */
import { join } from "node:path";
import { variantNamed } from "../../../models/variants.ts";
import type { Variant } from "../../../models/variant.ts";
import { shipped } from "../../../models/variant.ts";
import type { Failure } from "../../../properties/check.ts";
import { recordCase, type Recordable } from "../../run/record.ts";
import { writeWhole } from "./output-file.ts";
import { complaintOf, type Complaint } from "./user-error.ts";

/** Where a trace is, or why it could not be written: what was found is told all the same. */
export interface WrittenTrace {
  /** Undefined: none was to be written, or none could be. */
  readonly file: string | undefined;
  /** Why it could not be written. */
  readonly unwritten?: Complaint;
}

/** Records a failing case into `folder`. */
export function writeFailure(
  folder: string,
  failure: Failure,
  variantName: string,
  /** Of one's own that it was found with, as a trace names them. */
  modules: readonly string[] = [],
): WrittenTrace {
  const { case: given, path, property, seed, violation } = failure;
  const file = join(folder, `${property}-${variantName}-${seed}.jsonl`);
  const variant: Variant = variantNamed(variantName) ?? shipped;
  const scenario = { ...given.scenario, title: `${property} on ${variantName}` };
  return tryTrace(file, { ...given, scenario, variant, property, violation, seed, path, modules });
}

/** Records a run into `file`, if it can be written. */
export function tryTrace(file: string, given: Recordable): WrittenTrace {
  const unwritten = complaintOf(() => writeTrace(file, given));
  return unwritten === undefined ? { file } : { file: undefined, unwritten };
}

/** Records a run into `file`. */
export function writeTrace(file: string, given: Recordable): void {
  writeWhole(file, (line) => recordCase(given, line));
}
