/**
 * What `import ... from "leasehold"` and `"leasehold/election"` show of their types, as built: nothing of xstate or of the gRPC stack, so that users need
 * neither to compile, and neither can break them.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../helpers/repository.ts";

const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/gu;

/** Every declaration file reachable from `entry`, and every package that one of them names. */
function reach(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      if (name.startsWith(".")) open.push(join(dirname(file), name.replace(/\.(?:ts|js)$/u, ".d.ts")));
      else packages.add(name);
    }
  }
  return { files, packages };
}

describe("the published types", () => {
  it.each(["src/index.d.ts", "src/election/index.d.ts"])(
    "of %s name no package at all, down to the last",
    (entry) => {
      const file = join(ROOT, "dist", entry);
      expect(existsSync(file), "npm run build makes it").toBe(true);
      const { files, packages } = reach(file);
      expect(files.size).toBeGreaterThan(5);
      expect([...packages]).toEqual([]);
    },
  );

  it("would be seen to name xstate: the models' entry does", () => {
    expect([...reach(join(ROOT, "dist/models/index.d.ts")).packages]).toContain("xstate");
  });
});
