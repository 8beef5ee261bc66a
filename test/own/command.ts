/** The built command, in a folder of its own: what one adopts stays in its process. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../helpers/repository.ts";

export const MAIN = join(ROOT, "dist", "src", "cli", "main.js");
export const EXAMPLES = join(ROOT, "docs", "examples", "your-own");

/** A command that has hung is ended, and its test fails, ms. */
const AT_MOST_MS = 300_000;

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "leasehold-own-"));

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
  }

  /** `leasehold` with these words, and `more` that have spaces. `input`: what it is given on standard input. */
  run(
    words: string,
    {
      cwd = this.path,
      input,
      more = [],
    }: { readonly cwd?: string; readonly input?: Buffer; readonly more?: readonly string[] } = {},
  ) {
    const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...words.split(" "), ...more], {
      cwd,
      encoding: "utf8",
      timeout: AT_MOST_MS,
      killSignal: "SIGKILL",
      env: { PATH: process.env["PATH"], NO_COLOR: "1" },
      ...(input === undefined ? {} : { input }),
    });
    return { code: status, out: stdout, err: stderr };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
