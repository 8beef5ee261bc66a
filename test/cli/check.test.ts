import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mostInVain, noneStruck, STRIKES } from "../../properties/strike-counts.ts";
import { jobsOf } from "../../src/cli/check/run-planned.ts";
import { renderTable } from "../../src/cli/check/render-check.ts";
import { failureRateBound, verdictOf, tellMissing } from "../../src/cli/check/verdict.ts";
import { replayStrictly } from "../../src/run/replay.ts";
import { linesOf } from "../../src/trace/trace-file.ts";
import { argsOf, keptTerminal, leasehold, refusalOf } from "./helpers.ts";

const main = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));
const built = existsSync(main);
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const argsFor = (names: readonly string[], flags: Record<string, unknown>) => [
  "check",
  ...names,
  ...argsOf({ jobs: "1", out: folder, ...flags }),
];
const run = (names: readonly string[], flags: Record<string, unknown>) => leasehold(argsFor(names, flags));

async function refusal(names: readonly string[], flags: Record<string, unknown>): Promise<string> {
  const { exitCode, message } = await refusalOf(argsFor(names, flags));
  expect(exitCode).toBe(2);
  return message;
}

describe("bad input gets one message with place and remedy", () => {
  test.each<[string, readonly string[], Record<string, unknown>, string]>([
    [
      "an unknown property",
      ["sigle-active"],
      {},
      "unknown property sigle-active\n  did you mean single-active? leasehold check --list lists them all",
    ],
    [
      "properties with commas between",
      ["single-active,recovery"],
      {},
      "unknown property single-active,recovery\n  write single-active recovery, with spaces between",
    ],
    [
      "an unknown variant",
      [],
      { variant: "no-fence" },
      "unknown variant no-fence\n  did you mean no-fencing? leasehold check --list-variants lists them all",
    ],
    [
      "a bug for a variant",
      [],
      { variant: "f01" },
      "F01 is a bug, and no variant\n  milvus-2.4 has it: write --variant milvus-2.4, or see it with leasehold bugs F01",
    ],
    [
      "zero runs",
      [],
      { runs: "0" },
      "option '--runs <n>' argument '0' is invalid. It must be a whole number from 1 to 1000000000.\n  see leasehold check --help",
    ],
    [
      "a seed that is no number",
      [],
      { seed: "x1" },
      "option '--seed <n>' argument 'x1' is invalid. It must be a whole number from -2147483648 to 2147483647.\n  see leasehold check --help",
    ],
    [
      "no jobs",
      [],
      { jobs: "0" },
      "option '--jobs <n>' argument '0' is invalid. It must be a whole number from 1 to 64.\n  see leasehold check --help",
    ],
    [
      "a bare number as time",
      [],
      { timeLimit: "30" },
      "option '--time-limit <duration>' argument '30' is invalid. It must be a duration.\n  write a number with its unit: 60s, 500ms, 2m, 1h or 1m30s",
    ],
    [
      "a TTL below etcd's",
      [],
      { ttl: "1s" },
      "option '--ttl <duration>' argument '1s' is invalid. TTL 1 s is below etcd's minimum of 2 s.\n  etcd would silently grant 2 s: write --ttl 2s",
    ],
    [
      "a path alone",
      ["fencing"],
      { path: "12" },
      "--path needs --seed and exactly one property\n  copy the whole command that was printed for the failure",
    ],
  ])("%s", async (_, names, flags, message) => {
    expect(await refusal(names, flags)).toBe(message);
  });
});

