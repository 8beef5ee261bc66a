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

const late = join(ROOT, "test", "corpus", "recovery-standby-ignores-lease-loss.jsonl");
const nobody = {
  property: "recovery",
  kind: "nobody-serves",
  at: 60_000,
  nodes: ["rootcoord-b"],
  facts: { role: "rootcoord", quietMs: 40_000 },
  text: "40.000 s after the last fault nobody serves rootcoord, though rootcoord-b could.",
};

test("a trace's violation is data with its sentence beside it, in replay, in a moment and in diff", async () => {
  const again: Run = (flags, terminal) => replay(late, flags, terminal);
  expect(JSON.parse(await documentOf(again, {}))).toMatchObject({
    verdict: { verdict: "violated", violation: nobody },
    recordedViolation: nobody,
  });
  const old: Run = (flags, terminal) => replay(kept, flags, terminal);
  const fenced = {
    property: "fencing",
    kind: "superseded-write-applied",
    facts: { token: 4, newestToken: 10 },
  };
  expect(JSON.parse(await documentOf(old, {}))).toMatchObject({
    verdict: { violation: { ...fenced, text: expect.stringContaining("carries token 4") as string } },
    // The file is of version 1, and says no more than this.
    recordedViolation: { kind: "unknown", text: expect.stringContaining("carries token 4") as string },
  });
  expect(JSON.parse(await documentOf(old, { at: "121s" }))).toMatchObject({
    violated: [{ violation: fenced }],
  });
  const both: Run = (flags, terminal) => diff(late, kept, flags, terminal);
  expect(JSON.parse(await documentOf(both, {}))).toMatchObject({
    violated: {
      left: [{ property: "bounded-takeover" }, { property: "recovery", violation: nobody }],
      right: [{ property: "fencing" }],
    },
  });
});

test("a run's violation is data with its sentence beside it, in check, bugs and simulate", async () => {
  const found: Run = (flags, terminal) =>
    check(
      ["fencing"],
      { seed: "4", runs: "200", jobs: "1", variant: "no-fencing", out: tmpdir(), corpus: false, ...flags },
      terminal,
    );
  const fenced = {
    property: "fencing",
    kind: "superseded-write-applied",
    nodes: [expect.any(Number)],
    facts: {
      role: "rootcoord",
      token: expect.any(Number) as number,
      newestToken: expect.any(Number) as number,
    },
    text: expect.stringMatching(/^etcd applied rootcoord-[ab]'s write to /u) as string,
  };
  expect(JSON.parse(await documentOf(found, {}))).toMatchObject({
    properties: [{ property: "fencing", verdict: "violated", failure: { violation: fenced } }],
  });
  expect(JSON.parse(await documentOf(hunting, {}))).toMatchObject({
    kept: [
      {
        violation: {
          property: expect.any(String) as string,
          kind: expect.any(String) as string,
          facts: expect.any(Object) as object,
          text: expect.stringMatching(/\.$/u) as string,
        },
      },
    ],
  });
  // The walk ends between the crash and the takeover.
  const early: Run = (flags, terminal) => simulate("walk", { ...flags, horizon: "70s" }, terminal);
  const last = (await documentOf(early, {})).trimEnd().split("\n").at(-1) ?? "";
  const { verdicts } = JSON.parse(last) as { verdicts: readonly { property: string }[] };
  expect(verdicts.find(({ property }) => property === "bounded-takeover")).toEqual({
    property: "bounded-takeover",
    type: "inconclusive",
    kind: "not-due-yet",
    facts: { roles: ["rootcoord"], endedAtMs: 70_000 },
    why: "nobody serves rootcoord at 70.000 s, and the bound has not passed yet",
  });
});

test("a property without a verdict says what is missing, and every witness has a name", async () => {
  const short = JSON.parse(await documentOf(checking, { runs: "1" })) as unknown;
  expect(short).toMatchObject({
    properties: [
      {
        verdict: "none",
        missing: { type: "witness", witness: { name: "superseded-write-refused" } },
        why: "never saw: a superseded write was refused",
        witnesses: { "a superseded write was refused": 0 },
        seen: { "superseded-write-refused": 0, "second-token-wrote": expect.any(Number) as number },
      },
    ],
  });
});

test("docs/commands.md lists them all", () => {
  const text = readProjectFile("docs/commands.md");
  for (const [format] of DOCUMENTS) expect(text).toContain(`\`leasehold-${format}\``);
});
