/** `check --shard` and `merge`: the whole of all shards is what one run finds, and whatever is no whole is refused. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShard, sealedShard } from "../../src/cli/base/shard-file.ts";
import { leasehold, refusalOf } from "./helpers.ts";

const RUNS = 450;
let folder = "";
const at = (name: string) => join(folder, name);
const CHECK = `check unique-ids clean-stop --variant shares-ids --jobs 1 --seed 7 --runs ${RUNS}`.split(" ");
const check = (...more: string[]) => [...CHECK, "--no-corpus", ...more];
const merged = (...files: string[]) => ["merge", ...files.map(at), "--out", folder, "--no-corpus"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-merge-"));
  for (const part of ["1", "2", "3"]) {
    const { code, out } = await leasehold([...CHECK, "--shard", `${part}/3`]);
    if (code !== 0) throw new Error(`shard ${part} ended with ${code}`);
    writeFileSync(at(`${part}.json`), out);
  }
  copy("1.json", "cut.json", (text) => text.slice(0, -100));
  copy("1.json", "edited.json", (text) => text.replace('"untested":', '"untested":1'));
  copy("1.json", "whole.json", () => '{"format":"leasehold-check","schemaVersion":1}');
  copy("1.json", "empty.json", () => "");
  symlinkSync("/dev/zero", at("zero.json"));
  sealedAnew("late.json", { ended: "time", batches: [] });
  sealedAnew("half.json", { shard: { number: 2, of: 2 } });
  sealedAnew("variant.json", { variant: "shipped" });
  sealedAnew("unsaid.json", { variant: undefined });
  sealedAnew("other.json", { code: "0.0.9 (0123)" });
  const planned = openShard(at("3.json")).head as unknown as { planned: { plan: object } };
  sealedAnew("seed.json", { planned: { ...planned.planned, plan: { ...planned.planned.plan, seed: 8 } } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const copy = (from: string, to: string, change: (text: string) => string) =>
  writeFileSync(at(to), change(readFileSync(at(from), "utf8")));
/** The third shard, had it been another one. */
function sealedAnew(to: string, change: object): void {
  writeFileSync(at(to), sealedShard("check", { ...openShard(at("3.json")).head, ...change }));
}

describe("all shards", () => {
  test.each([[[]], [["--json"]], [["--reporter", "junit"]], [["--witnesses"]]])(
    "merged say what one run says, byte for byte: %j",
    async (form) => {
      const one = await leasehold(check("--out", folder, ...form));
      const whole = await leasehold([...merged("3.json", "1.json", "2.json"), ...form]);
      expect(one.out).toMatch(/shares-ids/u);
      expect(one.code).toBe(1);
      expect(whole).toEqual(one);
    },
  );
});

describe("what is no whole is refused, with what, where and what to do", () => {
  const REDO = "name the files that --shard wrote; run again the shards whose files are damaged";
  test.each<[string, readonly string[], string]>([
    ["a gap", ["1.json", "3.json"], "of 3 shards 1 is missing: 2\n  run it too, as --shard 2/3"],
    [
      "an overlap",
      ["1.json", "2.json", "1.json"],
      "1.json: it is named twice\n  name each shard's file once",
    ],
    [
      "a cut file",
      ["1.json", "cut.json"],
      `cut.json: it is no JSON document, or one that was cut off\n  ${REDO}`,
    ],
    [
      "an empty file",
      ["empty.json"],
      `empty.json: it is empty: what should have written it had not ended\n  ${REDO}`,
    ],
    [
      "an edited file",
      ["edited.json"],
      `edited.json: it is not as it was written: its digest does not fit its text\n  ${REDO}`,
    ],
    [
      "another document",
      ["whole.json"],
      `whole.json: it is leasehold-check without a digest, and so not a shard's result\n  ${REDO}`,
    ],
    [
      "another seed",
      ["1.json", "2.json", "seed.json"],
      "seed.json: it is of `leasehold check unique-ids clean-stop --variant shares-ids --seed 8 --runs 450`, and 1.json of `leasehold check unique-ids clean-stop --variant shares-ids --seed 7 --runs 450`\n  merge the shards of one check: the same seed, bounds and properties",
    ],
    [
      "a shard that did not end",
      ["1.json", "2.json", "late.json"],
      "late.json: shard 3/3 did not end: it ran 0 of its 1 batches (its time limit)\n  run it again, with more time",
    ],
    [
      "another division",
      ["1.json", "half.json"],
      "half.json: it is one of 2 shards, and 1.json one of 3\n  merge the shards of one division",
    ],
    [
      "another variant",
      ["1.json", "2.json", "variant.json"],
      "variant.json: it is of the variant shipped, and 1.json of shares-ids\n  merge the shards of one variant",
    ],
    [
      "no variant",
      ["1.json", "unsaid.json"],
      `unsaid.json: it does not say of which variant it is\n  ${REDO}`,
    ],
    ["what never ends", ["zero.json"], `zero.json: it is too large\n  ${REDO}`],
    ["no file", ["none.json"], `none.json: there is no such file\n  ${REDO}`],
  ])("%s", async (_, files, message) => {
    const refusal = await refusalOf(merged(...files));
    expect(refusal.message.replaceAll(`${folder}/`, "")).toBe(message);
    expect([refusal.exitCode, refusal.out]).toEqual([2, ""]);
  });

  test("a variant that is named beside them and is not theirs", async () => {
    const { message } = await refusalOf([...merged("1.json", "2.json", "3.json"), "--variant", "shipped"]);
    expect(message.replaceAll(`${folder}/`, "")).toBe(
      "--variant shipped: it is shipped, and 1.json is of the variant shares-ids\n  leave it out, or merge the shards of that variant",
    );
    const same = await leasehold([...merged("1.json", "2.json", "3.json"), "--variant", "shares-ids"]);
    expect(same.code).toBe(1);
  });

  test("another version or other code", async () => {
    const { message } = await refusalOf(merged("1.json", "2.json", "other.json"));
    expect(message).toMatch(
      /other\.json: it is by leasehold 0\.0\.9 \(0123\), and this is \d+\.\d+\.\d+ \([\da-f]{12}\)\n {2}merge with the program/u,
    );
  });
});

