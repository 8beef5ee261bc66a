/** A result that nobody reads, or that cannot be written, changes no verdict: the real command in real pipes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../helpers/repository.ts";

const MAIN = join(ROOT, "dist/src/cli/main.js");
const VIOLATED = "check fencing --variant no-fencing --runs 300 --seed 1";
const UNSEEN = "check --runs 1 --seed 1";

const folder = mkdtempSync(join(tmpdir(), "leasehold-output-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash makes of it, where `leasehold` is the command. */
function shell(text: string) {
  const script = `set -o pipefail; leasehold() { node "$MAIN" "$@"; }; ${text}`;
  const { status, stderr, stdout } = spawnSync("bash", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], MAIN, NO_COLOR: "1" },
    timeout: 60_000,
  });
  return { status, stderr, stdout };
}

describe("standard output", () => {
  it.each([
    ["a violation", VIOLATED, 1],
    ["no verdict", UNSEEN, 3],
    ["a list", "bugs --list", 0],
    ["a refusal", "check --runs never", 2],
  ])("whose reader leaves keeps the exit code of %s", (_, command, code) => {
    expect(shell(`leasehold ${command} | head -1`)).toMatchObject({ status: code });
    expect(shell(`leasehold ${command} | true`)).toMatchObject({ status: code });
  });

  it.each([
    ["a violation", VIOLATED, 1],
    ["no verdict", UNSEEN, 3],
    ["a list, which is lost", "bugs --list", 4],
    ["the help, which is lost", "--help", 4],
  ])("on a full disk ends, after %s, with a message and the right code", (_, command, code) => {
    const { status, stderr } = shell(`leasehold ${command} > /dev/full`);
    expect(status).toBe(code);
    expect(stderr.match(/standard output cannot be written: the disk is full\n {2}/gu)).toHaveLength(1);
  });

  it("of which a file takes no more than a part is told to be lost", () => {
    const { status, stderr } = shell("ulimit -f 1; leasehold explore --list > part");
    expect(stderr).toMatch(/^leasehold: standard output cannot be written: it would be larger .*$/mu);
    expect(status).toBe(4);
  });

  it("whose reader leaves ends a dialogue", () => {
    // A line that stays open and brings nothing.
    const line = 'folder=$(mktemp -d); mkfifo "$folder/line"; exec 3<>"$folder/line"; rm -r "$folder"';
    expect(shell(`${line}; leasehold teach 1 <&3 | true`)).toMatchObject({ status: 3 });
  });
});

describe.skipIf(process.platform === "win32")("a disk on which nothing more fits", () => {
  it("keeps no trace of a violation, which is told all the same", () => {
    const { status, stderr, stdout } = shell(`ulimit -f 0; leasehold ${VIOLATED}`);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fencing +VIOLATED/mu);
    expect(stdout).toMatch(/^Again: +leasehold check fencing .*--path /mu);
    expect(stdout).not.toContain("leasehold replay");
    expect(stderr).toMatch(
      /^leasehold: .*fencing-no-fencing-1\.jsonl: cannot be written: .*, so what is told above is not kept\n {2}make room, or name another folder\n$/mu,
    );
  });

  it.each([
    [
      "a violation",
      "unique-ids --variant shares-ids",
      1,
      /^unique-ids is violated: leasehold check .* --path /mu,
    ],
    ["what holds", "unique-ids", 4, /^unique-ids +holds/mu],
  ])("ends an endless check, which tells of %s what it knows", (_, line, code, told) => {
    const forever = `leasehold check ${line} --forever f --seed 7 --jobs 1 --time-limit 1ms`;
    const { status, stderr, stdout } = shell(`mkdir f; ulimit -f 1; ${forever}`);
    expect(stdout).toMatch(told);
    expect(stdout).toMatch(/^100 schedules .+ pairs of the chart/mu);
    expect(stdout).not.toContain("to go on");
    expect(stderr).toMatch(/^leasehold: f\/\S+: cannot be written: .*, so what is told above is not kept$/mu);
    expect(status).toBe(code);
    expect(shell("find f -type f").stdout).toBe("");
    shell("rm -r f");
  });
});
