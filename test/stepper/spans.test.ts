import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import { paintLine } from "../../src/stepper/render-line.ts";
import { bar, ends, fit, rule, span, textOf } from "../../src/stepper/spans.ts";
import { cellsOf, cut, cutStart, pad, wrap } from "../../src/words/cells.ts";

describe("text in terminal cells", () => {
  it.each([
    ["rootcoord-a", 11],
    ["日本", 4],
    ["e\u0301", 1],
    ["█│▒", 3],
    ["🙂", 2],
  ])("%s takes %i", (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
  });

  it("is cut with an ellipsis, and a wide character is never halved", () => {
    expect(cut("rootcoord", 5)).toBe("root…");
    expect(cut("日本語", 4)).toBe("日…");
    expect(cut("日本語", 6)).toBe("日本語");
    expect(pad("日本語", 5)).toBe("日本…");
    expect(pad("日", 4)).toBe("日  ");
    expect(cut("x", 0)).toBe("");
    expect(cutStart("/a/long/path", 6)).toBe("…/path");
  });

  it("is wrapped at blanks", () => {
    expect(wrap("one two three", 8, " ")).toEqual(["one two", " three"]);
  });

  it("obeys nothing that stands in a file", () => {
    const painted = paintLine([span("\u001b[31m\n")], 14, new Chalk({ level: 3 }));
    expect(painted).toBe("\\u001b[31m\\n  ");
  });
});

describe("a line", () => {
  it.each([0, 1, 3, 7, 12])("fits %i cells exactly", (width) => {
    expect(cellsOf(textOf(fit([span("日本 "), span("rootcoord", "bad")], width)))).toBe(width);
    if (width > 6) expect(cellsOf(textOf(rule([span("日本")], width)))).toBe(width);
  });

  it("keeps its right end when its left is too long", () => {
    expect(textOf(ends([span("a long name")], [span("? keys")], 14))).toBe("a long… ? keys");
  });

  it("has no colour codes where there is no colour", () => {
    const line = [span("ACTIVE", "active"), span(" down", "quiet"), span(" !", "bad")];
    expect(paintLine(line, 14, new Chalk({ level: 0 }))).toBe("ACTIVE down ! ");
    expect(paintLine(line, 14, new Chalk({ level: 3 }))).toContain("\u001b[");
  });

  it("draws bars from empty to full and no further", () => {
    expect([bar(-1, 4), bar(0.5, 4), bar(2, 4)]).toEqual(["╌╌╌╌", "━━╌╌", "━━━━"]);
  });
});
