/**
 * How far the generated schedules reach into the chart, as numbers: a generator that loses reach changes them. A number that
 * grows is good news and is written down here; one that shrinks needs a reason.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { Simulation } from "../../src/simulation/simulation.ts";

const SEED = 20261124;
const RUNS = 2000;

test("the generated schedules reach as many states of the chart, and events in them, as they did", () => {
  // A variant of its own, so that its tables hold what these runs stepped through and nothing else.
  const variant = { ...shipped };
  const states = new Set<string>();
  const pairs = new Set<string>();
  const charts = new Set<NonNullable<ReturnType<typeof createSetup>["processes"][number]["kind"]["chart"]>>();
  for (const { decisions, scenario } of fc.sample(cases(), { seed: SEED, numRuns: RUNS })) {
    const setup = createSetup(scenario, variant);
    for (const { kind } of setup.processes) if (kind.chart !== undefined) charts.add(kind.chart);
    new Simulation(setup, decided(decisions), { observe: () => undefined }).run();
  }
  for (const chart of charts) {
    for (const { state, type } of chart.pairs()) {
      const text = chart.encode(state);
      states.add(text);
      pairs.add(`${text} ${type}`);
    }
  }
  expect({ states: states.size, pairs: pairs.size }).toEqual({ states: 654, pairs: 1663 });
});
