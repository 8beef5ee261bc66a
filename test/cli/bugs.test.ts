import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chalk } from "chalk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shipped } from "../../models/variant.ts";
import { retry, variantOfBug } from "../../properties/bugs/kept.ts";
import { keptBugs, milvusBugs } from "../../properties/bugs/known-bugs.ts";
import { bugs } from "../../src/cli/bugs/bugs.ts";
import {
  renderBug,
  renderBugs,
  renderMutants,
  renderOutcome,
  type Hunted,
} from "../../src/cli/bugs/render-bugs.ts";
import { recordCase } from "../../src/run/record.ts";
import { replayStrictly } from "../../src/run/replay.ts";
import { readScenario } from "../../src/scenario-file/read-scenario.ts";
import { argsOf, keptTerminal, leasehold, refusalOf } from "./helpers.ts";

const plain = new Chalk({ level: 0 });
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-bugs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(names: readonly string[], flags: Record<string, unknown>, width = 100) {
  return leasehold(["bugs", ...names, ...argsOf(flags)], { width });
}

describe("bad input gets one message with place and remedy", () => {
  test.each<[string, readonly string[], Record<string, unknown>, string]>([
    [
      "a name that is not known",
      ["no-fence"],
      {},
      "unknown known bug no-fence\n  did you mean no-fencing? leasehold bugs --list lists them all",
    ],
    [
      "a name and a flag that exclude each other",
      ["F01"],
      { mutants: true },
      "--mutants: F01 is not one of these\n  leave the flag out, or see leasehold bugs --list",
    ],
    [
      "a scenario of several bugs",
      ["F01", "F02"],
      { yaml: true },
      "--yaml needs exactly one bug that has a kept scenario\n  write it like leasehold bugs F01 --yaml",
    ],
    [
      "no seeds",
      ["hot-loop"],
      { seeds: "0" },
      "option '--seeds <n>' argument '0' is invalid. It must be a whole number from 1 to 1000.\n  see leasehold bugs --help",
    ],
  ])("%s", async (_, names, flags, message) => {
    expect(await refusalOf(["bugs", ...names, ...argsOf(flags)])).toMatchObject({ message, exitCode: 2 });
  });
});

