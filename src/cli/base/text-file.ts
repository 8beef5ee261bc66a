/** Writes a text file whole or not at all. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT } from "./exit-codes.ts";
import { UserError } from "./user-error.ts";

export function writeText(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.unfinished`, text);
    renameSync(`${file}.unfinished`, file);
  } catch (error) {
    throw new UserError({
      where: file,
      what: `cannot be written (${error instanceof Error ? error.message : String(error)})`,
      remedy: "name a file in a folder that can be written",
      exitCode: EXIT.environment,
    });
  }
}
