/**
 * The kept list of what the package exports. A change of it is a decision: `UPDATE_DOCS=1 npx vitest run test/package` after
 * `npm run build` writes it anew, and the difference is looked at.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readProjectFile } from "../helpers/repository.ts";
import { exportsOf } from "./exported.ts";

const SUB_PATHS = [
  ".",
  "./election",
  "./models",
  "./simulation",
  "./properties",
  "./trace",
  "./opentelemetry",
  "./testing",
];
const KEPT = fileURLToPath(new URL("exports.md", import.meta.url));

function listed(): string {
  const parts = SUB_PATHS.map((subPath) => {
    const name = subPath.replace(/^\./u, "leasehold");
    const lines = exportsOf(subPath).map(
      (one) => `- \`${one.name}\`: \`${one.declaration.replaceAll("`", "'")}\``,
    );
    return `## ${name}\n\n${lines.join("\n")}\n`;
  });
  return `# What the package exports\n\nWritten by \`test/package/exports.test.ts\`.\n\n${parts.join("\n")}`;
}

describe("the package's exports", () => {
  it("are the kept ones, with their types", () => {
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(KEPT, listed());
    expect(listed()).toBe(readFileSync(KEPT, "utf8"));
  });

  it.each(SUB_PATHS)("%s documents each name", (subPath) => {
    const names = exportsOf(subPath);
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter(({ documented }) => !documented).map(({ name }) => name)).toEqual([]);
  });

  it.each(SUB_PATHS)("%s names each thing once, and docs/packages.md tells of it", (subPath) => {
    const names = exportsOf(subPath).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(readProjectFile("docs/packages.md")).toContain(`## \`${subPath.replace(/^\./u, "leasehold")}\``);
  });

  it("are chosen name by name: an index that hands on whole modules is an error", () => {
    for (const index of ["src", "src/election", "models", "src/simulation", "properties", "src/run"])
      expect(readProjectFile(`${index}/index.ts`)).not.toMatch(/export (?:type )?\*/u);
  });
});
