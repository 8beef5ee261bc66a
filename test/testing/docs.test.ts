/** The examples in docs/testing.md, run as they stand there by the runner that a user has. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProjectFile, ROOT } from "../helpers/repository.ts";

/** Inside the project, so that its import of "leasehold" finds the package as users have it. */
const FOLDER = join(ROOT, ".leasehold", `testing-${process.pid}`);
const VITEST = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

interface Outcome {
  readonly status: string;
  readonly failureMessages: readonly string[];
}

describe("docs/testing.md", () => {
  const outcomes = new Map<string, Outcome>();

  beforeAll(() => {
    mkdirSync(FOLDER, { recursive: true });
    for (const [, name = "", text = ""] of readProjectFile("docs/testing.md").matchAll(
      /```ts\n\/\/ (\S+)\n(.*?)```/gsu,
    ))
      writeFileSync(join(FOLDER, name), text);
    const config = 'export default { test: { include: ["*.test.ts"], testTimeout: 120000 } };\n';
    writeFileSync(join(FOLDER, "vitest.config.mjs"), config);
    const fenced = /\/\/ tickets\.test\.ts\n(.*?)```/su.exec(readProjectFile("docs/testing.md"))?.[1] ?? "";
    writeFileSync(
      join(FOLDER, "fenced.test.ts"),
      fenced.replace('"./tickets"', '"./tickets-fenced"').replace(/, faults: \[[^\]]*\]/u, ""),
    );
    const boss = /\/\/ boss\.test\.ts\n(.*?)```/su.exec(readProjectFile("docs/testing.md"))?.[1] ?? "";
    writeFileSync(
      join(FOLDER, "boss-guarded.test.ts"),
      boss
        .replace("{ boss }", "{ boss, guarded }")
        .replace("name)", "name, guarded)")
        .replace("seed: 1", "seed: 1, runs: 50")
        .replace(/, faults: \[[^\]]*\]/u, ""),
    );
    const { stderr, stdout } = spawnSync(
      process.execPath,
      [VITEST, "run", "--config", "vitest.config.mjs", "--reporter=json"],
      { cwd: FOLDER, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "" } },
    );
    const report = stdout.slice(stdout.indexOf("{"));
    if (!report.includes("testResults")) throw new Error(`no report: ${stderr}`);
    for (const { assertionResults, name } of (JSON.parse(report) as Report).testResults)
      for (const one of assertionResults) outcomes.set(name.replace(/^.*\//u, ""), one);
  }, 180_000);
  afterAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
  });

  it("finds what the lock forgets, and tells it as the page shows", () => {
    const { failureMessages, status } = outcomes.get("tickets.test.ts") as Outcome;
    expect(status).toBe("failed");
    expect(failureMessages[0]).toMatch(
      /a number is given once: broken at [\d.]+ s\n {2}worker-\d gives number \d+ again/u,
    );
    expect(failureMessages[0]).toMatch(
      /fault: stands still[^]*"lock" deleted, its lease ran out[^]*"lock" = "worker-\d", by worker-\d[^]*wakes up[^]*Again: \{ seed: \d+, path: "\d+" \}/u,
    );
  });

  it("finds that etcd3 repeats a put that was carried out, and tells it as the page shows", () => {
    const { failureMessages, status } = outcomes.get("boss.test.ts") as Outcome;
    expect(status).toBe("failed");
    expect(failureMessages[0]).toMatch(
      /a number is given once: broken at [\d.]+ s\n {2}worker-1 gives number 4 again\n\nWhat happened \(1 process, 1 fault\)\n[^]*fault: hears nothing from etcd\n.*revision 6: "next" = "5", by worker-1\n.*revision 7: "next" = "5", by worker-1\n/u,
    );
  });

  it.each(["fenced.test.ts", "boss-guarded.test.ts", "queue.test.ts", "service.test.ts"])(
    "%s holds",
    (file) => {
      expect(outcomes.get(file)).toMatchObject({ status: "passed", failureMessages: [] });
    },
  );
});

interface Report {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Outcome[] }[];
}
