/** Every `--json` says what it is and which version of that. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProjectFile, ROOT } from "../helpers/repository.ts";
import { leasehold } from "./helpers.ts";

const kept = join(ROOT, "test", "corpus", "fencing-no-fencing.jsonl");
const CHECK = ["check", "fencing", "--seed=1", "--runs=5", "--jobs=1", `--out=${tmpdir()}`];
const REPLAY = ["replay", kept];

const DOCUMENTS: readonly [format: string, args: readonly string[], holds: string][] = [
  ["check", CHECK, "properties"],
  ["properties", [...CHECK, "--list"], "properties"],
  ["variants", [...CHECK, "--list-variants"], "variants"],
  ["replay", REPLAY, "outcome"],
  ["moment", [...REPLAY, "--at=99s"], "coordinators"],
  ["machine", [...REPLAY, "--machine"], "machines"],
  ["diff", ["diff", kept, kept], "followed"],
  ["bugs", ["bugs", "F01"], "verdict"],
  ["known-bugs", ["bugs", "F01", "--list"], "kept"],
  ["scenarios", ["simulate", "--list"], "scenarios"],
];

async function documentOf(args: readonly string[]): Promise<string> {
  const { err, out } = await leasehold([...args, "--json"]);
  expect(err).toBe("");
  return out;
}

test.each(DOCUMENTS)("leasehold-%s is one document that names itself", async (format, args, holds) => {
  const document = JSON.parse(await documentOf(args)) as Record<string, unknown>;
  expect(Object.keys(document).slice(0, 2)).toEqual(["format", "schemaVersion"]);
  expect(document).toMatchObject({ format: `leasehold-${format}`, schemaVersion: 1 });
  expect(document).toHaveProperty(holds);
});

test("observations are a document a line, and the first names them", async () => {
  const [first = ""] = (await documentOf(["simulate", "walk"])).split("\n");
  expect(JSON.parse(first)).toMatchObject({ format: "leasehold-observations", schemaVersion: 1 });
});

test("docs/commands.md lists them all", () => {
  const text = readProjectFile("docs/commands.md");
  for (const [format] of DOCUMENTS) expect(text).toContain(`\`leasehold-${format}\``);
});
