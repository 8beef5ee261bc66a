/**
 * `npm run bench`: what leasehold costs, as ratios within one run. These machines are shared and noisy, so every figure is
 * the median of several rounds in which both sides take turns; absolute figures are printed for orientation only. Names of
 * parts after the command run these alone; `--compare REV` holds this code against another revision of it.
 *
 * Each part is a process of its own with a limit of time; all of them end within ten minutes.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compareWith, measure } from "./compare.ts";
import { exploring } from "./exploring.ts";
import { guests } from "./guests.ts";
import { guides } from "./guides.ts";
import { jobs } from "./jobs.ts";
import { largeWorlds, longCheck, longRecording } from "./large.ts";
import { whyTooLoaded } from "./load.ts";
import { say } from "./measure.ts";
import { pages } from "./pages.ts";
import { production } from "./production.ts";
import {
  bytesOfWorlds,
  eventsAgainstBareHeap,
  given,
  scheduleOfACheck,
  schedulesPerSecond,
} from "./schedules.ts";
import { serving } from "./serving.ts";
import { stepping } from "./stepping.ts";
import { recording, replaying, shrinking } from "./traces.ts";
import { validating } from "./validating.ts";

interface Part {
  readonly run: () => void | Promise<void>;
  /** Of the whole bench, at most. */
  readonly seconds: number;
  /** It measures by the wall what whole cores do; the others count the processor's time, which others do not take away. */
  readonly cores?: true;
  /** Only where it is named. */
  readonly named?: true;
}

const PARTS: Readonly<Record<string, Part>> = {
  schedules: {
    run() {
      schedulesPerSecond();
      scheduleOfACheck();
    },
    seconds: 80,
  },
  events: { run: eventsAgainstBareHeap, seconds: 20 },
  memory: { run: bytesOfWorlds, seconds: 15 },
  shrinking: { run: shrinking, seconds: 45 },
  recording: { run: () => recording(given), seconds: 20 },
  replaying: { run: replaying, seconds: 30 },
  stepping: { run: stepping, seconds: 30 },
  exploring: { run: exploring, seconds: 60 },
  large: { run: largeWorlds, seconds: 40 },
  "long-recording": { run: longRecording, seconds: 60 },
  jobs: { run: () => jobs(6000), seconds: 180, cores: true },
  pages: { run: pages, seconds: 90, cores: true },
  validating: { run: validating, seconds: 20 },
  production: { run: production, seconds: 150, cores: true },
  guests: { run: guests, seconds: 20 },
  serving: { run: serving, seconds: 60, cores: true },
  guides: { run: guides, seconds: 1800, named: true },
  "long-jobs": { run: () => jobs(20_000), seconds: 1200, cores: true, named: true },
  "long-check": { run: longCheck, seconds: 1200, named: true },
};
const WHOLE_SECONDS = 600;
/** So much of a part's time is for rounds; what is begun then may still end. */
const FOR_ROUNDS = 0.6;

const SELF = fileURLToPath(import.meta.url);

/** Runs the part in a process of its own, and says of one that does not end or fails what that means. */
function supervise(name: string, { cores, seconds }: Part, leftSeconds: number): void {
  const loaded = cores === true ? whyTooLoaded() : undefined;
  if (loaded !== undefined) {
    say(`${name}: machine too loaded: ${loaded}`);
    return;
  }
  const limit = Math.min(seconds, leftSeconds);
  const { error, status } = spawnSync(process.execPath, [SELF, "--part", name], {
    stdio: ["ignore", "inherit", "inherit"],
    timeout: limit * 1000,
    killSignal: "SIGTERM",
    env: { ...process.env, LEASEHOLD_BENCH_SECONDS: String(limit * FOR_ROUNDS) },
  });
  if (status === 0) return;
  const late = error === undefined ? "it failed" : `it did not end within ${Math.round(limit)} s`;
  const load = whyTooLoaded();
  say(load === undefined ? `${name}: ${late}` : `${name}: machine too loaded: ${late}, and ${load}`);
  if (load === undefined) process.exitCode = 1;
}

function benchAll(asked: readonly string[]): void {
  const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no part is named ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(", ")}\n`,
    );
    process.exitCode = 2;
    return;
  }
  for (const [name, part] of Object.entries(PARTS)) {
    if (asked.length === 0 ? part.named === true : !asked.includes(name)) continue;
    const left = asked.length === 0 ? WHOLE_SECONDS - performance.now() / 1000 : part.seconds;
    if (left < 1) say(`${name}: no time was left`);
    else supervise(name, part, left);
  }
}

/** In the process that is for it alone. */
async function runPart(name: string): Promise<void> {
  try {
    await PARTS[name]?.run();
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

const [first, second = "", ...rest] = process.argv.slice(2);
if (first === "--part") await runPart(second);
else if (first === "--compare") await compareWith(second, rest, [SELF, "--compared"]);
else if (first === "--compared") await measure(second, rest[0] ?? "");
else benchAll(process.argv.slice(2));
