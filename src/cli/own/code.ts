/** Which code a result is of: the same version may be built from other sources, and one's own modules have no version at all. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { VERSION } from "../../version.ts";

/** Whatever a schedule and its judgement can depend on. */
const FOLDERS = [
  "models",
  "properties",
  "src/cli/explore",
  "src/election",
  "src/kv",
  "src/search",
  "src/simulation",
  "src/time",
];
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const LENGTH = 12;

/** `0.1.0 (a1b2c3d4e5f6)`: the version, and a digest of its code and of `modules`. Reads some hundred files. */
export function codeOf(modules: readonly string[]): string {
  const hash = createHash("sha256").update(fc.__version);
  for (const folder of FOLDERS)
    for (const file of readdirSync(join(ROOT, folder), { encoding: "utf8", recursive: true }).sort())
      if (/(?<!\.d)\.[jt]s$/u.test(file)) hash.update(readFileSync(join(ROOT, folder, file)));
  for (const file of modules) hash.update(readFileSync(file));
  return `${VERSION} (${hash.digest("hex").slice(0, LENGTH)})`;
}