describe("leasehold bugs", () => {
  test("tries every kept bug and says that all are caught", async () => {
    const { code, out } = await run([], { milvus: true, hazards: true }, 100);
    expect(code).toBe(0);
    const [tables = ""] = out.split("Caught: ");
    expect(Math.max(...tables.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    for (const { id, title } of keptBugs) expect(out).toContain(`${id.padEnd(5)}${title.slice(0, 60)}`);
    expect(out).toContain(`Caught: ${milvusBugs.length} bugs of Milvus, `);
  });

  test("hunts a mutant by each property that must kill it, once a seed", async () => {
    const { code, out } = await run(["blind-to-own-key"], { seeds: "3", json: true });
    const { mutants, verdict } = JSON.parse(out) as {
      verdict: string;
      mutants: {
        mutant: string;
        property: string;
        catches: { seed: number; runs: number; storySize: number }[];
      }[];
    };
    expect(code).toBe(0);
    expect(verdict).toBe("caught");
    expect(mutants.map(({ property }) => property)).toEqual(["bounded-takeover", "recovery"]);
    for (const { catches } of mutants) {
      expect(catches.map(({ seed }) => seed)).toEqual([1, 2, 3]);
      for (const { runs, storySize } of catches) {
        expect(runs).toBeGreaterThan(0);
        expect(storySize).toBeLessThanOrEqual(10);
      }
    }
  });

  test("of one mutant, names the command that tells its story", async () => {
    const { out } = await run(["no-fencing"], { seeds: "1" });
    expect(out).toContain("Watch it:\n  leasehold check fencing --variant no-fencing --seed 1\n");
  });

  test("tells one bug, whatever the case of its name", async () => {
    const { code, out } = await run(["d5"], {});
    expect(code).toBe(0);
    expect(out).toContain("D5: LivenessCheck overlooks a deletion");
    expect(out).toContain("rootcoord-b  WON: fencing token 9");
    expect(out).toContain("fencing is violated");
    expect(out).toContain("leasehold simulate D5.yaml --variant milvus-2.4");
  });

  test.each([60, 80, 120])("fits on %d columns", async (width) => {
    const { out } = await run(["F17"], {}, width);
    const prose = out.split("\n").filter((line) => !/^Watch it|^On /u.test(line));
    expect(Math.max(...prose.map(({ length }) => length))).toBeLessThanOrEqual(width);
  });

  test.each([60, 80, 120])("has tables that fit on %d columns, or on a hundred", (width) => {
    const [first] = milvusBugs;
    if (first === undefined) throw new Error("no bugs");
    const retrial = retry(first);
    const all = milvusBugs.map((bug) => ({ bug, retrial, stands: true }));
    const table = renderBugs("milvus", all, plain, width).split("\n").slice(3);
    expect(table.length).toBeGreaterThan(milvusBugs.length);
    expect(Math.max(...table.map(({ length }) => length))).toBeLessThanOrEqual(Math.max(width, 100));
  });

  test.each(keptBugs)("writes the scenario of $id as a file that reads back the same", async (bug) => {
    const { code, out } = await run([bug.id], { yaml: true });
    expect(code).toBe(0);
    expect(readScenario(out, { title: "" })).toEqual({ type: "ok", scenario: bug.case.scenario });
  });

  test("records a bug's run as a trace", async () => {
    const file = join(folder, "f06.jsonl");
    await run(["F06"], { trace: file });
    const [header = "", ...events] = readFileSync(file, "utf8").trim().split("\n");
    expect(JSON.parse(header)).toMatchObject({ variant: "milvus-2.2-dev", property: "fencing" });
    expect(events.length).toBeGreaterThan(10);
  });

  test.each(keptBugs)("replays the trace of $id to its violation, by whatever it is judged", (bug) => {
    const variant = variantOfBug(bug);
    const lines: string[] = [];
    const { violates } = bug;
    recordCase({ ...bug.case, variant, property: violates.name }, (line) => lines.push(line));
    const result = replayStrictly(lines.values());
    expect(result).toMatchObject({ type: "identical", header: { property: violates.name } });
    const verdicts = result.type === "identical" ? result.end.verdicts : [];
    expect(verdicts.find(({ property }) => property === violates.name)?.verdict).toBe("violated");
  });

  test("interrupted, tells what it found so far and exits with 130", async () => {
    const { out: printed, terminal } = keptTerminal();
    const running = bugs(["no-fencing", "F01"], { seeds: 9 }, terminal);
    // The first hunt is done when it listens for the first time.
    process.emit("SIGINT", "SIGINT");
    expect(await running).toBe(130);
    const out = printed();
    expect(out).toContain("Interrupted after 1 of 9 hunts and 0 of 1 kept bug; this is what they showed.");
    expect(out).toMatch(/no-fencing +fencing +\d+/u);
    expect(out).not.toContain("F01");
  });

  test("lists what there is without trying it", async () => {
    const { out } = await run([], { list: true });
    for (const { id } of keptBugs) expect(out).toMatch(new RegExp(`^${id}\\s`, "mu"));
    expect(out).toContain("no-fencing  ");
  });
});

describe("what escapes is said", () => {
  const [first] = milvusBugs;
  if (first === undefined) throw new Error("no bugs");
  const bug = { ...first, variant: shipped.name };
  const tried = { bug, retrial: { ...retry(bug), broken: ["fencing"] }, stands: false };

  test("of a kept bug", async () => {
    expect(renderBugs("milvus", [tried], plain, 100)).toContain(
      "ESCAPES bounded-takeover · 2 faults · shipped: BREAKS fencing",
    );
    expect(renderBug(tried, plain, 100)).toContain("nothing: bounded-takeover holds, the bug escapes");
    expect(renderOutcome([], [tried], plain)).toBe("Not as it should be: F01\n");
  });

  test("of a mutant", async () => {
    const hunted: Hunted = {
      target: { mutant: "no-fencing", property: "fencing" },
      catches: [
        { seed: 1, runs: 6000, findMs: 5000, shrinkMs: 0, size: undefined },
        { seed: 2, runs: 12, findMs: 3, shrinkMs: 1, size: 2 },
      ],
    };
    expect(renderMutants([hunted], 2, plain)).toContain("no-fencing  ESCAPES fencing (1 of 2)");
    expect(renderOutcome([hunted], [], plain)).toBe("Not as it should be: no-fencing (fencing)\n");
  });
});
