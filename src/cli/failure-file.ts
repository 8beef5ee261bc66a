/** A failure as a file that others can look at: written whole or not at all. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../../properties/check.ts";
import { EXIT } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";

/** Returns the file's path. */
export function writeFailure(folder: string, failure: Failure, variant: string): string {
  const file = join(folder, `${failure.property}-${variant}-${failure.seed}.json`);
  const text = JSON.stringify(
    { format: "leasehold-failure", schemaVersion: 1, variant, ...failure },
    null,
    2,
  );
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.part`, `${text}\n`);
    renameSync(`${file}.part`, file);
  } catch (error) {
    throw new UserError({
      what: `cannot write the failure (${error instanceof Error ? error.message : String(error)})`,
      where: file,
      remedy: "name a folder that can be written with --out DIR",
      exitCode: EXIT.environment,
    });
  }
  return file;
}
