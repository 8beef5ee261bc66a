import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { isFresh } from "./helpers/fresh-build.ts";

let root = "";
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("what was built is stale where it is not there, or a source far down is newer", () => {
  root = mkdtempSync(join(tmpdir(), "leasehold-build-"));
  const source = join(root, "src", "deep", "source.ts");
  mkdirSync(join(root, "src", "deep"), { recursive: true });
  mkdirSync(join(root, "dist"));
  writeFileSync(source, "");
  expect(isFresh(root)).toBe(false);
  const built = join(root, "dist", "built");
  writeFileSync(built, "");
  utimesSync(source, 1000, 1000);
  utimesSync(built, 1001, 1001);
  expect(isFresh(root)).toBe(true);
  utimesSync(source, 1002, 1002);
  expect(isFresh(root)).toBe(false);
});
