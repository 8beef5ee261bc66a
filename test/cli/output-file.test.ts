/** A place that cannot be written is refused before the work, and nothing half-written is left anywhere. */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as whole } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { tryFile, tryFolder, writeText } from "../../src/cli/base/output-file.ts";
import { uninterrupted } from "../../src/cli/base/signals.ts";
import { ROOT } from "../helpers/repository.ts";
import { refusalOf, userErrorOf } from "./helpers.ts";

const kept = join(ROOT, "docs", "examples", "fencing-no-fencing.jsonl");
let folder = "";
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-output-"));
  writeFileSync(at("file"), "precious\n");
  mkdirSync(at("folder"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("each command that writes", () => {
  const commands: readonly [flag: string, extension: string, args: readonly string[]][] = [
    ["check --out", "", ["check", "fencing", "--runs=1", "--jobs=1"]],
    ["simulate --trace", "", ["simulate", "walk"]],
    ["bugs --trace", "", ["bugs", "F01"]],
    ["replay --out", "", ["replay", kept]],
    ["replay --export --out", "", ["replay", kept, "--export=itf"]],
    ["replay --save-test", ".test.ts", ["replay", kept]],
    ["run --record", "", ["run", "rootcoord"]],
  ];

  test.each(commands)(
    "%s refuses a place below a file, having said and left nothing",
    async (flag, extension, args) => {
      const name = flag.split(" ").at(-1) ?? "";
      const place = join(at("file"), `trace${extension}`);
      const { exitCode, message, out } = await refusalOf([...args, `${name}=${place}`]);
      expect(message).toBe(
        `${name} ${place}: cannot be written: a part of its path is not a folder\n  name a place that can be written`,
      );
      expect(exitCode).toBe(4);
      expect(out).toBe("");
      expect(readdirSync(folder).sort()).toEqual(["file", "folder"]);
    },
  );
});

describe("trying", () => {
  it("refuses a folder where a file is meant", async () => {
    expect((await userErrorOf(() => tryFile(at("folder")))).message).toContain("it is a folder");
  });

  it.skipIf(!existsSync("/proc/self"))("comes back where no folder can be made", async () => {
    const { exitCode, message } = await userErrorOf(() => tryFolder("/proc/leasehold/failures", "--out"));
    expect(message).toContain("--out /proc/leasehold/failures: cannot be written: its folder cannot be made");
    expect(exitCode).toBe(4);
  });

  it("leaves nothing of the folders that it had to make", () => {
    tryFile(join(at("new"), "deep", "trace.jsonl"));
    tryFolder(join(at("new"), "deep"));
    expect(existsSync(at("new"))).toBe(false);
    expect(readdirSync(at("folder"))).toEqual([]);
  });

  it("leaves the folder that a relative path begins in, also an empty one", () => {
    const before = process.cwd();
    process.chdir(at("folder"));
    try {
      tryFolder(join("new", "deep"));
      tryFile("trace.jsonl");
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(at("folder"))).toEqual([]);
  });
});

describe("writing", () => {
  it("follows a link to its file", () => {
    symlinkSync(at("file"), at("link"));
    writeText(at("link"), "more\n");
    expect(readFileSync(at("file"), "utf8")).toBe("more\n");
    rmSync(at("link"));
  });

  it("goes through a pipe, which stays one", async () => {
    spawnSync("mkfifo", [at("pipe")]);
    const reader = spawn("cat", [at("pipe")], { stdio: ["ignore", "pipe", "inherit"] });
    const read = whole(reader.stdout);
    tryFile(at("pipe"));
    writeText(at("pipe"), "through\n");
    expect(await read).toBe("through\n");
    expect(statSync(at("pipe")).isFIFO()).toBe(true);
    rmSync(at("pipe"));
  });

  it("is finished first when a signal comes, which is obeyed then", async () => {
    const written = uninterrupted(() => {
      process.kill(process.pid, "SIGINT");
      writeText(at("folder/whole"), "all of it\n");
    });
    await expect(written).rejects.toMatchObject({ exitCode: 130 });
    expect(readFileSync(at("folder/whole"), "utf8")).toBe("all of it\n");
  });
});

test.each(["foo.txt", "foo", "foo.ts", "foo.test.js"])(
  "replay --save-test %s is refused: no test",
  async (name) => {
    const { exitCode, message } = await refusalOf(["replay", kept, `--save-test=${at(name)}`]);
    expect(message).toBe(
      `--save-test ${at(name)}: vitest would not find it: it runs files named *.test.ts or *.spec.ts, and the test is TypeScript\n  name it ${at("foo")}.test.ts`,
    );
    expect(exitCode).toBe(2);
    expect(existsSync(at(name))).toBe(false);
  },
);
