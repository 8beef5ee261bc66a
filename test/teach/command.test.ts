/** The command as people and scripts use it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { Chalk } from "chalk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TeachFlags } from "../../src/cli/teach/flags.ts";
import { teach } from "../../src/cli/teach/teach.ts";
import type { Terminal } from "../../src/cli/base/terminal.ts";
import { lessons } from "../../src/teach/lessons/index.ts";
import { refusalOf } from "../cli/helpers.ts";

let state = "";
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "leasehold-teach-"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

interface Speech {
  /** Lines that are piped in. */
  readonly lines?: readonly string[];
  readonly isTTY?: boolean;
  readonly outputIsTerminal?: boolean;
  readonly level?: 0 | 3;
  readonly width?: number;
  readonly proseWidth?: number;
}

async function run(target: string | undefined, flags: TeachFlags = {}, speech: Speech = {}) {
  const said = { out: "", err: "" };
  const { isTTY = false, level = 0, lines = [], outputIsTerminal = false, width = 100 } = speech;
  const terminal: Terminal = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    paint: new Chalk({ level }),
    paintErr: new Chalk({ level: 0 }),
    width,
    proseWidth: speech.proseWidth ?? Number.POSITIVE_INFINITY,
    live: false,
  };
  const input = Object.assign(new PassThrough(), { isTTY });
  input.end(lines.map((line) => `${line}\n`).join(""));
  const environment = { XDG_STATE_HOME: state };
  const code = await teach(target, flags, terminal, { environment, input, outputIsTerminal });
  return { code, ...said };
}

const file = () => join(state, "leasehold", "teach.json");
const kept = () => JSON.parse(readFileSync(file(), "utf8")) as { lessons: Record<string, unknown> };

async function refusal(target: string | undefined, flags: TeachFlags = {}): Promise<string> {
  return run(target, flags).then(
    () => "ran",
    (error: Error) => error.message,
  );
}

