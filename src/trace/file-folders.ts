/** Folders made one by one: where nothing can be made (`/proc`), Node 20's own `recursive` never comes back. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The folders to be made for `folder`, outermost first. */
export function missingFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.unshift(at);
  return missing;
}

/** Makes `folder` and whatever of its path is missing. Throws what the file system throws. */
export function makeFolders(folder: string): void {
  for (const one of missingFolders(folder)) mkdirSync(one);
}
