/** A file that takes no more: what is in it stays whole lines, whatever part of the last one the system took. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LineFile } from "../../src/coordinator/line-file.ts";
import { ROOT } from "../helpers/repository.ts";

const BUILT = join(ROOT, "dist/src/coordinator/line-file.js");
const folder = mkdtempSync(join(tmpdir(), "leasehold-lines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a file of lines", () => {
  it("ends with a whole line where the system takes a part of the next", () => {
    const file = join(folder, "limited");
    const script = `
      const { LineFile } = await import(${JSON.stringify(BUILT)});
      const lines = new LineFile(${JSON.stringify(file)});
      for (let count = 0; ; count++) {
        const why = lines.write("x".repeat(299));
        if (why === undefined) continue;
        console.log(count, why.code, lines.write("end") === undefined);
        break;
      }`;
    // A limit of the process that fails as a full disk does: the write that reaches it is cut short, the next one refused.
    const limited = `ulimit -f 1; exec "$0" --input-type=module -e "$1"`;
    const { stderr, stdout } = spawnSync("bash", ["-c", limited, process.execPath, script], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    // 1024 bytes: three lines of 300, 124 bytes of a fourth, which are taken back, and room for the mark of the end.
    expect(stdout).toBe("3 EFBIG true\n");
    expect(readFileSync(file, "utf8")).toBe(`${"x".repeat(299)}\n`.repeat(3) + "end\n");
  });

  it("takes nothing after it was closed, and no harm from being closed twice", () => {
    const file = join(folder, "closed");
    const lines = new LineFile(file);
    expect(lines.write("one")).toBeUndefined();
    lines.close();
    lines.close();
    expect(lines.write("two")).toBeUndefined();
    expect(lines.open).toBe(false);
    expect(readFileSync(file, "utf8")).toBe("one\n");
  });
});
