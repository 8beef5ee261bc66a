/**
 * Files that a command writes: whether they can be written is found out before the work begins, and they appear whole or
 * not at all.
 */
import { accessSync, constants, mkdirSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { missingFolders } from "../../trace/file-folders.ts";
import { writeLines } from "../../trace/trace-file.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { UserError, type Complaint } from "./user-error.ts";
import { whyUnwritten } from "./why-unwritten.ts";

/** Makes sure that `file` can be written, and leaves nothing behind. `where`: the flag that names it, if one does. */
export function tryFile(file: string, where?: string): void {
  orRefuse(file, where, () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
    if (found !== undefined) accessSync(file, constants.W_OK);
    if (found === undefined || found.isFile()) makeAndLeave(dirname(file));
  });
}

/** The same, and that it is not the file that is read. */
export function tryOther(file: string, source: string, where: string): void {
  tryFile(file, where);
  orRefuse(file, where, () => {
    const [written, read] = [file, source].map((one) => statSync(one, { throwIfNoEntry: false }));
    if (written === undefined || read?.isFile() !== true) return;
    if (read.dev !== written.dev || read.ino !== written.ino) return;
    const what = "it is the file that is read, and would be lost";
    throw new UserError({ where: `${where} ${file}`, what, remedy: "name another file" });
  });
}

/** The same for a folder of files. */
export function tryFolder(folder: string, where?: string): void {
  orRefuse(folder, where, () => makeAndLeave(folder));
}

/** Nothing but trying tells: permissions, read-only disks and folders that are none all look alike from outside. */
function makeAndLeave(folder: string): void {
  const made: string[] = [];
  try {
    for (const one of missingFolders(folder)) {
      mkdirSync(one);
      made.unshift(one);
    }
    rmdirSync(mkdtempSync(join(folder, ".leasehold-")));
  } finally {
    for (const one of made) rmdirSync(one);
  }
}

/** Writes `file` by way of `write`. Whoever may be interrupted calls it within `uninterrupted`. */
export function writeWhole<Result>(file: string, write: (line: (text: string) => void) => Result): Result {
  return orRefuse(file, undefined, () => writeLines(file, write));
}

/** The same with one text. */
export function writeText(file: string, text: string): void {
  writeWhole(file, (line) => line(text.replace(/\n$/u, "")));
}

/** Runs `work`, which writes `file`; what the file system throws becomes a UserError. */
export function orRefuse<Result>(file: string, where: string | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new UserError({
      where: where === undefined ? file : `${where} ${file}`,
      what: `cannot be written: ${whyUnwritten(String(error.code)) ?? error.message}`,
      remedy: "name a place that can be written",
      exitCode: EXIT.environment,
    });
  }
}

/**
 * The exit code of what was told, `code`. Throws a UserError where something of it could not be written down, which leaves a
 * verdict as it is. Called once all is told.
 */
export function orUnkept(code: ExitCode, [first]: readonly Complaint[]): ExitCode {
  if (first === undefined) return code;
  throw new UserError({
    ...first,
    what: `${first.what}, so what is told above is not kept`,
    remedy: "make room, or name another folder",
    exitCode: code === EXIT.holds ? EXIT.environment : code,
  });
}
