/** Reads the project's own files, so that tests can judge them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's root folder. */
export const ROOT = join(import.meta.dirname, "..", "..");

const NOT_OURS = new Set([".git", "node_modules", "dist", "coverage", ".leasehold"]);

/** All files below a folder (`""` is the root), as paths from the root with forward slashes, sorted. */
export function listFiles(folder: string, accept: (path: string) => boolean = () => true): string[] {
  const absolute = join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  const found: string[] = [];
  for (const entry of readdirSync(absolute, { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...listFiles(path, accept));
    else if (entry.isFile() && accept(path)) found.push(path);
  }
  return found.sort();
}

/** The text of a file, by its path from the root. */
export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
