import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TraceEvent, TraceHeader } from "../../src/trace/format.ts";
import { ROOT } from "../helpers/repository.ts";
import { upgradeLine } from "../../src/trace/upgrade.ts";
import { argsOf, leasehold, refusalOf } from "./helpers.ts";

/** Of the version that is tested. */
const fresh = (name: string) => join(ROOT, "docs", "examples", `${name}.jsonl`);
const failing = fresh("fencing-no-fencing");
let folder = "";
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-replay-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(file: string, flags: Record<string, unknown> = {}) {
  return leasehold(["replay", file, ...argsOf(flags)]);
}

describe("leasehold replay", () => {
  it("tells that a failure is reproduced exactly, what broke, and what happened", async () => {
    const { code, out } = await run(failing);
    expect(code).toBe(1);
    expect(out).toContain(
      "REPRODUCED: fencing is violated again; every event, effect and state is identical.",
    );
    expect(out).toMatch(/etcd applied rootcoord-\w's write/u);
    expect(out).toMatch(/ {2}rootcoord-a {2}✗ stands still/u);
    expect(out).toContain("120.076 s  etcd         rev 12: write of rootcoord-a, not active now, APPLIED");
    expect(out).toContain("120.076 s               fencing is violated");
  });

  it("tells that another variant does not break the promise, and where its run differs", async () => {
    const { code, out } = await run(failing, { variant: "shipped" });
    expect(code).toBe(0);
    expect(out).toContain("FIXED on shipped: fencing holds");
    expect(out).toMatch(/It differs at event \d+: a request is worded otherwise/u);
    expect(out).toContain("recorded: 20.076 s etcd: write from rootcoord-a: put");
  });

  it("tells all of it as one document with --json", async () => {
    const { out } = await run(failing, { json: true });
    expect(JSON.parse(out)).toMatchObject({
      format: "leasehold-replay",
      outcome: "reproduced",
      identical: true,
      property: "fencing",
      verdict: { verdict: "violated" },
    });
  });

  it("writes the run as it is now as a new trace, which replays identically", async () => {
    const file = at("fixed.jsonl");
    await run(failing, { variant: "shipped", out: file });
    const { code, out } = await run(file);
    expect(code).toBe(0);
    expect(out).toContain("IDENTICAL");
    expect(readdirSync(folder).filter((name) => name.endsWith(".unfinished"))).toEqual([]);
  });

  it("is identical too when it is written anew, and then so is the file", async () => {
    const file = at("again.jsonl");
    const { out } = await run(failing, { out: file, json: true });
    expect(JSON.parse(out)).toMatchObject({ outcome: "reproduced", identical: true });
    const events = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n").slice(1, -1);
    const asNow = events(failing).map((text) => JSON.stringify(upgradeLine(JSON.parse(text), 1)));
    expect(events(file)).toEqual(asNow);
    // Written by this version, it is the same file to the letter.
    await run(file, { out: at("once-more.jsonl"), json: true });
    expect(readFileSync(at("once-more.jsonl"), "utf8")).toBe(readFileSync(file, "utf8"));
  });

  it("prints and exports the run under another variant, as --at shows it", async () => {
    const flags = { variant: "shipped" };
    const { out } = await run(failing, { ...flags, print: true });
    expect(out).toContain("the run ends; no property is violated");
    expect(out).not.toContain("APPLIED");
    const recorded = await run(failing, { export: "mermaid" });
    expect((await run(failing, { ...flags, export: "mermaid" })).out).not.toBe(recorded.out);
    expect((await run(failing, { variant: "no-fencing", export: "mermaid" })).out).toBe(recorded.out);
  });

  it("writes a new trace about what is so now: no violation where there is none, and today's where there was a sentence", async () => {
    const violationIn = (file: string) =>
      (JSON.parse(readFileSync(file, "utf8").split("\n")[0] ?? "") as TraceHeader).violation;
    await run(failing, { variant: "shipped", out: at("mended.jsonl") });
    expect(violationIn(at("mended.jsonl"))).toBeUndefined();
    const old = join(ROOT, "test", "corpus", "fencing-no-fencing.jsonl");
    await run(old, { out: at("anew.jsonl") });
    expect(violationIn(at("anew.jsonl"))).toMatchObject({ kind: "superseded-write-applied" });
    expect((await run(at("anew.jsonl"))).out).toContain("every event, effect and state is identical");
  });

  it("calls nothing fixed or reproduced that was not broken", async () => {
    await run(failing, { variant: "shipped", out: at("sound.jsonl") });
    const { code, out } = await run(at("sound.jsonl"), { variant: "no-fencing" });
    expect(code).toBe(1);
    expect(out).toContain(
      "DIVERGED on no-fencing: another run than the recorded one; fencing is violated in it.",
    );
    expect((await run(at("sound.jsonl"), { variant: "fences-by-presence" })).out).not.toContain("FIXED");
  });

  it("prints every event, or those of one party and time", async () => {
    const { out: all } = await run(failing, { print: true });
    const events = readFileSync(failing, "utf8")
      .split("\n")
      .filter((line) => line.includes('"type":"event"'));
    expect(all.match(/^ *\d+ +[\d.]+ s {2}/gmu)).toHaveLength(events.length);
    const { out } = await run(failing, { print: true, node: "etcd", from: "100s", to: "101s" });
    const lines = out.split("\n").filter((line) => /^ *\d/u.test(line));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/ 100\.\d{3} s {2}etcd/u);
  });

  it("prints the file's own lines with --json", async () => {
    const { out } = await run(failing, { print: true, json: true, node: "rootcoord-b" });
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as TraceEvent);
    expect(lines.length).toBeGreaterThan(10);
    for (const { node } of lines) expect(node).toBe("rootcoord-b");
  });

  it("shows how everyone stands at an instant", async () => {
    const { out } = await run(failing, { at: "99s" });
    expect(out).toContain("At 99.000 s, TTL 60 s");
    expect(out).toMatch(/rootcoord-a {2}PAUSED, active/u);
    expect(out).toMatch(/lease ░+ 1\.\d{3} s left at etcd\n +its claim ended 0\.192 s ago/u);
    expect(out).toMatch(/session\/rootcoord {2}created 4, modified 4, version 1/u);
    expect(out).toContain("rootcoord-a → etcd  request write, arrives in");
    const { out: json } = await run(failing, { at: "121s", json: true });
    expect(JSON.parse(json)).toMatchObject({ violated: [{ property: "fencing" }] });
  });

  it("holds one coordinator's lines, or everybody's, against the bare chart", async () => {
    expect((await run(failing, { machine: true })).out).toMatch(
      /^rootcoord-a: the chart steps as recorded, \d+ steps in 1 life\nrootcoord-b: the chart/u,
    );
    const { code, out } = await run(fresh("decision-unknown-is-won"), { machine: true, variant: "shipped" });
    expect(code).toBe(1);
    expect(out).toContain("the chart steps otherwise at event");
  });

  it("writes a test that keeps the case", async () => {
    const file = at("kept.test.ts");
    const { out } = await run(failing, { saveTest: file });
    expect(out).toContain("fencing is violated on no-fencing, fencing holds on shipped");
    const text = readFileSync(file, "utf8");
    expect(text).toContain('from "leasehold/trace"');
    expect(text).toContain('"type": "delay"');
  });
});

