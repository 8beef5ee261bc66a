/** Large worlds: what an event costs, and what is kept, as coordinators, roles and hours grow; a long recording; a long check. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { shipped } from "../models/variant.ts";
import { cases } from "../properties/arbitraries.ts";
import type { Case } from "../properties/case.ts";
import { catalogue } from "../properties/catalogue.ts";
import { propertyNames, runBatch } from "../properties/check.ts";
import { RunJudges } from "../properties/judging.ts";
import { recordCase } from "../src/run/record.ts";
import { execute } from "../src/simulation/execute.ts";
import { createSetup } from "../src/simulation/setup.ts";
import type { World } from "../src/simulation/world.ts";
import { writeLines } from "../src/trace/trace-file.ts";
import { rounds, median, say, time } from "./measure.ts";

const HOUR_MS = 3_600_000;
const RECORDED_EVENTS = 1_000_000;
const BATCHES = 1000;
const BATCH_RUNS = 100;

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

function heapMegabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

interface Size {
  readonly coordinators: number;
  readonly roles: number;
  readonly hours: number;
}

/** A crash every ten minutes, the coordinators in turn; those of a role stand beside each other. */
function caseOf({ coordinators, hours, roles }: Size): Case {
  const [calm] = fc.sample(cases({ coordinators: 3, ttlSeconds: 60, faults: false }), {
    numRuns: 1,
    seed: 1,
  });
  const [pattern] = calm?.scenario.coordinators ?? [];
  if (calm === undefined || pattern === undefined) throw new Error("no case was generated");
  const horizonMs = hours * HOUR_MS;
  const all = Array.from({ length: coordinators }, (_, at) => ({
    ...pattern,
    name: `c${at}`,
    role: `role${at % roles}`,
    startAtMs: at * 13,
  }));
  const faults = Array.from({ length: 6 * hours }, (_, at) => ({
    type: "crash" as const,
    atMs: (at + 0.5) * 600_000,
    on: `c${at % coordinators}`,
    restartAfterMs: 5000,
  }));
  return { scenario: { ...calm.scenario, horizonMs, coordinators: all, faults }, decisions: [] };
}

/** Microseconds an event, judged; how many there were, and by how much the heap had grown while the world stood. */
function costOf({ scenario }: Case): { events: number; eventUs: number; megabytes: number } {
  const before = heapMegabytes();
  let events = 0;
  const judges = new RunJudges(catalogue, scenario);
  let world: World | undefined;
  const seconds = time(() => {
    ({ world } = execute(createSetup(scenario, shipped), {
      listeners: [judges, { observe: () => undefined, happens: () => void events++ }],
    }));
    judges.conclude();
  });
  const megabytes = heapMegabytes() - before;
  // Looked at after the heap was, so that world and judges are still there.
  if (world?.now !== scenario.horizonMs || judges.broken) throw new Error("the run ended early");
  return { events, eventUs: (seconds * 1e6) / events, megabytes };
}

export function largeWorlds(): void {
  const sizes: Size[] = [
    { coordinators: 3, roles: 1, hours: 1 },
    { coordinators: 3, roles: 1, hours: 100 },
    { coordinators: 50, roles: 1, hours: 2 },
    { coordinators: 90, roles: 30, hours: 2 },
  ];
  say(
    "large worlds: what an event costs, judged, and what is kept at the end; a crash every ten virtual minutes",
  );
  costOf(caseOf({ coordinators: 3, roles: 1, hours: 10 }));
  for (const size of sizes) {
    const given = caseOf(size);
    const costs = rounds(() => costOf(given));
    const last = costs[costs.length - 1] as (typeof costs)[number];
    const least = Math.min(...costs.map(({ eventUs }) => eventUs));
    const { coordinators, hours, roles } = size;
    say(
      `  ${coordinators} coordinators, ${roles} roles, ${hours} h: ${last.events} events, ${least.toFixed(2)} us each ` +
        `(median ${median(costs.map(({ eventUs }) => eventUs)).toFixed(2)}), ${last.megabytes.toFixed(1)} MB kept`,
    );
  }
}

/** Beside a tenth of it: what it costs must not grow with its length. */
export function longRecording(): void {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-bench-"));
  say("long recording: events written into a trace, and what the heap keeps of them");
  try {
    for (const hours of [30, 400]) {
      const file = join(folder, `${hours}.jsonl`);
      const before = heapMegabytes();
      let events = 0;
      const seconds = time(() => {
        const given = caseOf({ coordinators: 3, roles: 1, hours });
        ({ events } = writeLines(file, (line) => recordCase({ ...given, variant: shipped }, line)));
      });
      say(
        `  ${events} events, ${(statSync(file).size / 1e6).toFixed(0)} MB: ${((seconds * 1e6) / events).toFixed(2)} us each, ` +
          `${(heapMegabytes() - before).toFixed(1)} MB kept`,
      );
      if (hours === 400 && events < RECORDED_EVENTS) say(`  fewer than ${RECORDED_EVENTS}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Only by its name: some minutes. */
export function longCheck(): void {
  const plan = { properties: propertyNames(), variant: shipped.name, seed: 1, cases: {} };
  say(`long check: ${BATCHES * BATCH_RUNS} schedules in one process`);
  let since = { batch: 0, seconds: 0 };
  let seconds = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    seconds += time(() => void runBatch(plan, batch, BATCH_RUNS));
    if (![1, 10, 100, 200, 400, 700, BATCHES].includes(batch + 1)) continue;
    const done = (batch + 1 - since.batch) * BATCH_RUNS;
    say(
      `  after ${(batch + 1) * BATCH_RUNS}: ${Math.round(done / (seconds - since.seconds))} schedules/s since the line before, ` +
        `heap ${heapMegabytes().toFixed(1)} MB, ${Math.round(process.memoryUsage.rss() / 1e6)} MB resident`,
    );
    since = { batch: batch + 1, seconds };
  }
}
