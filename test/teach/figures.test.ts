/** No figure in a lesson is typed by hand: it comes from a run, from the timing, or from the scenario by name. */
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { curve } from "../../src/teach/curve.ts";
import { Seen } from "../../src/teach/seen.ts";
import { crashed, places, stalled } from "../../src/teach/lessons/ttl.ts";
import { counted, percent, spanText } from "../../src/teach/words.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { listFiles, readProjectFile } from "../helpers/repository.ts";

const NUMBER_WORDS =
  /\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|sixty|hundred) (?:milliseconds?|seconds?|minutes?|hours?|times|standbys|coordinators)\b|\d/u;

/** The texts of a source file: what stands in quotes or backticks, without what is computed in them. */
function texts(source: string): string[] {
  const found: string[] = [];
  const code = source.replace(/^\s*(?:\/\/|\/\*\*?|\*).*$/gmu, "");
  let text: string | undefined;
  let quote = "";
  const outer: { quote: string; text: string; depth: number }[] = [];
  let depth = 0;
  for (let index = 0; index < code.length; index++) {
    const char = code.charAt(index);
    if (text !== undefined) {
      if (char === "\\") text += code.charAt(++index);
      else if (char === quote) {
        found.push(text);
        text = undefined;
      } else if (quote === "`" && code.startsWith("${", index)) {
        outer.push({ quote, text, depth });
        text = undefined;
        depth = 0;
        index += 1;
      } else text += char;
    } else if (char === '"' || char === "`") {
      text = "";
      quote = char;
    } else if (char === "{") depth += 1;
    else if (char === "}") {
      const back = depth === 0 ? outer.pop() : undefined;
      if (back === undefined) depth -= 1;
      else ({ quote, text, depth } = back);
    }
  }
  return found;
}

/** What may hold digits: names, answers in the syntax of faults, Milvus' issue numbers. */
function isFree(text: string): boolean {
  return /^[\w./-]*$/u.test(text) || /^\s*at: \d+s, /u.test(text);
}

describe("the texts of the lessons", () => {
  const files = listFiles("src/teach/lessons", (path) => path.endsWith(".ts"));

  it.each(files)("in %s hold no figure of their own", (file) => {
    const found = texts(readProjectFile(file));
    expect(found.length).toBeGreaterThan(0);
    const typed = found.filter((text) => !isFree(text)).map((text) => text.replace(/`[^`]*`|#\d{4,5}/gu, ""));
    expect(typed.filter((text) => NUMBER_WORDS.test(text))).toEqual([]);
  });

  it("are found with what is computed left out", () => {
    expect(texts('f("a 1", `b ${g({ x: `c ${2} d` })} e`, 3);\n// "no"')).toEqual(["a 1", "c  d", "b  e"]);
    expect(NUMBER_WORDS.test("after two minutes")).toBe(true);
    expect(NUMBER_WORDS.test("two of them")).toBe(false);
  });
});

describe("the curve", () => {
  const { points } = curve([5, 20]);

  it("is what its runs did, one by one", () => {
    for (const { bestMs, lost, stalls, ttlSeconds, worstMs } of points) {
      const gaps = places.map((place) => {
        const { from, to } = new Seen(observeRun(crashed(ttlSeconds, place).scenario, shipped)).longestGap;
        return to - from;
      });
      expect([bestMs, worstMs]).toEqual([Math.min(...gaps), Math.max(...gaps)]);
      const kept = [1000, 2000, 4000, 8000, 16_000, 32_000].flatMap((stallMs) =>
        places.filter(
          (place) =>
            new Seen(observeRun(stalled(ttlSeconds, stallMs, place).scenario, shipped)).servings.length === 1,
        ),
      );
      expect(lost).toBe(stalls - kept.length);
    }
  });

  it("rises on one side and falls on the other", () => {
    const all = curve().points;
    for (const [index, point] of all.entries()) {
      const before = all[index - 1];
      if (before === undefined) continue;
      expect(point.worstMs).toBeGreaterThan(before.worstMs);
      expect(point.lost).toBeLessThanOrEqual(before.lost);
    }
    expect(all.at(-1)?.lost).toBe(0);
  });
});

describe("figures", () => {
  it.each([
    [4, "4 ms"],
    [99.6, "0.1 s"],
    [560, "0.56 s"],
    [59_560, "59.6 s"],
    [60_000, "60 s"],
    [120_000, "2 min"],
    [300_060, "300.1 s"],
  ])("of %d ms are written %s", (ms, text) => {
    expect(spanText(ms)).toBe(text);
  });

  it("agree with what they count", () => {
    expect([counted(1, "watch"), counted(2, "watch"), counted(3, "renewal")]).toEqual([
      "1 watch",
      "2 watches",
      "3 renewals",
    ]);
    expect(percent(0.05)).toBe("5 %");
  });
});