describe("leasehold replay refuses with file, line and remedy:", () => {
  const cut = () => {
    const file = at("cut.jsonl");
    writeFileSync(file, readFileSync(failing, "utf8").slice(0, 9000));
    return file;
  };
  it.each<[string, () => string, Record<string, unknown>, RegExp]>([
    ["no file", () => at("nothing.jsonl"), {}, /nothing\.jsonl: there is no such file\n {2}name a trace/u],
    ["a folder", () => folder, {}, /: it is a folder\n/u],
    ["a cut file", cut, {}, /cut\.jsonl:\d+: the line breaks off\n {2}the file was cut/u],
    ["a cut file to be printed", cut, { print: true }, /cut\.jsonl:\d+: the line breaks off/u],
    ["a cut file to look into", cut, { at: "1s" }, /the line breaks off/u],
    ["a cut file to make a test of", cut, { saveTest: "x.test.ts" }, /the line breaks off/u],
    ["another format", () => join(ROOT, "package.json"), {}, /package\.json:1: not a line of JSON/u],
    ["an unknown variant", () => failing, { variant: "no-fence" }, /did you mean no-fencing/u],
    [
      "an instant after the end",
      () => failing,
      { at: "900s" },
      /--at: 15m is after the scenario.s horizon, 121s/u,
    ],
    [
      "an instant that is none",
      () => failing,
      { at: "soon" },
      /option '--at <instant>' argument 'soon' is invalid\. It must be a duration\.\n {2}write a number with its unit/u,
    ],
    [
      "an unknown coordinator",
      () => failing,
      { print: true, node: "rootcoord-z" },
      /unknown coordinator in this trace rootcoord-z/u,
    ],
    [
      "an unknown machine",
      () => failing,
      { machine: "rootcoord-z" },
      /unknown coordinator in this trace rootcoord-z/u,
    ],
    [
      "a span that ends before it begins",
      () => failing,
      { from: "100s", to: "50s" },
      /--from: 100s is after --to, 50s\n/u,
    ],
    [
      "events after the end",
      () => failing,
      { from: "120.5s" },
      /--from: 120500ms is after the end of the run at 120\.076 s\n/u,
    ],
    [
      "its own file to write",
      () => failing,
      { out: join(ROOT, "docs", "..", "docs", "examples", "fencing-no-fencing.jsonl") },
      /--out .*: it is the file that is read, and would be lost\n/u,
    ],
    [
      "its own file to export to",
      () => failing,
      { export: "itf", out: failing },
      /it is the file that is read, and would be lost\n/u,
    ],
    [
      "an export in two forms",
      () => failing,
      { export: "html", json: true },
      /'--export <format>' cannot be used/u,
    ],
    [
      "a test in two forms",
      () => failing,
      { saveTest: "x.test.ts", json: true },
      /'--save-test <file>' cannot/u,
    ],
    [
      "two forms",
      () => failing,
      { print: true, at: "1s" },
      /option '--print' cannot be used with option '--at <instant>'/u,
    ],
  ])("%s", async (_, file, flags, message) => {
    const refusal = await refusalOf(["replay", file(), ...argsOf(flags)]);
    expect(refusal.message).toMatch(message);
    expect(refusal.exitCode).toBe(2);
  });

  it("a run that is about nothing, as a test", async () => {
    const file = at("walk.jsonl");
    await leasehold(["simulate", "walk", `--trace=${file}`]);
    const { message } = await refusalOf(["replay", file, `--save-test=${at("walk.test.ts")}`]);
    expect(message).toContain("the trace is about no property");
    expect(readdirSync(folder)).not.toContain("walk.test.ts");
  });
});

