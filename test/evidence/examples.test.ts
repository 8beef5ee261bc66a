/** The files of docs/validating-logs.md are what the run of docs/examples/fencing-no-fencing.jsonl leaves; UPDATE_DOCS=1 writes them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { linesOf } from "../../src/trace/trace-file.ts";
import type { TraceHeader } from "../../src/trace/format.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { mapLines, ownLogs, storeWatch, WRAPPINGS } from "./print-run.ts";

const FOLDER = "docs/examples/incident";

it("the incident's files are those of the run that they are said to be of", () => {
  const [first = ""] = linesOf("docs/examples/fencing-no-fencing.jsonl");
  const header = JSON.parse(first) as TraceHeader;
  const variant = variantNamed(header.variant);
  if (variant === undefined) throw new Error(`no variant ${header.variant}`);
  const run = observeRun(header.scenario, variant);
  const wrapped = mapLines(
    ownLogs(run),
    (line, file) => WRAPPINGS["kubectl"]?.(line, file.replace(/\.log$/u, "")) ?? line,
  );
  for (const [file, lines] of [...wrapped, ...storeWatch(run)]) {
    const path = `${FOLDER}/${file}`;
    const text = `${lines.join("\n")}\n`;
    if (process.env["UPDATE_DOCS"] !== undefined) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    expect(readProjectFile(path)).toBe(text);
  }
});
