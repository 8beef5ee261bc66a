/** `explore --checkpoint` and `--resume`: what is gone on from is what was kept, and whatever is not is refused with one message. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSealed, sealed } from "../../src/cli/base/sealed.ts";
import { leasehold, refusalOf } from "./helpers.ts";

const MAIN = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-checkpoint-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const explore = (line: string) => leasehold(["explore", ...line.split(" "), "--out", folder]);
const kept = (name: string) => join(folder, name);

/** A checkpoint of that name, of one space that is not at its end. */
async function begun(name: string): Promise<string> {
  await explore(`single-active --faults crash --max-states 300 --checkpoint ${kept(name)}`);
  return kept(name);
}

/** A checkpoint of that name, of one space that is at its end. */
async function ended(name: string, faults = "none"): Promise<string> {
  await explore(`single-active --faults ${faults} --checkpoint ${kept(name)}`);
  return kept(name);
}

/** What is said when it is refused as what a user got wrong. */
async function refused(line: string): Promise<string> {
  const { exitCode, message } = await refusalOf(["explore", ...line.split(" ")]);
  expect(exitCode).toBe(2);
  return message;
}

async function spaceOf(line: string) {
  const { code, out } = await explore(`${line} --json`);
  const { spaces } = JSON.parse(out) as { spaces: readonly Readonly<Record<string, unknown>>[] };
  return { code, space: spaces[0] ?? {} };
}

describe("an exploration that is gone on from", () => {
  it("ends like one that was not broken off, and then says it again at once", async () => {
    const line = "single-active recovery --faults crash";
    const { space: whole } = await spaceOf(line);
    const { out } = await explore(`${line} --max-states 700 --checkpoint ${kept("there")}`);
    expect(out).toMatch(/^Go on: {2}leasehold explore --resume \S+there$/mu);
    const same = ["states", "frontier", "steps", "depth", "verdict", "recovery", "judged", "outside"];
    for (const asked of ["", " single-active recovery --faults crash"]) {
      const { code, space } = await spaceOf(`--resume ${kept("there")}${asked}`);
      expect(code).toBe(0);
      for (const what of same) expect(space[what], what).toEqual(whole[what]);
    }
  });

  it("is refused where it is another one", async () => {
    const there = await begun("another");
    expect(await refused(`--resume ${there} --faults loss`)).toContain("--faults: the checkpoint in");
    expect(await refused(`--resume ${there} --variant shares-ids`)).toContain("is of --variant shipped");
    expect(await refused(`--resume ${there} recovery`)).toContain("recovery: the checkpoint in");
    expect(await refused(`--checkpoint ${there} --faults loss`)).toContain(
      "a checkpoint stands there already",
    );
  });

  it("is refused where it is none, or was edited", async () => {
    expect(await refused(`--resume ${folder}`)).toContain("it is no checkpoint of leasehold explore");
    const manifest = join(await begun("edited"), "checkpoint.json");
    const text = readFileSync(manifest, "utf8");
    for (const [bad, why] of [
      [text.replace('"faults":"crash"', '"ttl":"x"'), "it is not as it was written"],
      [text.slice(0, 50), "it is no JSON document, or one that was cut off"],
      ["", "it is empty"],
      [sealed("explore-space", {}), "it is not a checkpoint of leasehold explore"],
    ] as const) {
      writeFileSync(manifest, bad);
      expect(await refused(`--resume ${kept("edited")}`)).toContain(`checkpoint.json: ${why}`);
    }
  });

  it.each([
    ["under way", begun],
    ["at its end", ended],
  ])("is refused where other code wrote it, also one that is %s", async (name, make) => {
    const there = await make(name.replaceAll(" ", "-"));
    const manifest = join(there, "checkpoint.json");
    const { body } = openSealed(manifest, { what: "", remedy: "" });
    writeFileSync(manifest, sealed("explore-checkpoint", { ...body, code: "0.0.1 (0123)" }));
    expect(await refused(`--resume ${there}`)).toMatch(
      /leasehold 0\.0\.1 \(0123\) wrote it, and this is \d+\.\d+\.\d+ \([\da-f]{12}\): .*\n {2}go on with the code that wrote it, or begin anew with --checkpoint/u,
    );
    expect(existsSync(join(there, "lock"))).toBe(false);
  });

  it("is refused where the states of a space are cut, or a folder", async () => {
    const there = await begun("states");
    const state = join(there, "space-01.state");
    truncateSync(state, 500);
    expect(await refused(`--resume ${there}`)).toContain(
      "space-01.state: it cannot be gone on from: it is cut",
    );
    rmSync(state);
    mkdirSync(state);
    expect(await refused(`--resume ${there}`)).toContain("space-01.state: it is a folder\n  remove it");
  });

  it("is refused where what became of a space is cut, edited or another space's", async () => {
    const there = await ended("became");
    const file = join(there, "space-01.json");
    const text = readFileSync(file, "utf8");
    const WHY = [
      ["", "it is empty"],
      [text.slice(0, -40), "it is no JSON document, or one that was cut off"],
      [text.replace('"frontier":0', '"frontier":1'), "it is not as it was written"],
      ["{}", "it is not what became of a space"],
      [readFileSync(join(there, "checkpoint.json"), "utf8"), "it is not what became of a space"],
    ] as const;
    for (const [bad, why] of WHY) {
      expect(bad).not.toBe(text);
      writeFileSync(file, bad);
      expect(await refused(`--resume ${there}`)).toContain(`space-01.json: ${why}`);
    }
    copyFileSync(join(await ended("foreign", "crash"), "space-01.json"), file);
    expect(await refused(`--resume ${there}`)).toContain(
      "space-01.json: it is of another space\n  remove it",
    );
    writeFileSync(file, text);
    expect((await explore(`--resume ${there}`)).code).toBe(0);
  });
});

