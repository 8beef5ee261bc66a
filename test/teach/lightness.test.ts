/** What keeps the first screen quick, as a fact about imports: nothing that runs the protocol is needed to show it. */
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { readProjectFile } from "../helpers/repository.ts";

/** Everything that is loaded with a file: its imports and theirs, but for types and for what is imported later. */
function loadedWith(entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    if (!file.endsWith(".ts")) return;
    for (const [, clause = "", specifier = ""] of readProjectFile(file).matchAll(
      /^(?:import|export)\s+([^"';]*?)\s*from\s+"([^"]+)";/gmu,
    )) {
      if (clause.startsWith("type ")) continue;
      visit(specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier);
    }
  };
  visit(entry);
  return found;
}

describe("the first screen", () => {
  it.each(["src/cli/teach/teach.ts", "src/cli/teach/lesson.ts"])(
    "of %s needs neither engine nor parser",
    (entry) => {
      const loaded = loadedWith(entry);
      expect(
        [...loaded].filter((file) =>
          /^(?:xstate|zod|yaml|fast-check)$|simulation\.ts$|engine\.ts$/u.test(file),
        ),
      ).toEqual([]);
      expect(loaded).toContain("models/timing.ts");
    },
  );

  it("is followed by a part that needs them", () => {
    const loaded = loadedWith("src/cli/teach/runs.ts");
    for (const needed of ["xstate", "zod", "yaml", "src/teach/engine.ts"]) expect(loaded).toContain(needed);
  });
});
