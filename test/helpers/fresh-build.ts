/**
 * Before tests that start the built command: builds it anew where a source is newer, or they would test yesterday's. Says so, for
 * it takes some seconds.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./repository.ts";

const SOURCES = ["models", "properties", "src", "bench", "tools", "package.json", "tsconfig.build.json"];

/** The last change of any file of these; 0: there is none. */
export function newest(paths: readonly string[]): number {
  return paths.reduce((latest, path) => Math.max(latest, changedAt(path)), 0);
}

function changedAt(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return newest(readdirSync(path).map((name) => join(path, name)));
}

/** Whether what was built is there and newer than every source. */
export function isFresh(root: string): boolean {
  const builtAt = changedAt(join(root, "dist", "built"));
  return builtAt > 0 && builtAt >= newest(SOURCES.map((name) => join(root, name)));
}

export function setup(): void {
  if (isFresh(ROOT)) return;
  process.stderr.write("dist is older than the sources: npm run build\n");
  const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
  if (built.status !== 0) throw new Error("npm run build failed, so the built command cannot be tested");
}
