import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linesOf, writeLines } from "../../src/trace/trace-file.ts";

let folder = "";
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-file-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a file of lines", () => {
  it("is read as it was written, however long its lines and wherever its chunks end", () => {
    const line = fc.oneof(
      fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n]/gu, "")),
      fc.integer({ min: 200_000, max: 400_000 }).map((length) => "é".repeat(length)),
    );
    fc.assert(
      fc.property(
        fc.array(
          line.filter((text) => text !== ""),
          { maxLength: 8 },
        ),
        (lines) => {
          writeLines(at("any"), (write) => lines.forEach(write));
          expect([...linesOf(at("any"))]).toEqual(lines);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ["without a last line break", "a\nb", ["a", "b"]],
    ["from another system", "a\r\nb\r\n", ["a", "b"]],
    ["empty", "", []],
  ])("%s is read too", (_, text, lines) => {
    writeFileSync(at("given"), text);
    expect([...linesOf(at("given"))]).toEqual(lines);
  });

  it("is not there before it is whole, and leaves what was there when writing fails", () => {
    writeLines(at("whole"), (write) => write("first"));
    const fails = () =>
      writeLines(at("whole"), (write) => {
        write("second");
        expect(readFileSync(at("whole"), "utf8")).toBe("first\n");
        throw new Error("power cut");
      });
    expect(fails).toThrow("power cut");
    expect(readFileSync(at("whole"), "utf8")).toBe("first\n");
    expect(readdirSync(folder).filter((name) => name.endsWith(".unfinished"))).toEqual([]);
  });

  it("is given back while it is still being read: nobody waits for its end", () => {
    writeLines(at("long"), (write) => {
      for (let n = 0; n < 200_000; n++) write(`line ${n}`);
    });
    const lines = linesOf(at("long"));
    expect(lines.next().value).toBe("line 0");
    lines.return(undefined);
  });
});
