/** Every `--json` says what it is and which version of that. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProjectFile, ROOT } from "../helpers/repository.ts";
import { leasehold } from "./helpers.ts";

const kept = join(ROOT, "docs", "examples", "fencing-no-fencing.jsonl");
const CHECK = ["check", "fencing", "--seed=1", "--runs=5", "--jobs=1", `--out=${tmpdir()}`];
const REPLAY = ["replay", kept];

const DOCUMENTS: readonly [format: string, args: readonly string[], holds: string][] = [
  ["check", CHECK, "properties"],
  ["properties", ["check", "--list"], "properties"],
  ["variants", ["check", "--list-variants"], "variants"],
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
  expect(JSON.parse(await documentOf(["replay", late]))).toMatchObject({
    verdict: { verdict: "violated", violation: nobody },
    recordedViolation: nobody,
  });
  const fenced = {
    property: "fencing",
    kind: "superseded-write-applied",
    facts: { token: 4, newestToken: 10 },
  };
  expect(JSON.parse(await documentOf(REPLAY))).toMatchObject({
    verdict: { violation: { ...fenced, text: expect.stringContaining("carries token 4") as string } },
    recordedViolation: fenced,
  });
  // A file of version 1 says no more than this.
  const old = join(ROOT, "test", "corpus", "fencing-no-fencing.jsonl");
  expect(JSON.parse(await documentOf(["replay", old]))).toMatchObject({
    recordedViolation: { kind: "unknown", text: expect.stringContaining("carries token 4") as string },
  });
  expect(JSON.parse(await documentOf([...REPLAY, "--at=121s"]))).toMatchObject({
    violated: [{ violation: fenced }],
  });
  expect(JSON.parse(await documentOf(["diff", late, kept]))).toMatchObject({
    violated: {
      left: [{ property: "bounded-takeover" }, { property: "recovery", violation: nobody }],
      right: [{ property: "fencing" }],
    },
  });
});

test("a run's violation is data with its sentence beside it, in check, bugs and simulate", async () => {
  const broken = ["--seed=1", "--runs=200", "--jobs=1", "--variant=no-fencing", "--no-corpus"];
  const fenced = {
    property: "fencing",
    kind: "superseded-write-applied",
    nodes: [expect.any(Number)],
    facts: {
      role: "rootcoord",
      token: expect.any(Number) as number,
      newestToken: expect.any(Number) as number,
    },
    text: expect.stringMatching(/^etcd applied rootcoord-[a-g]'s write to /u) as string,
  };
  expect(JSON.parse(await documentOf(["check", "fencing", ...broken, `--out=${tmpdir()}`]))).toMatchObject({
    properties: [{ property: "fencing", verdict: "violated", failure: { violation: fenced } }],
  });
  expect(JSON.parse(await documentOf(["bugs", "F01"]))).toMatchObject({
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
  const early = await documentOf(["simulate", "walk", "--horizon=70s"]);
  const last = early.trimEnd().split("\n").at(-1) ?? "";
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
  const short = JSON.parse(
    await documentOf(["check", "fencing", "--seed=3", "--runs=40", ...CHECK.slice(4)]),
  ) as unknown;
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
