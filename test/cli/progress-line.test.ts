/** Progress is one line, however much there is to say. */
import { describe, expect, it } from "vitest";
import { ProgressLine } from "../../src/cli/base/progress.ts";
import { codeOfSignal } from "../../src/cli/base/signals.ts";
import { keptTerminal } from "./helpers.ts";

describe("a line of progress", () => {
  it("is cut before the terminal's last column", () => {
    const { err, terminal } = keptTerminal();
    new ProgressLine({ ...terminal, live: true, liveWidth: 40 }, "states").draw("x".repeat(100));
    const [, drawn = ""] = err().split("\u001B[2K");
    expect(drawn).toBe(`${"x".repeat(38)}…`);
  });
});

describe("a command that a signal ends", () => {
  it.each([
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s has exit code %s", (name, code) => {
    expect(codeOfSignal(name)).toBe(code);
  });
});
