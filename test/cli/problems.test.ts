/** A faulty line is shown as it stands in the file, but for what a terminal would obey, and what is secret. */
import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import { renderProblems } from "../../src/cli/story/render-problems.ts";

function shownLine(text: string, column: number): string[] {
  const problem = { line: 1, column, what: "wrong", remedy: "correct it" };
  return renderProblems("a.yaml", text, [problem], new Chalk({ level: 0 }))
    .split("\n")
    .slice(1, 3);
}

describe("the line of a problem", () => {
  it("has its caret under the place, behind tabs and behind what is escaped", () => {
    expect(shownLine("\ta: b", 5)).toEqual(["  1 | \ta: b", "    | \t   ^"]);
    expect(shownLine("\u001bx: b", 5)).toEqual(["  1 | \\u001bx: b", "    |          ^"]);
  });

  it.each([
    ["    password: hunter2 x", "    password: ***"],
    ["ETCD_AUTH_PASSWORD: 'hunter2'", "ETCD_AUTH_PASSWORD: ***"],
    ['  - "MINIO_SECRET_KEY=hunter2"', '  - "MINIO_SECRET_KEY=***'],
    ["auth: {userName: root, password: hunter2}", "auth: {userName: root, password: ***"],
    ["replicas: 2", "replicas: 2"],
  ])("%s is shown as %s", (line, expected) => {
    expect(shownLine(line, 1)[0]).toBe(`  1 | ${expected}`);
  });
});
