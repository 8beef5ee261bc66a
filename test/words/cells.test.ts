import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsOf, cut, flow, pad, wrap } from "../../src/words/cells.ts";

describe("a text in terminal cells", () => {
  it.each([
    ["rootcoord-a", 11],
    ["协调器", 6],
    ["e\u0301tcd", 4],
    ["👩‍👩‍👧", 2],
  ])("%s takes %i", (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
    expect(cellsOf(pad(text, 14))).toBe(14);
  });

  it("is cut between characters, never through one", () => {
    expect(cut("协调器", 6)).toBe("协调器");
    expect(cut("协调器", 5)).toBe("协调…");
    expect(cut("协调器", 4)).toBe("协…");
    expect(cut("rootcoord", 4)).toBe("roo…");
  });

  it("is never wider than asked for, whatever is in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat({ max: 30 }), (text, width) => {
        expect(cellsOf(cut(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("a paragraph", () => {
  it("breaks at blanks, and keeps a number with its unit", () => {
    expect(wrap("nobody served for 59 s, after rev 12", 22)).toEqual([
      "nobody served",
      "for 59 s, after rev 12",
    ]);
    expect(wrap("the lease is gone at 60 s", 23)).toEqual(["the lease is gone", "at 60 s"]);
  });

  it("counts cells, not characters", () => {
    expect(wrap("协调器 协调器", 7)).toEqual(["协调器", "协调器"]);
  });

  it("cuts a word that is longer than a line, and indents what follows", () => {
    expect(wrap("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(wrap("one two three", 8, "  ")).toEqual(["one two", "  three"]);
    expect(flow("one two three", 8, "> ")).toBe("> one\n> two\n> three");
  });
});
