/**
 * A folder that one process at a time writes to. A process that was killed leaves its mark, which counts for nothing once it is gone; so
 * does a mark that names no process. A mark gets its name when it is whole, so that none is taken for nobody's while it is written.
 */
import { randomUUID } from "node:crypto";
import { constants, copyFileSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { orRefuse } from "./output-file.ts";
import { whyUnreadable } from "./text-input.ts";
import { UserError } from "./user-error.ts";

/** Takes the folder, which is made if it is not there, for this process; gives what lets go of it. Throws a UserError where another process has it. `where`: the flag that names it. */
export function lockFolder(folder: string, where: string): () => void {
  const file = join(folder, "lock");
  orRefuse(folder, where, () => mkdirSync(folder, { recursive: true }));
  for (;;) {
    if (orRefuse(file, undefined, () => marked(file, `${process.pid} ${hostname()}`))) return letGo(file);
    const found = readMark(file);
    if (found === undefined) continue;
    const holder = holderIn(found);
    if (holder === undefined) {
      // Another may have taken it over in between.
      if (readMark(file) === found) orRefuse(file, undefined, () => rmSync(file, { force: true }));
      continue;
    }
    throw new UserError({
      where: `${where} ${folder}`,
      what: `process ${holder.pid} on ${holder.host} works there at this moment`,
      remedy: `wait for it, or name another folder; if no such process is left, remove ${file}`,
    });
  }
}

/** Once: another process may have it by then. */
function letGo(file: string): () => void {
  let held = true;
  return () => {
    if (held) rmSync(file, { force: true });
    held = false;
  };
}

/** False: there is a mark already. Throws what the file system does, and leaves nothing behind then. */
function marked(file: string, text: string): boolean {
  const own = `${file}-${randomUUID()}`;
  try {
    writeFileSync(own, text);
    giveName(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Throws EEXIST where something has that name. */
function giveName(own: string, file: string): void {
  try {
    linkSync(own, file);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    // Some file systems know one name for a file, and this is the nearest that they have.
    copyFileSync(own, file, constants.COPYFILE_EXCL);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Undefined: it is gone by now. Throws a UserError for what cannot be read, which may be anybody's. */
function readMark(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new UserError({
      where: file,
      what: `${whyUnreadable(error as NodeJS.ErrnoException)}, where the mark of who works there should be`,
      remedy: "remove it, or name another folder",
    });
  }
}

/** Who left the mark; undefined: nobody who still runs. Of other machines' processes nothing is known. */
function holderIn(mark: string): { readonly pid: number; readonly host: string } | undefined {
  const [, digits, host] = /^(\d+) (\S+)$/u.exec(mark) ?? [];
  if (host === undefined) return undefined;
  const pid = Number(digits);
  return host === hostname() && !isAlive(pid) ? undefined : { pid, host };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
