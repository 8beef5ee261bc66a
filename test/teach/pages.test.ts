/** A lesson as a person at a small terminal sees it: page by page, and on from where it was left. */
import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import type { Dialogue } from "../../src/cli/teach/dialogue.ts";
import { playLesson } from "../../src/cli/teach/lesson.ts";
import { lessonNamed } from "../../src/teach/lessons/index.ts";

/** What stood on the screen whenever something was asked, with the question. */
async function pagesOf(id: string, answers: readonly string[], { begun = false, height = 24 } = {}) {
  const lesson = lessonNamed(id);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  const pages: string[] = [];
  let said = "";
  const left = [...answers];
  const dialogue: Dialogue = {
    live: true,
    ended: false,
    interrupted: false,
    ask(prompt) {
      pages.push(said + prompt);
      said = "";
      return Promise.resolve(left.shift());
    },
    close: () => undefined,
  };
  const terminal = {
    out: (text: string) => void (said += text),
    err: () => undefined,
    paint: new Chalk({ level: 0 }),
    paintErr: new Chalk({ level: 0 }),
    width: 80,
    height,
    proseWidth: 80,
    live: false,
  };
  const notes = { predicted: () => undefined, passed: () => undefined };
  const ending = await playLesson(lesson, begun, terminal, dialogue, notes);
  return { ending, pages: [...pages, said] };
}

const enters = (times: number): string[] => Array.from({ length: times }, () => "");

describe("a lesson at a terminal of 24 rows and 80 columns", () => {
  it.each(["lease", "watch", "ttl", "milvus"])("of %s shows no more at once than fits", async (id) => {
    const { pages } = await pagesOf(id, ["a", ...enters(30)]);
    expect(pages.length).toBeGreaterThan(5);
    for (const page of pages) expect(page.split("\n").length).toBeLessThanOrEqual(24);
  });

  it("has the row that decides on one screen with what is said of it", async () => {
    const { pages } = await pagesOf(
      "lease",
      ["at: 61s, crash: A"].flatMap((one) => ["", one]),
      {
        begun: true,
      },
    );
    const attempt = pages.find((page) => page.includes("Not yet.")) ?? "";
    expect(attempt).toMatch(/rows before are left out[^]*120\.560 s .*ACTIVE[^]*Not yet\./u);
    expect(attempt.split("\n").length).toBeLessThanOrEqual(24);
  });

  it("draws of a second run what differs from the first", async () => {
    const { pages } = await pagesOf("lease", ["c", ...enters(6)], { height: 100 });
    const second = pages.find((page) => page.includes("stopped in the ordinary way")) ?? "";
    expect(second).toMatch(/The same up to 61\.000 s; from there on:[^]*asked to stop/u);
  });

  it("goes on at the exercise, with the form of a fault, or begins anew", async () => {
    const on = await pagesOf("lease", ["", "at: 79s, crash: A"], { begun: true });
    expect(on.ending).toBe("passed");
    expect(on.pages[0]).toContain(
      "You predicted already. Enter goes on to the exercise, b begins the lesson anew.",
    );
    expect(on.pages[1]).toMatch(/ {4}at: 30s, pause: A, for: 10s[^]*Your fault: $/u);
    const anew = await pagesOf("lease", ["b"], { begun: true });
    expect(anew.pages[1]).toContain("How long is it until");
    expect((await pagesOf("lease", ["q"], { begun: true })).ending).toBe("left");
  });
});