describe("a folder of a checkpoint", () => {
  it("is one process's at a time, until that is gone", async () => {
    const there = join(folder, "locked");
    const line = `single-active --faults crash --max-states 300 --checkpoint ${there}`;
    await explore(line);
    expect(existsSync(join(there, "lock"))).toBe(false);
    writeFileSync(join(there, "lock"), `${process.ppid} ${hostname()}`);
    const { exitCode, message } = await refusalOf(["explore", "--resume", there]);
    expect(exitCode).toBe(2);
    expect(message).toContain(`process ${process.ppid} on ${hostname()} works there at this moment`);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(join(there, "lock"), `${pid} ${hostname()}`);
    expect((await explore(`--resume ${there} --max-states 300`)).code).toBe(3);
  });

  it.each(["", "explorer", "4 5 6"])("is nobody's where the mark names no process: %j", async (mark) => {
    const there = await begun(`mark-${mark.length}`);
    writeFileSync(join(there, "lock"), mark);
    expect((await explore(`--resume ${there} --max-states 300`)).code).toBe(3);
    expect(existsSync(join(there, "lock"))).toBe(false);
  });

  it("is refused where the mark is a folder", async () => {
    const there = await begun("lock-folder");
    mkdirSync(join(there, "lock"));
    expect(await refused(`--resume ${there}`)).toContain(
      "lock: it is a folder, where the mark of who works there should be\n  remove it, or name another folder",
    );
  });

  it("takes what is usual as said, and nothing else", async () => {
    const there = join(folder, "usual");
    await explore(`single-active --faults crash --max-states 300 --checkpoint ${there}`);
    const usual = "--ttl 60s --grid 2s --coordinators 2 --budget 1 --variant shipped";
    expect((await explore(`--resume ${there} ${usual} --max-states 300`)).code).toBe(3);
    for (const [given, has] of [
      ["--ttl 30s", "--ttl 60s"],
      ["--grid 1s", "--grid 2s"],
      ["--budget 2", "--budget 1"],
      ["--coordinators 3", "--coordinators 2"],
      ["--writes", "coordinators that write nothing"],
      ["--faults loss", "--faults crash"],
    ] as const)
      expect(await refused(`--resume ${there} ${given}`)).toContain(
        `${given.split(" ")[0]}: the checkpoint in ${there} is of ${has}\n`,
      );
    const all = kept("usual-all");
    await explore(`single-active --max-states 5 --jobs 1 --checkpoint ${all}`);
    expect(await refused(`--resume ${all} --faults loss`)).toContain(
      "is of most kinds of faults, each in turn",
    );
  });

  it("is refused where it cannot be made, before anything is explored", async () => {
    const { exitCode, message, out } = await refusalOf(["explore", "--checkpoint", "/proc/nowhere/at/all"]);
    expect({ exitCode, out }).toEqual({ exitCode: 4, out: "" });
    expect(message).toContain("--checkpoint /proc/nowhere/at/all: cannot be written");
  });
});

describe.skipIf(!existsSync(MAIN) || process.platform === "win32")(
  "a disk on which nothing more fits",
  () => {
    /** `leasehold explore`, which can write no file of more than so many blocks. */
    function within(blocks: number, line: string) {
      const words = [process.execPath, MAIN, "explore", ...line.split(" ")];
      return spawnSync("sh", ["-c", `ulimit -f ${blocks}; exec "$@"`, "sh", ...words], { encoding: "utf8" });
    }

    it("tells a violation whose trace cannot be written", () => {
      const { status, stderr, stdout } = within(
        0,
        `unique-ids --faults none --variant shares-ids --out ${kept("full-out")}`,
      );
      expect(status).toBe(1);
      expect(stdout).toContain("unique-ids is violated at");
      expect(stdout).not.toContain("Trace:");
      expect(stderr).toMatch(
        /unique-ids-shares-ids-none-2\.jsonl: cannot be written: .*, so what is told above is not kept/u,
      );
    });

    it("leaves no mark behind that would keep others out", async () => {
      const line = `single-active --faults none --checkpoint ${kept("full")}`;
      const { status, stderr } = within(0, line);
      expect(status).toBe(4);
      expect(stderr).toContain("full/lock: cannot be written: it would be larger than a file may be here");
      expect(readdirSync(kept("full"))).toEqual([]);
      expect((await explore(line)).code).toBe(0);
    });

    it.each([
      ["under way", "--faults crash --max-states 300", 3, /^crash +open +30\d /mu],
      ["at its end", "--faults crash", 4, /^crash +closed +\d/mu],
    ])("does not keep what became of a space %s, which is told all the same", (name, flags, code, row) => {
      const there = kept(`full-${name.replaceAll(" ", "-")}`);
      const { status, stderr, stdout } = within(1, `single-active ${flags} --checkpoint ${there}`);
      expect(status).toBe(code);
      expect(stdout).toMatch(row);
      expect(stdout).toMatch(/^chart: /mu);
      expect(stdout).not.toContain("Go on:");
      expect(stderr).toMatch(
        /space-01\.\w+: cannot be written: .*, so what is told above is not kept\n {2}make room, or name another folder/u,
      );
      expect(existsSync(join(there, "lock"))).toBe(false);
    });
  },
);
