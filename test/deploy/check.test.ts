/** A check on many machines: the files for it, by their declarations and by what the command takes; GNU parallel for real. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "kubernetes-types/batch/v1.d.ts";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readProjectFile, ROOT } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { typeFaults } from "./typed.ts";

const MAIN = join(ROOT, "dist", "src", "cli", "main.js");
const read = (name: string): unknown => parse(readProjectFile(`deploy/check/${name}`));
const job = read("job.yaml") as Job;
const folder = mkdtempSync(join(tmpdir(), "leasehold-deploy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the product says to a shell line in which `leasehold` is the product. */
function said(line: string, env: Readonly<Record<string, string>>) {
  const leasehold = `leasehold() { ${process.execPath} ${MAIN} "$@"; }; npx() { "$@"; }`;
  return spawnSync("sh", ["-c", `${leasehold}\n${line}`], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...env },
  });
}

/** The same line for few schedules. */
const few = (line: string) => line.replace(/--runs \S+/u, "--runs 1600 unique-ids");

describe("the Indexed Job", () => {
  const line = job.spec?.template.spec?.containers[0]?.command?.at(-1) ?? "";

  it("is one, by Kubernetes' declarations", () => {
    const typed = { name: "job", value: job, type: "Job", from: "kubernetes-types/batch/v1.d.ts" };
    expect(typeFaults([typed])).toEqual([]);
    const misspelt = JSON.parse(JSON.stringify(job).replace("completionMode", "completionsMode")) as unknown;
    expect(typeFaults([{ ...typed, value: misspelt }]).join()).toContain("completionsMode");
  });

  it("has a pod for each shard, and the last of them runs the last shard", () => {
    const last = (job.spec?.completions ?? 0) - 1;
    expect(line).toContain(`/${last + 1}"`);
    const command = few(line.replace("exec node /opt/leasehold/dist/src/cli/main.js", "leasehold"));
    const { status, stderr, stdout } = said(command, { JOB_COMPLETION_INDEX: String(last) });
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ shard: { number: last + 1, of: last + 1 } });
  });

  it("runs the file that the image has", () => {
    const dockerfile = readProjectFile("deploy/Dockerfile");
    expect(line).toContain(
      (JSON.parse(/^ENTRYPOINT (.+)$/mu.exec(dockerfile)?.[1] ?? "[]") as string[]).join(" "),
    );
  });
});

describe("the workflow of GitHub Actions", () => {
  interface Workflow {
    readonly jobs: Readonly<
      Record<string, { strategy?: { matrix: { shard: number[] } }; steps: { run?: string }[] }>
    >;
  }
  const { jobs } = read("github-actions.yaml") as Workflow;
  const shards = jobs["check"]?.strategy?.matrix.shard ?? [];
  const commandOf = (name: string) =>
    jobs[name]?.steps.find(({ run }) => run?.includes("leasehold") === true)?.run ?? "";

  it("has a job for each shard", () => {
    expect(shards).toEqual(Array.from({ length: shards.length }, (_, at) => at + 1));
    expect(commandOf("check")).toContain(`--shard "\${{ matrix.shard }}/${shards.length}"`);
  });

  it("gives the command what it takes", () => {
    const last = String(shards.length);
    const line = few(commandOf("check").replaceAll("${{ matrix.shard }}", last));
    const { status, stderr } = said(`mkdir -p shards; cd shards; ${line}`, { SEED: "7", RUNS: "800" });
    expect([status, stderr]).toEqual([0, ""]);
    const merging = said(commandOf("merge"), {});
    expect([merging.status, merging.stderr]).toEqual([
      2,
      `leasehold: of ${last} shards 7 are missing: 1, 2, 3, 4, 5, 6, 7\n  run each too, as --shard 1/${last}\n`,
    ]);
  });
});

it("says what to install where there is no GNU parallel", () => {
  const script = join(ROOT, "deploy/check/parallel.sh");
  const { status, stderr, stdout } = spawnSync("/bin/sh", [script], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: folder },
  });
  expect([status, stdout]).toEqual([4, ""]);
  expect(stderr).toBe("GNU parallel is missing: apt-get install parallel\n");
});

describeWith("parallel", "the line for GNU parallel", () => {
  it("tells what one run tells", () => {
    const run = (file: string, args: readonly string[], env = {}) =>
      spawnSync(file, args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } });
    const env = { LEASEHOLD: `${process.execPath} ${MAIN}`, SEED: "7", RUNS: "300", SHARDS: "3" };
    const parallel = run(join(ROOT, "deploy/check/parallel.sh"), ["unique-ids"], env);
    const one = run(process.execPath, [MAIN, "check", "unique-ids", "--seed", "7", "--runs", "300"]);
    expect(one.stdout).toContain("unique-ids");
    expect([parallel.status, parallel.stdout]).toEqual([one.status, one.stdout]);
  });

  it("merges what needs modules of one's own, and ends its parts when it is ended", async () => {
    const env = { ...process.env, LEASEHOLD: `${process.execPath} ${MAIN}`, RUNS: "200", SHARDS: "2" };
    const script = join(ROOT, "deploy/check/parallel.sh");
    const own = join(ROOT, "docs/examples/your-own/trusting.ts");
    const args = ["unique-ids", "--variant", own];
    const { status, stderr, stdout } = spawnSync(script, args, { cwd: folder, encoding: "utf8", env });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Checking unique-ids of trusting");
    rmSync(join(folder, "ended"), { recursive: true, force: true });
    const long = spawn(script, [], {
      cwd: folder,
      stdio: "ignore",
      env: { ...env, RUNS: "4000", RESULTS: "ended" },
    });
    await expect.poll(() => existsSync(join(folder, "ended/1/1/stdout")), { timeout: 20_000 }).toBe(true);
    const closed = once(long, "close");
    long.kill("SIGTERM");
    expect((await closed)[0]).toBe(143);
    const parts = () => spawnSync("pgrep", ["-f", "runs 4000 --jobs 1 --shard"], { encoding: "utf8" }).stdout;
    await expect.poll(parts, { timeout: 20_000 }).toBe("");
  });

  it.each([
    [{ SHARDS: "0" }, 2, "SHARDS must be a whole number from 1 on, not '0'\n"],
    [{ LEASEHOLD: "no-such-command" }, 4, "LEASEHOLD does not run: no-such-command\n"],
    [
      { PARALLEL: "--no-such-flag" },
      4,
      "this parallel is not GNU's, or PARALLEL is not as it takes it: apt-get install parallel\n",
    ],
  ])("refuses %o", (wrong, code, said) => {
    const env = { ...process.env, LEASEHOLD: `${process.execPath} ${MAIN}`, ...wrong };
    const { status, stderr } = spawnSync(join(ROOT, "deploy/check/parallel.sh"), [], {
      cwd: folder,
      encoding: "utf8",
      env,
    });
    expect([status, stderr]).toEqual([code, said]);
  });

  it("says why a part failed, and takes a folder and arguments with spaces in them", () => {
    writeFileSync(join(folder, "no promise.mjs"), "export const none = 1;");
    const env = {
      LEASEHOLD: `${process.execPath} ${MAIN}`,
      RUNS: "200",
      SHARDS: "2",
      RESULTS: "of this run",
    };
    const { status, stderr, stdout } = spawnSync(
      join(ROOT, "deploy/check/parallel.sh"),
      ["--property", "./no promise.mjs"],
      { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } },
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^leasehold: --property \.\/no promise\.mjs: it exports no property$/mu);
  });
});
