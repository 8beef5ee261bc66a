/** A folder that one process at a time writes to. A process that was killed leaves its mark, which counts for nothing once it is gone. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { orRefuse } from "../base/output-file.ts";
import { UserError } from "../base/user-error.ts";

/** Takes the folder for this process; gives what lets go of it. Throws a UserError where another process has it. `where`: the flag that names it. */
export function lockFolder(folder: string, where: string): () => void {
  const file = join(folder, "lock");
  const own = `${process.pid} ${hostname()}`;
  for (;;) {
    if (orRefuse(file, undefined, () => marked(file, own))) return letGo(file);
    const found = readMark(file);
    if (found === undefined) continue;
    const [pid, host = ""] = found.split(" ");
    if (host === hostname() && !isAlive(Number(pid))) {
      // Another may have taken it over in between.
      if (readMark(file) === found) rmSync(file, { force: true });
      continue;
    }
    throw new UserError({
      where: `${where} ${folder}`,
      what: `process ${pid} on ${host} explores there at this moment`,
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

function marked(file: string, text: string): boolean {
  try {
    const descriptor = openSync(file, "wx");
    writeSync(descriptor, text);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined: it is gone by now. */
function readMark(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
