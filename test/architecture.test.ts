/**
 * The house rules, enforced: who imports whom, where time and chance may enter, how long a file may be.
 *
 * The second half hands the checker offending files: a check that cannot fail is worth nothing.
 */
import { describe, expect, it } from "vitest";
import { checkArchitecture, describeViolation, MAXIMUM_LINES } from "./helpers/architecture.ts";
import { hygieneFaults, unlistedOptionalPackages } from "./helpers/hygiene.ts";
import { listFiles, readProjectFile } from "./helpers/repository.ts";
import { scanSource } from "./helpers/source-scan.ts";

const FLOORS = ["models", "src", "properties"];
const isTypeScript = (path: string): boolean => path.endsWith(".ts");

describe("the architecture", () => {
  const files = FLOORS.flatMap((floor) => listFiles(floor, isTypeScript));
  const sources = new Map(files.map((file) => [file, readProjectFile(file)]));

  it("has files to look at", () => {
    expect(files.filter((file) => file.startsWith("models/")).length).toBeGreaterThan(0);
    expect(files.filter((file) => file.startsWith("src/")).length).toBeGreaterThan(0);
  });

  it("has imports to look at: the scan finds the charts' xstate and more than one import a file", () => {
    const imports = [...sources.values()].flatMap((text) => scanSource(text).imports);
    expect(imports.map(({ specifier }) => specifier)).toContain("xstate");
    expect(imports.length).toBeGreaterThan(files.length / 2);
  });

  it("holds in every file", () => {
    expect(checkArchitecture(sources).map(describeViolation)).toEqual([]);
  });

  it("draws the pages by templates alone", () => {
    const web = [...sources].filter(([file]) => file.startsWith("src/web/"));
    expect(web.length).toBeGreaterThan(50);
    expect(web.flatMap(([file, text]) => pastedMarkup(text).map((what) => `${file}: ${what}`))).toEqual([]);
  });

  it("resolves every relative import to a file", () => {
    const missing = checkTargets(sources);
    expect(missing).toEqual([]);
  });
});

/** Markup that is no template, and values without quotes that run into the end of their tag: `x=${x}/>` is `x="5/"`. */
function pastedMarkup(text: string): string[] {
  return [
    ...text.matchAll(/\b(?:inner|outer)HTML\b|insertAdjacentHTML|unsafe(?:HTML|SVG)|=\$\{[^{}]*\}\/>/gu),
  ].map(([what]) => what);
}

/**
 * Names that two files export. Most are a kind's own word: a lesson, a fault and a command of the store may each be called what
 * the field calls it. The terminal's and the page's player share the others. A new one is a name to be found, not a line here.
 */
const TWICE = [
  "Aim Choice Found SPEEDS alone atEvent atInstant check compact deleteKey duration fencing heard open openWatch pause put run",
  "startEtcd step stop told ttl",
].flatMap((line) => line.split(" "));

const EXPORTED =
  /^export (?:abstract )?(?:async )?(?:const|function\*?|class|interface|type|enum) (?<name>\w+)/gmu;

/** Exported names that more than one file defines; an overloaded function counts once. */
function definedTwice(sources: ReadonlyMap<string, string>): string[] {
  const filesOf = new Map<string, Set<string>>();
  for (const [file, text] of sources)
    for (const { groups } of text.matchAll(EXPORTED)) {
      const name = groups?.["name"] ?? "";
      filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
    }
  return [...filesOf].flatMap(([name, files]) => (files.size > 1 ? [name] : [])).toSorted();
}

describe("an exported name", () => {
  it("means one thing: two files define the same only where it is listed", () => {
    const files = FLOORS.flatMap((floor) => listFiles(floor, isTypeScript));
    expect(definedTwice(new Map(files.map((file) => [file, readProjectFile(file)])))).toEqual(
      TWICE.toSorted(),
    );
  });

  it("is found when a second file defines it", () => {
    const a = "export interface Term {}\nexport function one(): void;\nexport function one(): void {}\n";
    expect(
      definedTwice(
        new Map([
          ["src/a.ts", a],
          ["src/b.ts", "export type Term = string;"],
        ]),
      ),
    ).toEqual(["Term"]);
  });
});

