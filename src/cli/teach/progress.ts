/**
 * Where a learner's progress is kept: one small file in the user's state folder (XDG), written whole or not at all. A file
 * that cannot be read is put aside and begun anew; one that cannot be written spoils no lesson.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { makeFolders } from "../../trace/file-folders.ts";
import { joined, readProgress, writeProgress, type LearnerProgress } from "../../teach/progress.ts";

/** The file's path: `$XDG_STATE_HOME/leasehold/teach.json`, below `~/.local/state` if the variable is not set. */
export function progressFile(environment: NodeJS.ProcessEnv): string {
  const given = environment["XDG_STATE_HOME"] ?? "";
  // The specification: a relative path is to be ignored.
  const state = isAbsolute(given) ? given : join(environment["HOME"] ?? homedir(), ".local", "state");
  return join(state, "leasehold", "teach.json");
}

/** Reads the file. `notice`: what the learner should know, if anything. */
export function loadProgress(file: string): { readonly progress: LearnerProgress; readonly notice?: string } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { progress: new Map() };
    return { progress: new Map(), notice: `progress cannot be read: ${messageOf(error)}` };
  }
  const progress = readProgress(text);
  if (progress !== undefined) return { progress };
  const aside = `${file}.damaged`;
  try {
    renameSync(file, aside);
    return {
      progress: new Map(),
      notice: `${file} was damaged; it lies at ${aside} now, and progress begins anew`,
    };
  } catch (error) {
    return { progress: new Map(), notice: `${file} is damaged: ${messageOf(error)}` };
  }
}

/** Writes the file, and leaves what another process has noted since. Returns what the learner should know, if it did not work. */
export function saveProgress(file: string, progress: LearnerProgress): string | undefined {
  const part = `${file}.part`;
  try {
    makeFolders(dirname(file));
    writeFileSync(part, writeProgress(joined(progress, kept(file))));
    renameSync(part, file);
    return undefined;
  } catch (error) {
    rmSync(part, { force: true });
    return `progress is not kept: ${messageOf(error)}`;
  }
}

function kept(file: string): LearnerProgress {
  try {
    return readProgress(readFileSync(file, "utf8")) ?? new Map();
  } catch {
    return new Map();
  }
}

/** Forgets everything. Throws nothing if there was nothing. */
export function forgetProgress(file: string): void {
  rmSync(file, { force: true });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
