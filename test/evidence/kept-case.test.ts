/** `validate --save-test`: a file of the user's own that runs where the package is installed, and fails where the promise breaks. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { ROOT } from "../helpers/repository.ts";

const INCIDENT = ["rootcoord-a.log", "rootcoord-b.log", "watch.jsonl"].map((name) =>
  join(ROOT, "docs/examples/incident", name),
);
const [LOG, , WATCH] = INCIDENT;
const folder = mkdtempSync(join(tmpdir(), "leasehold-kept-case-"));
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  mkdirSync(at("node_modules"));
  symlinkSync(ROOT, at("node_modules/leasehold"), "dir");
  symlinkSync(join(ROOT, "node_modules/vitest"), at("node_modules/vitest"), "dir");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vitest = (file: string) =>
  spawnSync(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", file], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], NO_COLOR: "1", CI: "1" },
  });

it("keeps what the evidence proves, and what it shows kept", { timeout: 120_000 }, async () => {
  const { code, out } = await leasehold(["validate", ...INCIDENT, "--save-test", at("case.test.ts")]);
  expect(code).toBe(1);
  expect(out).toContain(
    "The test keeps: fencing is violated on no-fencing, fencing holds on shipped, one-key-holder holds on shipped, unique-ids holds on shipped.",
  );
  const kept = vitest("case.test.ts");
  expect(kept.stdout + kept.stderr).toMatch(/4 passed/u);
  // It is no test that cannot fail: on a protocol that does break the promise it does.
  const text = readFileSync(at("case.test.ts"), "utf8");
  writeFileSync(at("bad.test.ts"), text.replaceAll('variantOf("shipped")', 'variantOf("no-fencing")'));
  const broken = vitest("bad.test.ts");
  expect(broken.status).toBe(1);
  expect(broken.stdout + broken.stderr).toMatch(/1 failed.*3 passed/u);
});

it("keeps every promise where the evidence settles none", { timeout: 120_000 }, async () => {
  const { code, out } = await leasehold(["validate", LOG, "--save-test", at("log.test.ts"), "--json"]);
  expect(code).toBe(3);
  expect((JSON.parse(out) as { nearestScenario: object }).nearestScenario).toMatchObject({
    test: at("log.test.ts"),
    written: true,
  });
  expect(vitest("log.test.ts").status).toBe(0);
});

it("leaves the verdict standing where there is nothing to run", async () => {
  const flags = ["--as-scenario", at("case.yaml"), "--save-test", at("none.test.ts")];
  const { code, out } = await leasehold(["validate", WATCH, ...flags]);
  expect(code).toBe(1);
  expect(out).toContain(
    `${at("case.yaml")} and ${at("none.test.ts")} are not written: no line of a coordinator`,
  );
  expect(out).toContain("VIOLATED: 1 promise");
  expect(existsSync(at("none.test.ts"))).toBe(false);
  const { out: json } = await leasehold(["validate", WATCH, "--as-scenario", at("case.yaml"), "--json"]);
  expect(JSON.parse(json)).toMatchObject({ nearestScenario: { file: at("case.yaml"), written: false } });
});

it("is refused where no runner would find it, or where two are to be written at once", async () => {
  expect((await refusalOf(["validate", LOG, "--save-test", at("case.ts")])).message).toContain(
    "vitest would not find it",
  );
  const same = at("same.test.ts");
  expect((await refusalOf(["validate", LOG, "--save-test", same, "--as-scenario", same])).message).toContain(
    "--as-scenario is to write that file too",
  );
});
