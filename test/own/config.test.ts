/** Defaults of a repository: read by the flags' own parsers, and giving way to what is said on the command line. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES, Folder } from "./command.ts";

const folder = new Folder();
const config = (section: string, name = "leasehold.config.ts") =>
  folder.write(
    name,
    `import { defineConfig, type LeaseholdConfig } from "leasehold/testing";\nconst mine: LeaseholdConfig = ${section};\nexport default defineConfig(mine);\n`,
  );

beforeAll(() => {
  mkdirSync(join(folder.path, "checks"));
  for (const name of readdirSync(EXAMPLES))
    copyFileSync(join(EXAMPLES, name), join(folder.path, "checks", name));
});
afterAll(() => folder.remove());

describe("leasehold.config.ts", () => {
  it("gives flags what they have not been given, and their command repeats it", () => {
    config(
      '{ check: { runs: 40, seed: 3, jobs: 1, out: false, variant: "./checks/trusting.ts", fault: ["checks/deploy.ts"], faults: ["pause", "deploy"], network: "3ms" } }',
    );
    const { code, out } = folder.run("check clean-stop");
    expect(out).toContain("Checking clean-stop of trusting");
    expect(out).toContain("over 40 adverse schedules");
    expect(out).toContain(
      "check clean-stop --variant ./checks/trusting.ts --fault checks/deploy.ts --faults pause,deploy --network delay=3ms --seed 3 --runs 40",
    );
    expect([0, 1]).toContain(code);
  });

  it("stands behind what is said, and gives way where both cannot be", () => {
    config("{ check: { runs: 40, jobs: 1, out: false, faults: false, witnesses: true } }");
    expect(folder.run("check clean-stop --runs 30 --seed 1").out).toContain("over 30 calm schedules");
    expect(folder.run("check clean-stop --faults pause --runs 30 --seed 1").out).toContain(
      "over 30 adverse schedules",
    );
    // --path refuses --runs and --witnesses.
    expect(folder.run("check clean-stop --seed 1 --path 0").out).toContain("One case for clean-stop");
    expect(folder.run("check --list --json").out).toContain('"leasehold-properties"');
    expect(folder.run("simulate --list").code).toBe(0);
  });

  it.each<[string, string]>([
    [
      '{ check: { runs: "many" } }',
      'leasehold.config.ts: check.runs: "many" is invalid. It must be a whole number',
    ],
    [
      "{ check: { runs: true } }",
      "leasehold.config.ts: check.runs: true is not what it takes\n  write what --runs takes",
    ],
    [
      "{ check: { rnus: 1 } }",
      "leasehold.config.ts: check.rnus: there is no such flag\n  did you mean runs?",
    ],
    [
      "{ check: { watch: true } }",
      "leasehold.config.ts: check.watch: it is never a default\n  say --watch when you want it",
    ],
    ['{ check: { faults: ["pase"] } }', "unknown kind of fault pase\n  did you mean pause"],
    ["{ check: 5 as never }", "leasehold.config.ts: check: 5 is not a group of fields"],
    [
      "{ chek: {} } as never",
      "leasehold.config.ts: no command called chek takes defaults\n  did you mean check?",
    ],
  ])("%s is refused in one message", (section, message) => {
    config(section);
    const { code, err, out } = folder.run("check single-active");
    expect(err).toContain(`leasehold: ${message}`);
    expect({ code, out, lines: err.trimEnd().split("\n").length }).toEqual({ code: 2, out: "", lines: 2 });
  });

  it("that throws is told, and two of them are one too many", () => {
    folder.write("leasehold.config.ts", '\nthrow new Error("no");\n');
    expect(folder.run("check").err).toContain(
      "leasehold: leasehold.config.ts:2: the module cannot be loaded: no",
    );
    config("{}", "leasehold.config.mts");
    expect(folder.run("check").err).toContain(
      "leasehold.config.ts and leasehold.config.mts are two configurations",
    );
  });

  it("is nothing to a command that acts on a real etcd", () => {
    // Both files are still there.
    expect(folder.run("run --help").code).toBe(0);
    expect(folder.run("run --print-config --address 127.0.0.1:1").err).not.toContain("configuration");
  });
});