describe("leasehold simulate --trace", () => {
  it("writes a run that replays identically, about the promise it breaks", async () => {
    const file = at("partition.jsonl");
    await leasehold(["simulate", "partition", `--trace=${file}`, "--variant=claim-never-ends"]);
    const { code, out } = await run(file);
    expect(code).toBe(1);
    expect(out).toContain("REPRODUCED: single-active is violated again");
  });

  it("of which a replay says when the promise breaks again, but by another cause", async () => {
    const { code, out } = await run(at("partition.jsonl"), { variant: "claim-outlives-lease" });
    expect(code).toBe(1);
    expect(out).toMatch(
      /REPRODUCED on claim-outlives-lease, but by another cause: single-active is violated at [\d.]+ s, in another way/u,
    );
    expect(out).toMatch(/recorded, at [\d.]+ s: .* nothing on its own clock will end that/u);
    const { out: json } = await run(at("partition.jsonl"), { variant: "claim-outlives-lease", json: true });
    expect(JSON.parse(json)).toMatchObject({ outcome: "reproduced", otherCause: "in another way" });
  });
});

describe("leasehold diff", () => {
  const compare = (left: string, right: string) => leasehold(["diff", left, right]);

  it("tells that a trace is like itself", async () => {
    expect(await compare(failing, failing)).toMatchObject({
      code: 0,
      out: expect.stringContaining("They tell the same."),
    });
  });

  it("shows where two runs part, both sides, and what followed", async () => {
    const file = at("other.jsonl");
    await run(failing, { variant: "shipped", out: file });
    const { code, out } = await compare(failing, file);
    expect(code).toBe(1);
    expect(out).toContain("They were given another variant.");
    expect(out).toContain("They part at 20.076 s");
    expect(out).toMatch(/write from rootcoord-a: put +write from rootcoord-a: if create of/u);
    expect(out).toMatch(/rootcoord-b serves +[\d.]+ s {2}rootcoord-b serves/u);
    expect(out).toMatch(/fencing violated at 120\.076 s +no property is violated/u);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("leasehold check with kept traces", () => {
  const argsFor = (flags: Record<string, unknown>) => {
    const corpus = join(ROOT, "test", "corpus");
    return ["check", "fencing", ...argsOf({ jobs: 1, runs: 1000, seed: 2, out: folder, corpus, ...flags })];
  };
  const checked = (flags: Record<string, unknown>) => leasehold(argsFor(flags));

  it("runs those about its properties first", async () => {
    const { code, out } = await checked({});
    expect(out).toMatch(/^2 kept cases hold\n/u);
    expect(code).toBe(0);
  });

  it("fails when one breaks again", async () => {
    const { code, out } = await checked({ variant: "no-fencing", runs: "1" });
    expect(out).toMatch(
      /^fencing is violated again: leasehold replay .*fencing-no-fencing\.jsonl tells how\n/u,
    );
    expect(code).toBe(1);
  });

  it("refuses a folder that is not there", async () => {
    const { message } = await refusalOf(argsFor({ corpus: at("nowhere") }));
    expect(message).toContain("there is no such folder");
    expect((await refusalOf(argsFor({ corpus: failing }))).message).toContain("it is not a folder");
  });
});