describe("a check", () => {
  test("of the shipped election says what was judged, seen and may be concluded", async () => {
    const { code, out } = await run(["fencing", "unique-ids"], { seed: "1", runs: "1500" });
    expect(code).toBe(0);
    expect(out).toContain("Checking 2 properties of the shipped election over 1 500 adverse schedules");
    const [, judged, untested, outside] =
      /fencing +holds +(\d+) +(\d+) +(\d+) +0 +3 of 3 seen/u.exec(out) ?? [];
    expect(Number(judged) + Number(untested) + Number(outside)).toBe(1500);
    expect(out).toContain(`No failure in at least ${judged} judged runs: with 95 % confidence fewer than`);
    expect(out).toContain("--seed 1 --runs 1500");
  });

  test("too short to see a witness gives no verdict", async () => {
    const { code, out } = await run(["fencing"], { seed: "1", runs: "3" });
    expect(code).toBe(3);
    expect(out).toContain("fencing: never saw: a superseded write was refused");
  });

  test("of a broken variant tells the story, writes the file and names the command that repeats it", async () => {
    const { code, out } = await run(["fencing"], { variant: "no-fencing", seed: "1", runs: "1000" });
    expect(code).toBe(1);
    expect(out).toContain("fencing is violated at ");
    expect(out).toContain("a superseded coordinator changed the metadata");
    const again = /Again: {2}leasehold check fencing --variant no-fencing --seed (\d+) --path ([\d:]+)/u.exec(
      out,
    );
    expect(again).not.toBeNull();
    const repeated = await run(["fencing"], { variant: "no-fencing", seed: again?.[1], path: again?.[2] });
    expect(repeated.code).toBe(1);
    const story = (text: string) =>
      text.split("\n").find((line) => line.includes("a superseded coordinator"));
    expect(story(repeated.out)).toBe(story(out));
    expect(readdirSync(folder).some((name) => name.startsWith("fencing-no-fencing"))).toBe(true);
    expect(readdirSync(folder).some((name) => name.endsWith(".part"))).toBe(false);
  });

  test("as JSON is one document", async () => {
    const { out } = await run(["single-active"], { json: true, seed: "1", runs: "300" });
    expect(JSON.parse(out)).toMatchObject({
      format: "leasehold-check",
      schemaVersion: 1,
      verdict: "holds",
      seed: 1,
      runs: { asked: 300, done: 300, ended: "complete" },
      properties: [{ property: "single-active", verdict: "holds" }],
    });
  });

  test("without faults asks for no witness that needs them, and says so", async () => {
    const { code, out } = await run(["single-active", "unique-ids"], {
      faults: false,
      seed: "1",
      runs: "100",
    });
    expect(code).toBe(0);
    expect(out).toMatch(/single-active +not tested +0 +100 +0 +0 *\n/u);
    expect(out).toMatch(/unique-ids +holds +\d+ +\d+ +0 +0 +1 of 1 seen/u);
    expect(out).toContain(
      "Not looked for: no faults\n  single-active: another coordinator took over\n  single-active: a claim ended by its own clock\n",
    );
    expect(out).toContain("This says nothing of 1 promise of 2: not tested.\n");
  });

  test("that can put nothing to the test gives no verdict", async () => {
    const { code, out } = await run(["single-active"], { faults: false, seed: "1", runs: "100" });
    expect(code).toBe(3);
    expect(out).not.toContain("holds");
    const document = await run(["single-active"], { faults: false, seed: "1", runs: "100", json: true });
    expect(JSON.parse(document.out)).toMatchObject({
      verdict: "none",
      properties: [{ verdict: "untested", why: "none of these schedules can put it to the test" }],
    });
  });
});

test("a check has as many workers as were asked for, and else no more than there are schedules to warm them", () => {
  expect([1, 1999, 3999].map((runs) => jobsOf({}, runs))).toEqual([1, 1, 1]);
  expect(jobsOf({}, 1_000_000)).toBe(Math.min(4, availableParallelism()));
  expect(jobsOf({ jobs: 7 }, 1)).toBe(7);
});

