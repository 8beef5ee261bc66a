/** What schedules cost: beside raw xstate, beside a bare heap, in bytes; and what a second worker is worth. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { shipped, type Variant } from "../models/variant.ts";
import { cases, drawnCases } from "../properties/arbitraries.ts";
import type { Case } from "../properties/case.ts";
import { catalogue } from "../properties/catalogue.ts";
import { propertyNames, runBatch, seedOfBatch } from "../properties/check.ts";
import { RunJudges } from "../properties/judging.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { Simulation } from "../src/simulation/simulation.ts";
import { cloneWorld, type World } from "../src/simulation/world.ts";
import { createTimeline, schedule, takeNext } from "../src/time/timeline.ts";
import { compare, median, rounds, say, time } from "./measure.ts";
import { createRawStepper } from "./raw-chart.ts";

const SCHEDULES = 400;
const BATCH_RUNS = 100;

/** What all parts of the bench run. */
export const given: readonly Case[] = fc.sample(cases({ coordinators: 3, ttlSeconds: 60 }), {
  numRuns: SCHEDULES,
  seed: 1,
});

function run(given: Case, variant: Variant, compile?: typeof createRawStepper): void {
  const judges = new RunJudges(catalogue, given.scenario);
  const setup = createSetup(given.scenario, variant, compile === undefined ? {} : { compile });
  new Simulation(setup, decided(given.decisions), judges).run();
  judges.conclude();
}

export function schedulesPerSecond(): void {
  const few = given.slice(0, 40);
  const { own, other, ratio, spread } = compare(
    () => few.forEach((one) => run(one, shipped)),
    () => {
      // A new object each time: a raw chart keeps every state it passes through.
      const raw: Variant = { ...shipped, name: "raw" };
      few.forEach((one) => run(one, raw, createRawStepper));
    },
  );
  const all = median(rounds(() => time(() => given.forEach((one) => run(one, shipped)))));
  say(
    "schedules: 3 coordinators, 10 virtual minutes, TTL 60 s, mixed faults, all properties judged, one core",
  );
  say(
    `  ${Math.round(given.length / all)} schedules/s, ${Math.round((given.length * 600) / all)} virtual seconds per second`,
  );
  say(
    `  ${ratio.toFixed(1)} times raw xstate transition() (${spread}; ${Math.round(few.length / own)} against ${Math.round(few.length / other)} schedules/s)`,
  );
}

/** Batches that are run before it is measured: until then a check costs what warming up does, which `--compare` counts too. */
const WARMING_UP = 6;

/** Everything that a schedule of a default check takes. */
export function scheduleOfACheck(): void {
  const plan = { properties: propertyNames(), variant: shipped.name, seed: 1, cases: {} };
  let batch = 0;
  for (; batch < WARMING_UP; batch++) runBatch(plan, batch, BATCH_RUNS);
  const each = rounds(() => time(() => runBatch(plan, batch++, BATCH_RUNS)) / BATCH_RUNS);
  const drawing = rounds((round) => {
    const drawn = { seed: seedOfBatch(plan.seed, WARMING_UP + round), numRuns: BATCH_RUNS };
    return time(() => fc.sample(drawnCases(), drawn)) / BATCH_RUNS;
  });
  const us = (seconds: readonly number[]) => `${Math.round(median(seconds) * 1e6)} us`;
  say(
    "check: a schedule of a default check once it is warm: drawn, judged, looked at and run again where a check does",
  );
  say(`  ${us(each)} of the processor, of which ${us(drawing)} are drawing`);
}

export function eventsAgainstBareHeap(): void {
  let events = 0;
  for (const one of given) {
    const listener = { observe: () => undefined, happens: () => void events++ };
    new Simulation(createSetup(one.scenario, shipped), decided(one.decisions), listener).run();
  }
  const silent = { observe: () => undefined };
  const { own, ratio, spread } = compare(
    () => {
      for (const one of given)
        new Simulation(createSetup(one.scenario, shipped), decided(one.decisions), silent).run();
    },
    () => {
      for (let at = 0; at < given.length; at++) bareHeap(Math.round(events / given.length));
    },
  );
  say("events: the world without judges, beside a bare heap with as many pushes and pops");
  say(
    `  ${Math.round(events / given.length)} events a schedule, ${Math.round(events / own / 1000)} thousand events/s`,
  );
  say(`  the heap alone takes ${(ratio * 100).toFixed(1)} % of that time (${spread} as a fraction)`);
}

/** As many items as a world has under way, pushed and popped. */
function bareHeap(events: number): void {
  const timeline = createTimeline<number>();
  for (let at = 0; at < 12; at++) schedule(timeline, at * 37, at);
  for (let at = 0; at < events; at++) {
    const item = takeNext(timeline);
    schedule(timeline, ((at * 7919) % 20_000) + at * 50, item);
  }
}

export function bytesOfWorlds(): void {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  const kept: World[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (const one of given.slice(0, 20)) {
    const setup = createSetup(one.scenario, shipped);
    const simulation = new Simulation(setup, decided(one.decisions), {
      observe: () => undefined,
    });
    for (let second = 10; second <= 600; second += 10) {
      simulation.runUntil(second * 1000);
      kept.push(cloneWorld(simulation.world, setup));
    }
  }
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / kept.length;
  say("memory: one world kept for rewinding, every 10 virtual seconds of a schedule");
  say(`  ${Math.round(bytes)} bytes`);
}