describe("the repository", () => {
  const files = listFiles("", (path) => !/\.(?:png|jpe?g|gif|ico|woff2?|tgz|gz)$/u.test(path));

  it("names no path of one machine and no registry host", () => {
    expect(files).toContain("package-lock.json");
    expect(files.flatMap((file) => hygieneFaults(file, readProjectFile(file)))).toEqual([]);
  });

  it("locks the optional packages of every platform, so that npm ci accepts the lock file", () => {
    expect(unlistedOptionalPackages(readProjectFile("package-lock.json"))).toEqual([]);
  });
});

describe("the checker can fail", () => {
  const faultsOf = (files: Record<string, string>): string[] =>
    checkArchitecture(new Map(Object.entries(files))).map(describeViolation);

  it.each([
    ["models/a.ts", 'import fc from "fast-check";', "import: fast-check belongs in"],
    ["models/a.ts", 'import { z } from "zod";', "import: models/ imports xstate and nothing else"],
    ["models/a.ts", 'import { b } from "../src/kv/b.ts";', "import: src/kv/b.ts is above"],
    ["src/words/a.ts", 'import { b } from "../trace/b.ts";', "import: src/trace/b.ts is above"],
    ["src/time/a.ts", 'import type { Kv } from "../kv/kv.ts";', "import: src/kv/kv.ts is above"],
    ["src/kv/a.ts", 'import { b } from "../election/b.ts";', "import: src/election/b.ts is above"],
    ["src/election/a.ts", 'import { b } from "../simulation/b.ts";', "import: src/simulation/b.ts is above"],
    ["src/election/a.ts", 'import { b } from "../kv/etcd/b.ts";', "import: src/kv/etcd/b.ts is an adapter"],
    ["src/election/a.ts", 'import { createActor } from "xstate";', "import: xstate belongs in models/"],
    [
      "src/simulation/a.ts",
      'import { transition } from "xstate/graph";',
      "import: xstate/graph belongs in models/",
    ],
    ["src/simulation/a.ts", 'import { b } from "../cli/b.ts";', "import: src/cli/ is the roof"],
    [
      "src/simulation/network.ts",
      'import { phaseOf } from "../election/driver.ts";',
      "import: src/election/driver.ts is the election's",
    ],
    [
      "src/simulation/faults/a.ts",
      'import { keysFor } from "../../../models/dialect.ts";',
      "import: models/dialect.ts is the election's",
    ],
    ["src/trace/a.ts", 'export * from "../cli/b.ts";', "import: src/cli/ is the roof"],
    ["properties/a.ts", 'await import("../src/cli/b.ts");', "import: src/cli/ is the roof"],
    ["src/index.ts", 'import "./cli/main.ts";', "import: src/cli/ is the roof"],
    ["src/trace/a.ts", 'import { readFileSync } from "node:fs";', "import: node:fs belongs in"],
    ["src/teach/a.ts", 'import { homedir } from "node:os";', "import: node:os belongs in"],
    ["src/teach/a.ts", "const name = process.env;", "banned global: process"],
    ["src/trace/a.ts", 'import chalk from "chalk";', "import: chalk belongs in"],
    ["src/simulation/a.ts", 'import fc from "fast-check";', "import: fast-check belongs in"],
    ["src/election/a.ts", 'import { Client } from "@grpc/grpc-js";', "import: @grpc/grpc-js belongs in"],
    ["properties/a.ts", 'import { it } from "vitest";', "import: vitest belongs in *.test.ts"],
    ["src/kv/a.ts", 'import { x } from "../../test/x.ts";', "import: test/x.ts is outside"],
    ["src/kv/a.ts", 'import { x } from "./b.test.ts";', "import: src/kv/b.test.ts is a test"],
    ["models/a.ts", "const now = Date.now();", "banned global: Date"],
    ["models/a.ts", "const dice = Math.random();", "banned global: Math.random"],
    ["src/time/timeline.ts", "performance.now();", "banned global: performance"],
    ["src/election/a.ts", "setTimeout(f, 1);", "banned global: setTimeout"],
    ["src/stepper/a.ts", "setTimeout(f, 1);", "banned global: setTimeout"],
    ["src/stepper/a.ts", 'import { existsSync } from "node:fs";', "import: node:fs belongs in"],
    ["src/election/a.ts", "globalThis.setInterval(f, 1);", "banned global: setInterval"],
    ["src/simulation/a.ts", "const all = [...process.argv];", "banned global: process"],
    ["src/simulation/a.ts", "queueMicrotask(f);", "banned global: queueMicrotask"],
    ["src/trace/a.ts", "const id = `x${crypto.randomUUID()}`;", "banned global: crypto"],
    ["properties/a.ts", "new Date();", "banned global: Date"],
    ["models/a.ts", "export async function f() {}", "synchronous floor: async"],
    [
      "src/reading/a.ts",
      "new Simulation(setup, harmless, listener).run();",
      "runs by itself: new Simulation(",
    ],
    ["src/web/a.ts", "const lanes = lanesOf(run);", "reads a run by itself: lanesOf("],
    ["src/cli/a.ts", "const all = takeoversOf(scenario, seen);", "reads a run by itself: takeoversOf("],
    ["src/stepper/a.ts", "const all = vacanciesOf(run);", "reads a run by itself: vacanciesOf("],
    ["src/web/a.ts", "const next = leadsTo(seen);", "reads a run by itself: leadsTo("],
    ["src/run/survey.ts", 'if (seen.type === "claim") f();', "infers service or leases by itself"],
    ["src/teach/a.ts", 'switch (seen.type) { case "claim": f(); }', "infers service or leases by itself"],
    [
      "src/stepper/a.ts",
      "const { leases } = world.etcd.lessor.leases;",
      "infers service or leases by itself",
    ],
    ["src/stepper/a.ts", "const until = node.claims[0]?.until;", "infers service or leases by itself"],
    ["src/reading/a.ts", 'import { b } from "../run/b.ts";', "import: src/run/b.ts is above"],
    ["src/stepper/a.ts", "const ms = crashTakeoverBoundMs(t, a);", "finds takeovers by itself"],
    ["properties/a.ts", "const open = new Takeovers(scenario);", "finds takeovers by itself: new Takeovers("],
    ["src/reading/a.ts", 'import { b } from "../export/b.ts";', "import: src/export/b.ts is above"],
    ["src/export/a.ts", 'import { b } from "../run/b.ts";', "import: src/run/b.ts is above"],
    ["src/election/a.ts", "let x: Promise<void>;", "synchronous floor: Promise"],
    ["src/simulation/a.ts", "await f();", "synchronous floor: await"],
    ["src/web/a.ts", "const found = /ACTIVE/u.test(turn.text);", "reads prose: .test(turn.text)"],
    ["src/stepper/a.ts", "if (/lost/u.test(told.seen[0].text)) f();", "reads prose"],
    ["src/reading/a.ts", 'const again = last?.text === "campaigns";', "reads prose: last?.text"],
    ["src/cli/a.ts", 'const [first] = verdict.violation?.story.split("x");', "reads prose"],
    ["src/export/a.ts", 'const mine = sentenceOf(one).startsWith("etcd");', "reads prose"],
    ["properties/a.ts", 'const same = tellViolation(one) === "x";', "reads prose"],
  ])("%s may not hold %s", (file, text, fault) => {
    const faults = faultsOf({ [file]: `\n${text}\n` });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${file}:2 ${fault}`);
  });

  it.each([
    ["models/a.ts", 'import { setup } from "xstate";\nimport { b } from "./b.ts";'],
    [
      "models/a.ts",
      "// Date.now() is banned\n/* Math.random() */ const s = \"process\" + 'crypto' + `await Date`;",
    ],
    ["models/a.ts", "const r = /Date|'/u; const q = a / b; const s = 'Promise';"],
    ["models/a.ts", "type T = { process: string; crypto?: number }; const x = t.process;"],
    ["src/time/system-clock.ts", 'import { hrtime } from "node:process";\nsetTimeout(f, performance.now());'],
    ["src/cli/a.ts", 'import chalk from "chalk";\nimport fc from "fast-check";\nimport { x } from "./b.ts";'],
    ["src/trace/render-timeline.ts", 'import chalk from "chalk";'],
    ["src/trace/trace-file.ts", 'import { readFileSync } from "node:fs";'],
    ["src/stepper/terminal-a.ts", 'import { existsSync } from "node:fs";\nsetTimeout(f, 1);'],
    ["src/kv/etcd/client.ts", 'import http from "node:http";\nawait new Promise(f);'],
    ["src/coordinator/a.ts", 'import { x } from "../kv/etcd/b.ts";\nimport "../time/system-clock.ts";'],
    ["properties/a.test.ts", 'import { it } from "vitest";\nimport fc from "fast-check";\nawait f();'],
    ["src/simulation/a.ts", 'const text = `${f({ a: "}" })} import x from "chalk"`;'],
    ["src/web/a.ts", "const shown = `${turn.text}`; const same = /[0-9]/u.test(typed);"],
    ["src/scenario-file/a.ts", "const number = /[0-9]/u.test(given.text);"],
  ])("%s may hold %s", (file, text) => {
    expect(faultsOf({ [file]: text })).toEqual([]);
  });

  it.each([
    ["box.innerHTML = `<b>${text}</b>`;", "innerHTML"],
    ["return html`${unsafeHTML(text)}`;", "unsafeHTML"],
    ["return svg`<rect x=${left} width=${px(wide)}/>`;", "=${px(wide)}/>"],
  ])("reports pasted markup: %s", (text, what) => {
    expect(pastedMarkup(text)).toEqual([what]);
  });

  it("reports a cycle between files, and type imports count", () => {
    const faults = faultsOf({
      "models/a.ts": 'import { b } from "./b.ts";',
      "models/b.ts": 'import type { C } from "./c.ts";',
      "models/c.ts": 'export * from "./a.ts";',
    });
    expect(faults).toEqual([
      "models/a.ts:1 import cycle between files: models/a.ts → models/b.ts → models/c.ts → models/a.ts",
    ]);
  });

  it("reports a cycle between folders whose files have none", () => {
    const faults = faultsOf({
      "src/trace/a.ts": 'import { b } from "../simulation/b.ts";',
      "src/simulation/c.ts": 'import { d } from "../trace/d.ts";',
    });
    expect(faults).toEqual([
      "src/trace:1 import cycle between folders: src/trace → src/simulation → src/trace",
    ]);
  });

  it("reports a file that is too long", () => {
    const lines = "\n".repeat(MAXIMUM_LINES);
    expect(faultsOf({ "models/a.ts": lines })).toEqual([]);
    expect(faultsOf({ "models/a.ts": `${lines}\n` })).toEqual([
      `models/a.ts:401 length: 401 lines, at most 400`,
    ]);
  });

  it("reports a relative import of a file that does not exist", () => {
    expect(checkTargets(new Map([["models/a.ts", 'import "./nowhere.ts";']]))).toEqual([
      "models/a.ts: ./nowhere.ts",
    ]);
  });

  it.each(["work", "root", "home"])("reports a path below /%s", (folder) => {
    expect(hygieneFaults("a.md", `one\nsee /${folder}/someone/file`)).toEqual([
      "a.md:2 names a path of one machine",
    ]);
    expect(hygieneFaults("a.md", `see https://example.org/${folder}/x and ./${folder}/x`)).toEqual([]);
  });

  it("reports an optional package that the lock file leaves out", () => {
    const packages = {
      "": {},
      "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0", "a-darwin": "1.0.0" } },
      "node_modules/a-linux": { version: "1.0.0" },
    };
    expect(unlistedOptionalPackages(JSON.stringify({ packages }))).toEqual(["a-darwin"]);
  });

  it("reports a host in the lock file", () => {
    const text = '{\n  "resolved": "https://packages.example/xstate.tgz"\n}';
    expect(hygieneFaults("package-lock.json", text)).toEqual(["package-lock.json:2 names a registry host"]);
    expect(hygieneFaults("package-lock.json", '{ "resolved": "docs", "link": true }')).toEqual([]);
  });
});

function checkTargets(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([file, text]) =>
    scanSource(text)
      .imports.filter(({ specifier }) => specifier.startsWith("."))
      .filter(({ specifier }) => !sources.has(new URL(specifier, `file:///${file}`).pathname.slice(1)))
      .map(({ specifier }) => `${file}: ${specifier}`),
  );
}
