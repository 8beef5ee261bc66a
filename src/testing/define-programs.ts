/** Programs and what is promised of them as one value that a module exports: for the test, and for `leasehold replay`. */
import type { Property } from "../../properties/property.ts";
import { defineProcesses, type OwnProcesses } from "../run/own.ts";
import { makersOf } from "./program-kind.ts";
import type { Programs } from "./program.ts";
import type { Promised } from "./promises.ts";

/** Programs, and what is promised of them. */
export interface ProgramsUnderTest extends OwnProcesses {
  readonly programs: Programs;
  /** For `check` and `assertHolds`. */
  readonly properties: readonly Promised[];
}

/**
 * For a module's export: `check` and `assertHolds` take its `programs` and `properties`, and `leasehold replay FILE --program ./module.ts`
 * runs a trace of theirs again. Throws a TypeError where nothing is promised.
 */
export function definePrograms(given: {
  readonly programs: Programs;
  readonly properties: readonly Promised[];
}): ProgramsUnderTest {
  const { programs, properties } = given;
  if (typeof programs !== "function" && (typeof programs !== "object" || programs === null))
    throw new TypeError("definePrograms: programs is neither a function nor functions by their names");
  if (!Array.isArray(properties) || properties.length === 0)
    throw new TypeError("definePrograms: nothing is promised: give it properties");
  const promises: readonly Property[] = properties;
  return defineProcesses({ programs, properties, makers: makersOf(programs), promises });
}
