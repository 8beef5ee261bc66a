/**
 * `npm run bench -- --compare REV`: this build against another revision, built aside in a work tree of its own. Both are loaded into one
 * process and take turns over the same schedules; whole checks are run in turns too.
 */
import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { shipped } from "../models/variant.ts";
import type { Case } from "../properties/case.ts";
import type { catalogue } from "../properties/catalogue.ts";
import type { RunJudges } from "../properties/judging.ts";
import type { execute } from "../src/simulation/execute.ts";
import type { decided } from "../src/simulation/scheduler.ts";
import type { createSetup } from "../src/simulation/setup.ts";
import { compare, median, rounds, say, spreadOf } from "./measure.ts";
import { given } from "./schedules.ts";

const OWN = fileURLToPath(new URL("..", import.meta.url));
const FEW = 60;
const RUNS = 2000;
/** Prints the processor time of a whole process, its threads among it. */
const TELLS_TIME = `data:text/javascript,process.on("exit",()=>{const{system,user}=process.cpuUsage();process.stderr.write("cpu "+(system+user))})`;

/** What of a build is measured, and where it is. */
interface Exports {
  readonly catalogue: typeof catalogue;
  readonly RunJudges: typeof RunJudges;
  readonly createSetup: typeof createSetup;
  readonly decided: typeof decided;
  readonly execute: typeof execute;
  readonly shipped: typeof shipped;
}
const MODULES = [
  "properties/catalogue.js",
  "properties/judging.js",
  "src/simulation/setup.js",
  "src/simulation/scheduler.js",
  "src/simulation/execute.js",
  "models/variant.js",
];

/** Both builds as far as they are measured. */
interface Build {
  readonly judged: (one: Case) => void;
  readonly bare: (one: Case) => void;
  /** Of all that is observed. */
  readonly digest: (one: Case) => string;
}

/** `dist`: a build's folder. */
async function load(dist: string): Promise<Build> {
  const modules = await Promise.all(MODULES.map((path) => import(pathToFileURL(join(dist, path)).href)));
  const { catalogue, createSetup, decided, execute, RunJudges, shipped } = Object.assign(
    {},
    ...modules,
  ) as Exports;
  const run = ({ decisions, scenario }: Case, observe: (seen: unknown) => void) =>
    execute(createSetup(scenario, shipped), { scheduler: decided(decisions), listeners: [{ observe }] });
  return {
    judged({ decisions, scenario }) {
      const judges = new RunJudges(catalogue, scenario);
      execute(createSetup(scenario, shipped), { scheduler: decided(decisions), listeners: [judges] });
      judges.conclude();
    },
    bare: (one) => void run(one, () => undefined),
    digest(one) {
      const hash = createHash("sha256");
      run(one, (seen) => hash.update(JSON.stringify(seen)));
      return hash.digest("hex");
    },
  };
}

/** Of the measuring; to build is not counted. */
const MOST_MS = 600_000;

