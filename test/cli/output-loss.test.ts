/** A result that nobody reads, or that cannot be written, changes no verdict: the real command in real pipes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../helpers/repository.ts";

const MAIN = join(ROOT, "dist/src/cli/main.js");
const VIOLATED = "check fencing --variant no-fencing --runs 300 --seed 2";
const UNSEEN = "check --runs 1 --seed 1";

const folder = mkdtempSync(join(tmpdir(), "leasehold-output-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash makes of it, where `leasehold` is the command. */
function shell(text: string) {
  const script = `set -o pipefail; leasehold() { node "$MAIN" "$@"; }; ${text}`;
  const { status, stderr } = spawnSync("bash", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], MAIN, NO_COLOR: "1" },
    timeout: 60_000,
  });
  return { status, stderr };
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

  it("whose reader leaves ends a dialogue", () => {
    // A line that stays open and brings nothing.
    const line = 'folder=$(mktemp -d); mkfifo "$folder/line"; exec 3<>"$folder/line"; rm -r "$folder"';
    expect(shell(`${line}; leasehold teach 1 <&3 | true`)).toMatchObject({ status: 3 });
  });
});
