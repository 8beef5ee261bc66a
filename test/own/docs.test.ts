/** docs/your-own.md shows the files that its commands run. */
import { expect, it } from "vitest";
import { fencedBlocks } from "../helpers/console-blocks.ts";
import { listFiles, readProjectFile } from "../helpers/repository.ts";

const FOLDER = "docs/examples/your-own";

it("shows every file of its examples, and as it is", () => {
  const shown = new Map(
    fencedBlocks(readProjectFile("docs/your-own.md"))
      .filter(({ language }) => language === "ts" || language === "yaml")
      .map(({ lines: [first = "", ...rest] }): [string, string] => [
        first.replace(/^(?:\/\/|#) /u, ""),
        rest.join("\n"),
      ]),
  );
  const files = listFiles(FOLDER, () => true);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files)
    expect(shown.get(file.slice(FOLDER.length + 1))).toBe(readProjectFile(file).trimEnd());
});