/** `rest`: must be empty. `measuring`: the command that measures, behind which the build's folder and the revision stand. Exit code 2: no such revision, or it cannot be built. */
export async function compareWith(
  revision: string,
  rest: readonly string[],
  measuring: readonly string[],
): Promise<void> {
  const root = resolve(OWN, "..");
  const known = spawnSync("git", ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`], {
    cwd: root,
    encoding: "utf8",
  });
  if (revision === "" || rest.length > 0 || known.status !== 0) {
    process.stderr.write(
      `--compare takes one revision of this repository, such as --compare main: ${[revision, ...rest].join(" ")} is none\n`,
    );
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "leasehold-compare-"));
  const tree = join(folder, "tree");
  const stopped = new AbortController();
  // Whoever is stopped leaves no work tree behind, neither here nor in git's list.
  const stop = (signal: NodeJS.Signals) => stopped.abort(signal);
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    if (!(await build(root, tree, known.stdout.trim(), stopped.signal))) process.exitCode = 2;
    else {
      const args = [...measuring, join(tree, "dist"), revision];
      const { late, status } = await run(
        process.execPath,
        args,
        { stdio: "inherit" },
        stopped.signal,
        MOST_MS,
      );
      if (late) process.stderr.write(`compare: it did not end within ${MOST_MS / 1000} s\n`);
      if (status !== 0) process.exitCode = 1;
    }
  } finally {
    spawnSync("git", ["worktree", "remove", "--force", tree], { cwd: root });
    rmSync(folder, { recursive: true, force: true });
    if (stopped.signal.aborted) process.exitCode = stopped.signal.reason === "SIGINT" ? 130 : 143;
  }
}

/** `late`: it took longer than `mostMs`, and was ended. */
async function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  signal: AbortSignal,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<{ readonly status: number | null; readonly said: string; readonly late: boolean }> {
  const child = spawn(command, args, options);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const end = () => child.kill("SIGTERM");
  let late = false;
  const timer = Number.isFinite(mostMs) ? setTimeout(() => (late = end()), mostMs) : undefined;
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    const [status] = (await once(child, "close")) as [number | null];
    return { status, said, late };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

async function build(root: string, tree: string, commit: string, signal: AbortSignal): Promise<boolean> {
  const added = await run("git", ["worktree", "add", "--detach", tree, commit], { cwd: root }, signal);
  if (added.status !== 0) process.stderr.write(added.said);
  else {
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
    const built = await run("npm", ["run", "--silent", "build"], { cwd: tree }, signal);
    if (existsSync(join(tree, "dist", "src", "cli", "main.js"))) return true;
    process.stderr.write(`${commit} cannot be built:\n${built.said}`);
  }
  return false;
}

/** `other`: the build of `revision`. */
export async function measure(other: string, revision: string): Promise<void> {
  const [mine, theirs] = [await load(OWN), await load(other)];
  // What it does not know, as a kind of fault that is younger, it cannot run.
  const told = given.map((one) => ({ one, theirs: digestOf(theirs, one) }));
  const known = told.filter((each) => each.theirs !== undefined);
  const few = known.slice(0, FEW).map(({ one }) => one);
  const same = known.filter((each) => mine.digest(each.one) === each.theirs).length;
  say(`compare: this build against ${revision}, in turns; above 1, this build is quicker`);
  say(`  ${same} of ${known.length} schedules have the same observations, byte for byte`);
  if (known.length < given.length)
    say(`  ${given.length - known.length} more are of what ${revision} does not know`);
  for (const what of few.length === 0 ? [] : (["judged", "bare"] as const)) {
    const {
      other: seconds,
      own,
      ratio,
      spread,
    } = compare(
      () => few.forEach((one) => mine[what](one)),
      () => few.forEach((one) => theirs[what](one)),
    );
    const us = (all: number) => `${Math.round((all * 1e6) / few.length)} us`;
    say(
      `  a schedule ${what}: ${ratio.toFixed(2)} (${spread}; ${us(own)} against ${us(seconds)} of the processor)`,
    );
  }
  const pairs = rounds(() => [checkSeconds(OWN), checkSeconds(other)] as const);
  const ratios = pairs.map(([own, theirOwn]) => theirOwn / own);
  say(
    `  leasehold check --runs ${RUNS}, the whole process: ${median(ratios).toFixed(2)} (${spreadOf(ratios)}; ` +
      `${median(pairs.map(([own]) => own)).toFixed(1)} s against ${median(pairs.map(([, own]) => own)).toFixed(1)} s of the processor)`,
  );
}

/** Undefined: that build cannot run it. */
function digestOf(build: Build, one: Case): string | undefined {
  try {
    return build.digest(one);
  } catch {
    return undefined;
  }
}

/** Processor time of a whole check. */
function checkSeconds(dist: string): number {
  const args = ["check", "--runs", String(RUNS), "--seed", "1", "--no-out", "--no-corpus"];
  const { stderr } = spawnSync(
    process.execPath,
    ["--import", TELLS_TIME, join(dist, "src", "cli", "main.js"), ...args],
    {
      encoding: "utf8",
    },
  );
  return Number(/cpu (\d+)$/u.exec(stderr)?.[1]) / 1e6;
}
