/** Every `--json` says what it is and which version of that. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bugs } from "../../src/cli/bugs/bugs.ts";
import { check } from "../../src/cli/check/check.ts";
import { diff } from "../../src/cli/replay/diff.ts";
import { replay } from "../../src/cli/replay/replay.ts";
import { simulate } from "../../src/cli/simulate/simulate.ts";
import type { Flags } from "../../src/cli/base/flags.ts";
import type { Terminal } from "../../src/cli/base/terminal.ts";
import { readProjectFile, ROOT } from "../helpers/repository.ts";
import { keptTerminal } from "./helpers.ts";

type Run = (flags: Flags, terminal: Terminal) => unknown;

const kept = join(ROOT, "test", "corpus", "fencing-no-fencing.jsonl");
const checking: Run = (flags, terminal) =>
  check(["fencing"], { seed: "1", runs: "5", jobs: "1", out: tmpdir(), ...flags }, terminal);
const replaying: Run = (flags, terminal) => replay(kept, flags, terminal);
const hunting: Run = (flags, terminal) => bugs(["F01"], flags, terminal);
const simulating: Run = (flags, terminal) => simulate("walk", flags, terminal);

const DOCUMENTS: readonly [format: string, run: Run, flags: Flags, holds: string][] = [
  ["check", checking, {}, "properties"],
  ["properties", checking, { list: true }, "properties"],
  ["variants", checking, { listVariants: true }, "variants"],
  ["replay", replaying, {}, "outcome"],
  ["moment", replaying, { at: "99s" }, "coordinators"],
  ["machine", replaying, { machine: true }, "machines"],
  ["diff", (_flags, terminal) => diff(kept, kept, { json: true }, terminal), {}, "followed"],
  ["bugs", hunting, {}, "verdict"],
  ["known-bugs", hunting, { list: true }, "kept"],
  ["scenarios", simulating, { list: true }, "scenarios"],
];

async function documentOf(run: Run, flags: Flags): Promise<string> {
  const { out, terminal } = keptTerminal();
  await run({ ...flags, json: true }, terminal);
  return out();
}

test.each(DOCUMENTS)("leasehold-%s is one document that names itself", async (format, run, flags, holds) => {
  const document = JSON.parse(await documentOf(run, flags)) as Record<string, unknown>;
  expect(Object.keys(document).slice(0, 2)).toEqual(["format", "schemaVersion"]);
  expect(document).toMatchObject({ format: `leasehold-${format}`, schemaVersion: 1 });
  expect(document).toHaveProperty(holds);
});

test("observations are a document a line, and the first names them", async () => {
  const [first = ""] = (await documentOf(simulating, {})).split("\n");
  expect(JSON.parse(first)).toMatchObject({ format: "leasehold-observations", schemaVersion: 1 });
});

test("docs/commands.md lists them all", () => {
  const text = readProjectFile("docs/commands.md");
  for (const [format] of DOCUMENTS) expect(text).toContain(`\`leasehold-${format}\``);
});