describe("a lesson without a dialogue", () => {
  it("goes from its text to its moral, and remembers it", async () => {
    const { code, err, out } = await run("pause", { predict: "b", answer: ["30", "58", "57"] });
    expect([code, err]).toEqual([0, ""]);
    const parts = [
      "The long pause  lesson 9 of 14",
      "Your prediction, a to c: b",
      "Trusts its lease until told otherwise",
      "Right. From 120.560 s to 151.000 s, 30.4 s.",
      "Looks at its own clock before it serves",
      "Your pause in s: 30",
      "Not yet. 30 s does it, but so does 31 s",
      "Not yet. It woke at 119.000 s, and its claim had ended at 118.808 s",
      "Passed. It woke at 118.000 s",
      "*Remember:* Hold a claim by your own clock",
      "Next: leasehold teach clocks",
    ];
    const places = parts.map((part) => out.indexOf(part));
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(places).not.toContain(-1);
    expect(kept().lessons).toEqual({ pause: { predicted: true, passedAfter: 3 } });
  });

  it("may be named by its number, and tells a wrong prediction why", async () => {
    const { out } = await run("13", { predict: "c", answer: ["b"] });
    expect(out).toContain("Not so. etcd orders writes by their arrival");
    expect(kept().lessons).toEqual({ fencing: { predicted: false, passedAfter: 1 } });
  });

  it("ends with exit code 1 if no answer passes, 3 if there is none", async () => {
    expect((await run("two", { predict: "a", answer: ["a"] })).code).toBe(1);
    expect((await run("two", { predict: "a", answer: ["zzz"] })).code).toBe(1);
    expect((await run("two", { predict: "a" })).code).toBe(3);
    expect(kept().lessons).toEqual({ two: { predicted: true } });
    expect((await run("two")).code).toBe(3);
  });

  it.each(lessons)("$id can be passed", async ({ choices, exercise, id }) => {
    const predict = String.fromCharCode(97 + choices.findIndex(({ right }) => right === true));
    const { code, out } = await run(id, { predict, answer: [exercise.solution] });
    expect(code).toBe(0);
    expect(out).toContain("\nRight. ");
    expect(out).toContain("\nPassed. ");
    expect(out).not.toMatch(/NaN|undefined/u);
    expect(out).not.toContain("\u001B");
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  it.each(lessons)("$id fits into 80 columns", async ({ exercise, id }) => {
    const { out } = await run(id, { predict: "a", answer: [exercise.solution] }, { width: 80 });
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe("a lesson from a pipe", () => {
  it("reads line by line: prediction, answers, and words for help", async () => {
    const lines = ["z", "c", "hint", "", "at: 31s, stop A", "solution", "at: 31s, stop: A"];
    const { code, out } = await run("missed-delete", {}, { lines });
    expect(code).toBe(0);
    expect(out).toContain('"z" is none of the choices: write one letter');
    expect(out).toContain("After it has read, before its watch is there.");
    expect(out).toContain("at: 31s, stop A\n             ^\n");
    expect(out).toContain("One that passes: `at: 31s, stop: A`");
    expect(out).toContain("Passed. ");
    expect(kept().lessons["missed-delete"]).toEqual({ predicted: false, passedAfter: 1 });
  });

  it("ends politely with the lines, and with quit", async () => {
    const { code, out } = await run("two", {}, { lines: [] });
    expect(code).toBe(3);
    expect(out).toContain("No answer was given; go on with: leasehold teach two");
    expect((await run("two", {}, { lines: ["quit"] })).code).toBe(0);
    expect((await run("two", {}, { lines: ["a", "quit"] })).code).toBe(0);
  });

  it("asks nobody when the questions go into a pipe", async () => {
    const { code, out } = await run("two", {}, { isTTY: true, outputIsTerminal: false, lines: ["a"] });
    expect(code).toBe(3);
    expect(out).toContain("Who serves once both are up?");
    expect(out).not.toContain("Your prediction");
  });
});

describe("the menu", () => {
  const person = { isTTY: true, outputIsTerminal: true };

  it("goes on with the first lesson that is not passed, and shows what was done", async () => {
    await run("alone", { predict: "b", answer: ["at: 1m, crash: A, restartAfter: 70s"] });
    await run("dead-king", { predict: "a", answer: ["a"] });
    const { code, out } = await run(undefined, {}, { ...person, lines: ["no such", "q"] });
    expect(code).toBe(0);
    expect(out).toContain("Leases and leaders  1 of 14 passed");
    expect(out).toMatch(/^ {3}1 ✓ One coordinator +alone +passed at once$/mu);
    expect(out).toMatch(/^▸ {2}2 {3}Two without agreement +two$/mu);
    expect(out).toMatch(/^ {3}3 • The dead king +dead-king +begun$/mu);
    expect(out).toContain('there is no lesson "no such": write its number or its name.');
  });

  it("plays a lesson and comes back", async () => {
    const lines = ["", "b", "", "at: 1m, crash: A, restartAfter: 70s", "q"];
    const { out } = await run(undefined, {}, { ...person, lines });
    expect(out).toContain("Passed. ");
    expect(out).toContain("1 of 14 passed");
  });

  it("is the list where nobody can choose", async () => {
    expect((await run(undefined)).out).toBe((await run(undefined, { list: true })).out);
  });

  it("shows every lesson within 80 columns", async () => {
    const { out } = await run(undefined, {}, { ...person, lines: [], width: 80 });
    for (const { title } of lessons) expect(out).toContain(title);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("progress", () => {
  it("that is damaged is begun anew with one line of notice", async () => {
    mkdirSync(dirname(file()), { recursive: true });
    writeFileSync(file(), "half");
    const { code, err } = await run("two", { predict: "b", answer: ["d"] });
    expect(code).toBe(0);
    expect(err).toMatch(/^leasehold: .*teach\.json was damaged; .*\n$/u);
    expect(kept().lessons).toHaveProperty("two");
  });

  it("is forgotten when asked to be", async () => {
    await run("two", { predict: "b", answer: ["d"] });
    expect((await run(undefined, { forget: true })).out).toBe("Forgotten.\n");
    expect(existsSync(file())).toBe(false);
  });
});

describe("a lecturer's notes", () => {
  it("are Markdown with runs, answers and solution, for one lesson", async () => {
    const { code, out } = await run("fencing", { print: true });
    expect(code).toBe(0);
    expect(out).toMatch(/^# The fence\n\n\*What is already/u);
    expect(out.match(/```/gu)).toHaveLength(4);
    expect(out).toContain("## For the lecturer");
    expect(out).toContain("- **a** **right.** At 135.076 s etcd applied");
    expect(out).toContain("- **b** **passes.** Asleep for");
    expect(existsSync(file())).toBe(false);
  });

  it.each([60, 80, 120])(
    "break between words on a terminal of %d columns, and nowhere in a file",
    async (width) => {
      const words = (text: string) => text.split(/\s+/u);
      const { out: file } = await run("fencing", { print: true }, { width });
      const { out } = await run("fencing", { print: true }, { width, proseWidth: width });
      expect(words(out)).toEqual(words(file));
      const prose = out.replace(/```text\n[^]*?```/gu, "").split("\n");
      for (const line of prose.filter((one) => !/^(?: {4}|#)/u.test(one)))
        expect(line.length).toBeLessThanOrEqual(width);
    },
  );

  it("are printed for all lessons, in order", async () => {
    const { out } = await run(undefined, { print: true });
    expect(out.match(/^# .*$/gmu)).toEqual(lessons.map(({ title }) => `# ${title}`));
    expect(out).toMatch(/^ 10 s {2}/mu);
  });
});

describe("colour", () => {
  it("replaces the marks of the text, and is not needed to read it", async () => {
    const { out } = await run("two", { predict: "b", answer: ["d"] }, { level: 3 });
    expect(out).toContain("\u001B[36mB\u001B[39m");
    expect(out).not.toContain("`");
  });
});

describe("flags that do not fit are refused with one message", () => {
  it.each<[string | undefined, TeachFlags, string]>([
    ["fensing", {}, "unknown lesson fensing\n  did you mean fencing? leasehold teach --list names them all"],
    ["15", {}, "unknown lesson 15\n  leasehold teach --list names them all"],
    [
      undefined,
      { predict: "a" },
      "--predict: it needs a lesson\n  name the lesson: leasehold teach fencing --predict b",
    ],
    ["two", { predict: "e" }, '--predict: "e" is not one of the choices\n  give a letter from a to c'],
    [
      "two",
      { answer: ["d"] },
      "--answer: it needs --predict too: the exercise comes after the prediction\n  write it like --predict b --answer 57",
    ],
  ])("%s %j", async (target, flags, message) => {
    expect(await refusal(target, flags)).toBe(message);
  });

  it("by the parser where their form is wrong", async () => {
    expect(await refusalOf(["teach", "two", "--width=10"])).toMatchObject({
      message:
        "option '--width <columns>' argument '10' is invalid. It must be a whole number from 60 to 400.\n  see leasehold teach --help",
      exitCode: 2,
    });
  });
});
