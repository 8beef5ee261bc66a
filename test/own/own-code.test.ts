/** Variants, properties and faults of one's own, from the command line: found, replayed, and refused where they are wrong. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patiently } from "../../src/cli/own/patience.ts";
import { EXAMPLES, Folder, MAIN } from "./command.ts";

const folder = new Folder();
const MINE = "--variant ./checks/trusting.ts --property checks/served-within.ts --fault checks/deploy.ts";
let trace = "";

beforeAll(() => {
  mkdirSync(join(folder.path, "checks"));
  for (const name of readdirSync(EXAMPLES))
    copyFileSync(join(EXAMPLES, name), join(folder.path, "checks", name));
});
afterAll(() => folder.remove());

describe("a mistake of one's own", () => {
  it("is found by workers that load the modules too, and told with the command that repeats it", () => {
    const { code, out } = folder.run(`check single-active ${MINE} --seed 1 --jobs 2`);
    expect(code).toBe(1);
    expect(out).toContain(
      "Checking single-active of trusting (counts its lease from the coming of etcd's answer)",
    );
    const again = /Again: {2}leasehold (check single-active .*)/u.exec(out)?.[1] ?? "";
    expect(again).toContain(MINE);
    expect(folder.run(`${again} --no-out`).code).toBe(1);
    trace = /Trace: {2}leasehold replay (\S+)/u.exec(out)?.[1] ?? "";
    expect(JSON.parse(readFileSync(join(folder.path, trace), "utf8").split("\n")[0] ?? "")).toMatchObject({
      variant: "trusting",
      modules: ["./checks/trusting.ts", "./checks/served-within.ts", "./checks/deploy.ts"],
    });
  });

  it("is explored, and what breaks names its module and the command that explores it again", () => {
    folder.write(
      "checks/robber.ts",
      'import { defineVariant, shippedDialect, speaking } from "leasehold/models";\n' +
        "const { requests } = shippedDialect;\n" +
        'export const robber = defineVariant({ name: "robber", summary: "takes the role unasked", dialect: speaking({\n' +
        "  requests: { ...requests, campaign: (...given) => ({ ...requests.campaign(...given), compare: [] }) },\n" +
        "}) });\n",
    );
    const { code, out } = folder.run(
      "explore one-key-holder --faults none --variant ./checks/robber.ts --out found",
    );
    expect(code).toBe(1);
    expect(out).toContain("Exploring every state of robber (takes the role unasked)");
    expect(out).toContain(
      "Again:  leasehold explore one-key-holder --faults none --variant ./checks/robber.ts\n",
    );
    const trace = /Trace: {2}leasehold replay (\S+)/u.exec(out)?.[1] ?? "";
    expect(folder.run(`replay ${trace}`).out).toContain("REPRODUCED: one-key-holder is violated again");
  });

  it("replays where the module is, from a file, gzipped, and from standard input", () => {
    const bytes = readFileSync(join(folder.path, trace));
    folder.write("failure.jsonl.gz", gzipSync(bytes) as unknown as string);
    for (const { code, out } of [
      folder.run(`replay ${trace}`),
      folder.run("replay failure.jsonl.gz"),
      folder.run("replay -", { input: bytes }),
      folder.run("replay -", { input: gzipSync(bytes) }),
    ]) {
      expect(out).toContain(
        "REPRODUCED: single-active is violated again; every event, effect and state is identical",
      );
      expect(code).toBe(1);
      expect(out).toMatch(/^Next: leasehold replay (?:FILE|\S+\.jsonl(?:\.gz)?) --step/mu);
    }
    expect(folder.run(`replay ${trace} --variant shipped`).out).toContain("FIXED on shipped");
  });

  it("is told elsewhere, and not run; there the module is named", () => {
    const file = join(folder.path, trace);
    const elsewhere = { cwd: join(folder.path, "checks") };
    expect(folder.run(`replay ${file}`, elsewhere)).toEqual({
      code: 2,
      out: "",
      err:
        `leasehold: ${file}: it was recorded with ./checks/trusting.ts, ./checks/served-within.ts and ./checks/deploy.ts, not to be found from here, and needs the variant trusting\n` +
        "  go to the folder that has it, or name it: --variant, --property, --fault or --program FILE\n",
    });
    expect(folder.run(`replay ${file} --print --to 1s`, elsewhere).code).toBe(0);
    const named = "--variant trusting.ts --property served-within.ts --fault deploy.ts";
    expect(folder.run(`replay ${file} ${named}`, elsewhere).out).toContain("is identical");
  });

  it("is kept as a test that brings its modules", () => {
    expect(folder.run(`replay ${trace} --save-test tests/kept.test.ts`).code).toBe(0);
    const text = readFileSync(join(folder.path, "tests/kept.test.ts"), "utf8");
    expect(text).toContain('import * as own1 from "../checks/trusting.ts";\n');
    expect(text).toContain("adoptExports(own1);\n");
  });

  it("does not run code that a trace names outside of the folder", () => {
    folder.write("evil.ts", 'throw new Error("ran");');
    const text = readFileSync(join(folder.path, trace), "utf8").replace("./checks/trusting.ts", "../evil.ts");
    folder.write("inner/sent.jsonl", text);
    const { code, err } = folder.run("replay sent.jsonl", { cwd: join(folder.path, "inner") });
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("recorded with ../evil.ts") as string,
    });
    expect(err).not.toContain("ran");
  });
});

describe("a promise and a fault of one's own", () => {
  it("are judged and strike beside the shipped ones", () => {
    const { code, out } = folder.run(
      "check checks/rollout.yaml --fault checks/deploy.ts --property checks/served-within.ts --seed 1 --runs 100 --no-out",
    );
    expect(out).toMatch(/^served-soon +holds +\d\d/mu);
    expect(code).toBe(0);
    const slow = folder.run(
      "check served-soon --property checks/served-within.ts --network 800ms --seed 1 --no-out",
    );
    expect(slow.out).toContain("nobody serves 5 s after the first start");
    expect(slow.code).toBe(1);
  });

  it("are named by scenarios and listed", () => {
    expect(folder.run("simulate checks/rollout.yaml --fault checks/deploy.ts --width 200").out).toContain(
      "stopped for a new version",
    );
    expect(folder.run("simulate checks/rollout.yaml").err).toContain("no fault is called deploy");
    expect(folder.run("check --list --property checks/served-within.ts").out).toContain("served-soon");
  });
});

describe("a module that is none", () => {
  const variant = (body: string) =>
    `import { defineVariant, edited, stateAt, delayed, speaking } from "leasehold/models";\n${body}`;
  it.each<[string, string, string, string]>([
    ["missing", "--variant ./gone.ts", "", "--variant ./gone.ts: there is no such file\n  name a module"],
    ["a folder", "--property ./checks", "", "--property ./checks: it is a folder"],
    [
      "of another kind",
      "--fault ./a.yaml",
      "x: 1",
      "--fault ./a.yaml: it is no module\n  name a file that ends with",
    ],
    [
      "no TypeScript",
      "--variant ./a.ts",
      "export const a: number = ;",
      "./a.ts:1: the module cannot be loaded: Unexpected token",
    ],
    [
      "that throws",
      "--variant ./a.ts",
      '\n\nthrow new TypeError("nope");',
      "./a.ts:3: the module cannot be loaded: TypeError: nope",
    ],
    [
      "that misses another",
      "--fault ./a.ts",
      'import "./b";',
      "./a.ts:1: the module cannot be loaded: Cannot find module './b'",
    ],
    [
      "empty",
      "--variant ./a.ts",
      "",
      "--variant ./a.ts: it exports no variant\n  export what defineVariant({ ... })",
    ],
    [
      "with something else",
      "--property ./a.ts",
      variant('export default defineVariant({ name: "mine", summary: "x", chart: delayed(() => ({})) });'),
      "--property ./a.ts: it exports no property, but a variant\n  export what defineProperty",
    ],
    [
      "whose variant has a shipped name",
      "--variant ./a.ts",
      variant(
        'export default defineVariant({ name: "no-fencing", summary: "x", chart: delayed(() => ({})) });',
      ),
      "./a.ts: a variant is called no-fencing already\n  give it a name of its own",
    ],
    [
      "whose chart cannot be made",
      "--variant ./a.ts",
      variant(
        'export const a = defineVariant({ name: "mine", summary: "x",\n chart: edited((c) => stateAt(c, "nowhere")) });',
      ),
      "./a.ts:3: what it exports cannot be used: the chart has no state nowhere",
    ],
    [
      "with a definition that is none",
      "--variant ./a.ts",
      variant('export const a = defineVariant({ name: "mine" });'),
      "./a.ts:2: the module cannot be loaded: TypeError: defineVariant: mine has no summary",
    ],
    [
      "with two variants",
      "--variant ./a.ts",
      variant(
        'const chart = delayed(() => ({}));\nexport const a = defineVariant({ name: "one", summary: "x", chart });\nexport const b = defineVariant({ name: "two", summary: "x", chart });',
      ),
      "--variant ./a.ts: it has 2 variants\n  name one of them: --variant ./a.ts#one, --variant ./a.ts#two",
    ],
    [
      "that throws in the middle of a run",
      "--variant ./a.ts",
      variant(
        'export const a = defineVariant({ name: "mine", summary: "x", dialect: speaking({ guarded() {\n  throw new Error("not today");\n} }) });',
      ),
      "./a.ts:3: it throws in the middle of a run: not today\n  mend it",
    ],
    [
      "whose fault draws what it is not",
      "--fault ./a.ts",
      'import { coordinatorField, defineFault } from "leasehold/simulation";\nexport const a = defineFault({ name: "odd", fields: { on: coordinatorField() }, weight: 1000, words: { begins: () => "odd" }, draw: () => ({ on: "ghost" }) });',
      'the fault odd draws on: "ghost", where the coordinator that was drawn, on belongs\n  mend it',
    ],
    [
      "whose property finds what is no finding",
      "--property ./a.ts",
      'import { defineProperty } from "leasehold/properties";\nexport const a = defineProperty({ name: "single-active-too", guarantee: "x", reads: ["claim"], kinds: { a: { cause: [], tell: () => "" } }, judge: () => () => ({ kind: "a" }) });',
      'the property single-active-too found {"kind":"a"}, which is no finding',
    ],
  ])("%s: one message", (_, flag, text, message) => {
    const [, file = ""] = flag.split(" ");
    if (text !== "" || flag.includes("a.ts")) folder.write(file, text);
    const { code, err, out } = folder.run(
      `check ${flag.startsWith("--property") ? "" : "single-active "}${flag} --runs 300 --jobs 2 --no-out`,
    );
    expect(err).toContain(`leasehold: ${message}`);
    expect(err.trimEnd().split("\n")).toHaveLength(2);
    expect(out.replace(/^Checking .*\n\n/u, "")).toBe("");
    expect(code).toBe(2);
  });

  it("of which one variant is chosen", () => {
    folder.write(
      "two.ts",
      variant(
        'const chart = delayed(() => ({}));\nexport const a = defineVariant({ name: "one", summary: "is one", chart });\nexport const b = defineVariant({ name: "two", summary: "is two", chart });',
      ),
    );
    expect(folder.run("check single-active --variant ./two.ts#two --runs 1 --no-out").out).toContain(
      "of two (is two)",
    );
    expect(folder.run("check single-active --variant ./two.ts#three --runs 1").err).toContain(
      "no variant called three",
    );
  });

  it("with an endless loop is told as that, and ends at Ctrl-C", async () => {
    const endless = () => {
      for (;;);
    };
    expect(() => patiently(20, endless)).toThrow("code of your own has not come back for 0.02 s");
    expect(patiently(60_000, () => "as usual")).toBe("as usual");
    folder.write(
      "endless.ts",
      'import { defineVariant, shippedDialect, speaking } from "leasehold/models";\n' +
        'export const a = defineVariant({ name: "endless", summary: "x", dialect: speaking({\n' +
        '  readings: { ...shippedDialect.readings, campaign() { console.error("for ever"); for (;;); } },\n' +
        "}) });\n",
    );
    const words = "check single-active --variant ./endless.ts --runs 300 --jobs 1 --no-out".split(" ");
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder.path });
    let out = "";
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.once("data", () => child.kill("SIGINT"));
    const [code] = (await once(child, "close")) as [number];
    expect(out).toContain("Interrupted after 0 runs");
    expect(code).toBe(130);
  });

  it("written before it is moved is told by its old name", () => {
    folder.run(`simulate checks/rollout.yaml --fault checks/deploy.ts --trace moved.jsonl`);
    renameSync(join(folder.path, "checks/deploy.ts"), join(folder.path, "elsewhere.ts"));
    expect(folder.run("replay moved.jsonl").err).toContain(
      "recorded with ./checks/deploy.ts, not to be found from here",
    );
    // What the trace says of the fault is enough to tell and draw it, and not to strike anybody.
    expect(folder.run("replay moved.jsonl --export mermaid").out).toContain("stopped for a new version");
    expect(folder.run("replay moved.jsonl --print --from 20s --to 25s").out).toContain(
      "fault: deploy begins",
    );
    expect(folder.run("replay moved.jsonl --at 21s").err).toContain("and needs the fault deploy");
    expect(folder.run("replay moved.jsonl --fault elsewhere.ts").out).toContain("IDENTICAL");
    renameSync(join(folder.path, "elsewhere.ts"), join(folder.path, "checks/deploy.ts"));
  });
});