describe("a shard that cannot be", () => {
  test.each<[string, readonly string[], string]>([
    [
      "without a seed",
      ["--shard", "1/2"],
      "--shard 1/2: without a seed each shard would have schedules of its own",
    ],
    [
      "beyond the last",
      ["--shard", "4/3", "--seed", "1"],
      "There is no part 4 of 3.\n  they are numbered from 1/3 to 3/3",
    ],
    ["of none", ["--shard", "0/0", "--seed", "1"], "It must be one of 1 to 10000 parts."],
    ["in other words", ["--shard", "3 of 4", "--seed", "1"], "write --shard 3/16: the third of sixteen"],
    [
      "that has nothing to do",
      ["--shard", "5/5", "--seed", "1", "--runs", "400"],
      "400 schedules are 4 batches of 100, so there are no 5 parts\n  divide them into at most 4, or say more --runs",
    ],
    ["that would stop by itself", ["--shard", "1/2", "--seed", "1", "--bail"], "cannot be used with option"],
  ])("is refused: %s", async (_, args, message) => {
    const { exitCode, message: said } = await refusalOf(["check", ...args]);
    expect(said).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe("all shards of an exploration", () => {
  const explore = (...more: string[]) => [
    ..."explore single-active --max-states 150 --jobs 1".split(" "),
    ...more,
  ];
  /** Without what a stop-watch says. */
  const timeless = (text: string) =>
    text.replaceAll(/ +\d+\.\d$/gmu, "").replaceAll(/"(?:seconds|memoryBytes)": [\d.]+/gu, "");

  test("merged say what one exploration says", async () => {
    for (const part of ["1", "2"]) {
      const { code, out } = await leasehold(explore("--shard", `${part}/2`));
      expect(code).toBe(0);
      writeFileSync(at(`spaces-${part}.json`), out);
    }
    for (const form of [[], ["--json"]]) {
      const one = await leasehold(explore("--out", folder, ...form));
      const whole = await leasehold([
        "merge",
        at("spaces-2.json"),
        at("spaces-1.json"),
        "--out",
        folder,
        ...form,
      ]);
      expect(whole.code).toBe(3);
      expect(timeless(whole.out)).toBe(timeless(one.out));
    }
  });

  test("are of the variant that was explored, whatever is named beside them", async () => {
    const { out } = await leasehold([
      ...explore("--faults", "none", "--variant", "shares-ids", "--shard", "1/1"),
    ]);
    writeFileSync(at("mutant.json"), out);
    const whole = await leasehold(["merge", at("mutant.json"), "--no-out"]);
    expect(whole.out).toContain("Exploring every state of shares-ids");
    const refused = await refusalOf(["merge", at("mutant.json"), "--variant", "claim-never-ends"]);
    expect(refused.message).toContain("--variant claim-never-ends: it is claim-never-ends, and ");
  });

  test("are refused beside those of a check, and with flags about checks", async () => {
    const mixed = await refusalOf(merged("1.json", "spaces-1.json"));
    expect(mixed.message).toContain("it is of leasehold explore, and ");
    const flagged = await refusalOf(["merge", at("spaces-1.json"), at("spaces-2.json"), "--witnesses"]);
    expect(flagged.message).toBe("--witnesses: these are shards of an exploration\n  leave it out");
    const many = await refusalOf(["explore", "--faults", "loss", "--shard", "2/2"]);
    expect(many.message).toContain("there is 1 space, so there are no 2 parts");
  });
});
