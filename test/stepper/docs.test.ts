import { describe, expect, it } from "vitest";
import { SHAPES } from "../../src/stepper/help.ts";
import { BINDINGS, showKeys } from "../../src/stepper/keys.ts";
import { open } from "../../src/stepper/model.ts";
import type { TraceHeader } from "../../src/trace/format.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { after, screen, typed, variant } from "./helpers.ts";

const document = readProjectFile("docs/stepping.md");
const TRACE = "docs/examples/fencing-no-fencing.jsonl";

describe("docs/stepping.md", () => {
  it("has every key and every shape, as the help has them", () => {
    for (const binding of BINDINGS.filter(({ keys }) => keys.length > 0))
      expect(document).toContain(`| ${showKeys(binding)} | ${binding.does} |`);
    for (const [shape, meaning] of SHAPES) expect(document).toContain(`| ${shape} | ${meaning} |`);
  });

  it("shows the screen that its keys lead to", () => {
    const [first = ""] = readProjectFile(TRACE).split("\n");
    const header = JSON.parse(first) as TraceHeader;
    const there = typed(after(open(header, variant(header.variant), TRACE), "g"), "99s");
    const lines = screen(after(there, "i", "i"), 92, 26).map((line) => line.trimEnd());
    const [, shown = ""] = /```text\n(.*?)\n```/su.exec(document) ?? [];
    expect(shown.split("\n")).toEqual(lines);
  });
});
