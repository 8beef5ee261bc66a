/**
 * The documents, executed: every terminal session that they show is run, every link into the repository followed.
 *
 * Sessions of one document run in order in one temporary folder, so a later command may use what an earlier one
 * wrote. Nothing of the caller's environment but PATH gets in, so that the output is the same everywhere.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consoleCommands, fencedBlocks, outputMatches, shellText } from "./helpers/console-blocks.ts";
import type { ConsoleCommand } from "./helpers/console-blocks.ts";
import { relativeLinks } from "./helpers/markdown-links.ts";
import { listFiles, readProjectFile, ROOT } from "./helpers/repository.ts";

/** Commands that the documents must show at least; raise it with the documents, so that they cannot empty silently. */
const MINIMUM_BLOCKS = 6;
const COMMAND_LIMIT_MS = 120_000;

const MAIN = join(ROOT, "dist", "src", "cli", "main.js");
const isMarkdown = (path: string): boolean => path.endsWith(".md");
const executed = [...listFiles("", (path) => path === "README.md"), ...listFiles("docs", isMarkdown)];

describe("terminal sessions in the documents", () => {
  const sessions = executed.map((file) => ({ file, commands: consoleCommands(readProjectFile(file)) }));

  it(`number at least ${MINIMUM_BLOCKS}`, () => {
    const count = sessions.reduce((sum, { commands }) => sum + commands.length, 0);
    expect(count).toBeGreaterThanOrEqual(MINIMUM_BLOCKS);
  });

  for (const { file, commands } of sessions.filter((session) => session.commands.length > 0)) {
    if (existsSync(MAIN)) describe(file, () => runSession(commands));
    else it.skip(`${file}: ${commands.length} commands [skipped: needs dist: npm run build]`, () => {});
  }
});

describe("links in the documents", () => {
  const files = listFiles("", isMarkdown);

  it("are looked for in at least the changelog and the contributing guide", () => {
    expect(files).toEqual(expect.arrayContaining(["CHANGELOG.md", "CONTRIBUTING.md"]));
  });

  it.each(files)("of %s lead to files that exist", (file) => {
    const missing = relativeLinks(readProjectFile(file)).filter(
      (target) => !existsSync(join(ROOT, dirname(file), target)),
    );
    expect(missing).toEqual([]);
  });
});

describe("a trace that the documents follow", () => {
  it.each(listFiles("docs/examples", (path) => /^docs\/examples\/[^/]+\.jsonl$/u.test(path)))(
    "%s is as today's version writes it (UPDATE_DOCS=1 records it anew)",
    (path) => {
      const file = join(ROOT, path);
      const replay = (...flags: string[]) =>
        spawnSync(process.execPath, [MAIN, "replay", file, "--json", ...flags]);
      if (process.env["UPDATE_DOCS"] === "1") {
        replay("--out", `${file}.new`);
        renameSync(`${file}.new`, file);
      }
      expect(JSON.parse(String(replay().stdout))).toMatchObject({ outcome: "reproduced", identical: true });
    },
  );
});

describe("the reader of sessions", () => {
  const fence = "```";
  const document = [
    "Text.",
    `${fence}console`,
    "$ leasehold check --seed 1  # exit 1",
    "violated",
    "",
    "$ git status",
    "clean",
    "$ npm start -- --runs 5",
    "5 runs",
    "$ leasehold replay \\",
    "    trace.jsonl",
    fence,
    `${fence}sh`,
    "$ leasehold never",
    fence,
  ].join("\n");

  it("takes our commands with exit code, line and shown output, and leaves other commands alone", () => {
    expect(consoleCommands(document)).toEqual([
      { command: "leasehold check --seed 1", exitCode: 1, expected: ["violated", ""], line: 3 },
      { command: "npm start -- --runs 5", exitCode: 0, expected: ["5 runs"], line: 8 },
      {
        command: "leasehold replay     trace.jsonl".replace(/ {5}/u, " "),
        exitCode: 0,
        expected: [],
        line: 10,
      },
    ]);
  });

  it("dedents a block inside a list and refuses one that is never closed", () => {
    const indented = ["- item", `  ${fence}console`, "  $ leasehold --version", "  0.1.0", `  ${fence}`].join(
      "\n",
    );
    expect(consoleCommands(indented)).toMatchObject([
      { command: "leasehold --version", expected: ["0.1.0"] },
    ]);
    expect(() => fencedBlocks(`${fence}console\n$ leasehold`)).toThrow("never closed");
  });

  it("reads npm start as the check that package.json makes it", () => {
    const scripts = JSON.parse(readProjectFile("package.json")) as { scripts: Record<string, string> };
    expect(scripts.scripts["start"]).toBe("node dist/src/cli/main.js check");
    expect(shellText("npm start")).toBe("leasehold check");
    expect(shellText("npm start -- --seed 1")).toBe("leasehold check --seed 1");
    expect(shellText("leasehold replay npm start")).toBe("leasehold replay npm start");
  });

  it.each([
    [["a", "b"], "a\nb\n"],
    [["a", ""], "a  \n\n"],
    [["..."], ""],
    [["...", "b"], "b"],
    [["a", "...", "d"], "a\nb\nc\nd"],
    [["...", "x", "...", "x"], "x\ny\nx\nx"],
    [["took … ms (seed …)"], "took 12.5 ms (seed 7)"],
    [["--a - 1 + 1 = [2]? {x} /y/ ^$|\\"], "--a - 1 + 1 = [2]? {x} /y/ ^$|\\"],
    [[], ""],
  ])("accepts %j for %j", (expected, actual) => {
    expect(outputMatches(expected, actual)).toBe(true);
  });

  it.each([
    [["a"], "a\nb"],
    [["a", "b"], "a"],
    [[], "a"],
    [["a"], ""],
    [["...", "b"], "b\nc"],
    [["a", "...", "d"], "a\nb"],
    [["took … ms"], "took 12 s"],
    [["a.c"], "abc"],
    [["…"], ""],
    [["a", "…", "c"], "a\nb\nb\nc"],
  ])("refuses %j for %j", (expected, actual) => {
    expect(outputMatches(expected, actual)).toBe(false);
  });

  it("finds relative links, not addresses, anchors or code", () => {
    const text = `[a](docs/a.md#part) ![b](b.png "B") [c](https://example.org) [d](#d) \`[e](e.md)\`
[f]: ./f.md
${fence}
[g](g.md)
${fence}`;
    expect(relativeLinks(text)).toEqual(["docs/a.md", "b.png", "./f.md"]);
  });
});

function runSession(commands: readonly ConsoleCommand[]): void {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-docs-"));
    // A reader follows along in a clone, where the examples are; everything else may be written over.
    for (const kept of ["docs/examples", "test/milvus/fixtures"])
      cpSync(join(ROOT, kept), join(folder, kept), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(commands)(
    "line $line: $command",
    ({ command, exitCode, expected }) => {
      const shell = `leasehold() { node "$LEASEHOLD_MAIN" "$@"; }\n${shellText(command)}`;
      const done = spawnSync("sh", ["-c", shell], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: COMMAND_LIMIT_MS,
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          LANG: "C.UTF-8",
          TZ: "UTC",
          NO_COLOR: "1",
          LEASEHOLD_MAIN: MAIN,
        },
      });
      expect(done.status, done.stderr).toBe(exitCode);
      // When it differs, show the difference rather than "false".
      if (!outputMatches(expected, done.stdout)) expect(done.stdout).toBe(`${expected.join("\n")}\n`);
    },
    COMMAND_LIMIT_MS + 5_000,
  );
}