describe("verdicts", () => {
  const tally = {
    property: "fencing",
    judged: 5,
    untested: 0,
    outside: 0,
    inconclusive: 0,
    seen: [1, 1, 1],
    struck: noneStruck(),
    worst: undefined,
    failure: undefined,
  };

  test("need something judged and every witness", () => {
    expect(verdictOf(tally, {})).toEqual({ type: "holds" });
    expect(verdictOf({ ...tally, seen: [1, 0, 1] }, {})).toEqual({
      type: "none",
      missing: {
        type: "witness",
        witness: expect.objectContaining({ name: "second-token-wrote" }) as object,
      },
    });
    expect(verdictOf({ ...tally, judged: 0 }, {})).toEqual({ type: "none", missing: { type: "judged-run" } });
    const idle = noneStruck();
    idle.begun[STRIKES.indexOf("partition toEtcd")] = mostInVain("partition toEtcd");
    expect(verdictOf({ ...tally, struck: idle }, {})).toEqual({
      type: "none",
      missing: { type: "effect", fault: "partition toEtcd" },
    });
    // Of one alone, or at a TTL of one's own, a fault may do nothing that shows: that is said, and no more.
    for (const cases of [{ coordinators: 1 }, { ttlSeconds: 2 }]) {
      expect(verdictOf({ ...tally, struck: idle }, cases)).toEqual({ type: "holds" });
      const table = renderTable([{ ...tally, struck: idle }], cases, keptTerminal().terminal);
      expect(table).toContain("no effect that could be seen");
      expect(table).toContain("  partition toEtcd\n");
      expect(renderTable([tally], cases, keptTerminal().terminal)).not.toContain("no effect");
    }
    const hardly = { ...tally, judged: 60, untested: 60, outside: 80 };
    expect(verdictOf(hardly, {})).toEqual({ type: "none", missing: { type: "outside", share: 0.4 } });
    expect(verdictOf({ ...hardly, outside: 60, inconclusive: 20 }, {})).toEqual({ type: "holds" });
    expect(verdictOf({ ...tally, judged: 0, untested: 4 }, {})).toEqual({
      type: "none",
      missing: { type: "tested-run" },
    });
    const calm = { ...tally, judged: 0, untested: 4, seen: [0, 0, 0] };
    expect(verdictOf(calm, { faults: false })).toEqual({ type: "untested" });
    expect(verdictOf({ ...tally, judged: 0, inconclusive: 4 }, {})).toEqual({
      type: "none",
      missing: { type: "longer-runs" },
    });
  });

  test("say what they would have needed", () => {
    const said = [
      { ...tally, seen: [1, 0, 1] },
      { ...tally, judged: 0 },
      { ...tally, judged: 0, untested: 4 },
      { ...tally, judged: 0, inconclusive: 4 },
    ].map((one) => {
      const verdict = verdictOf(one, {});
      return verdict.type === "none" ? tellMissing(verdict.missing) : verdict.type;
    });
    expect(said).toEqual([
      "never saw: a write was applied under a second token",
      "no run was judged",
      "no run put it to the test",
      "every run ended too early to judge",
    ]);
  });

  test("bound the failure rate as the rule of three does", () => {
    expect(failureRateBound(3000)).toBeCloseTo(3 / 3000, 4);
  });
});

describe.skipIf(!built)("the command (skipped without dist: npm run build)", () => {
  test("gives the same result with one worker as with two", () => {
    const json = (jobs: string) =>
      spawnSync(
        process.execPath,
        [
          main,
          "check",
          "--seed",
          "7",
          "--runs",
          "900",
          "--json",
          "--jobs",
          jobs,
          "--variant",
          "blind-to-own-key",
        ],
        { cwd: folder, encoding: "utf8" },
      );
    const one = json("1");
    expect(one.status).toBe(1);
    expect(json("2").stdout).toBe(one.stdout);
  });

  test("interrupted, prints what it found so far and exits with 130", async () => {
    const child = spawn(process.execPath, [main, "check", "--runs", "100000000", "--jobs", "1"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let out = "";
    child.stdout.setEncoding("utf8");
    const code = await new Promise<number | null>((resolve) => {
      child.on("exit", (exit) => resolve(exit));
      child.stdout.on("data", (text: string) => {
        // The headline stands before the first schedule runs.
        if (out === "") child.kill("SIGINT");
        out += text;
      });
    });
    expect(code).toBe(130);
    expect(out).toMatch(/Interrupted after [\d ]+ runs; this is what they showed/u);
    expect(out).toContain("single-active");
  });

  test.each([
    [["chek"], "leasehold: unknown command 'chek'\n  did you mean check? see leasehold --help\n"],
    [
      ["check", "--sead", "1"],
      "leasehold: unknown option '--sead'\n  did you mean --seed? see leasehold check --help\n",
    ],
    [["replay"], "leasehold: missing required argument 'trace'\n  see leasehold replay --help\n"],
  ])("says of %j what is wrong and what to do", (argv, message) => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...argv], { encoding: "utf8" });
    expect([status, stderr]).toEqual([2, message]);
  });

  test("refuses in one line on stderr, without a stack trace", () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [main, "check", "nonsense"], {
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe("leasehold: unknown property nonsense\n  leasehold check --list lists them all\n");
  });
});

test("a failure's file is a trace of it, which replays identically", async () => {
  const { out } = await run(["unique-ids"], { variant: "shares-ids", seed: "1", runs: "200" });
  const file = /Trace: {2}leasehold replay (.+)/u.exec(out)?.[1] ?? "";
  expect(replayStrictly(linesOf(file))).toMatchObject({
    type: "identical",
    header: {
      variant: "shares-ids",
      property: "unique-ids",
      scenario: { title: "unique-ids on shares-ids" },
      seed: 1,
    },
    end: { ended: "violation" },
  });
});
