/**
 * What stepping costs: opening a trace of a hundred thousand events, going back a thousand of them one by one, and drawing
 * the screen. Beside each stands the bare run of the same scenario, so that the ratio says something on any machine.
 */
import { shipped } from "../models/variant.ts";
import { createSetup } from "../src/simulation/setup.ts";
import { coordinators, scenario } from "../src/simulation/scenario.ts";
import { harmless } from "../src/simulation/scheduler.ts";
import { Simulation } from "../src/simulation/simulation.ts";
import { currentRun, open, type State } from "../src/stepper/model.ts";
import { press } from "../src/stepper/update.ts";
import { view } from "../src/stepper/view.ts";
import type { TraceHeader } from "../src/trace/format.ts";
import { headerOf } from "../src/run/record.ts";
import { median, ROUNDS, say, time } from "./measure.ts";

/** Three coordinators and a crash, for so many virtual seconds; some 0.7 events a second. */
function longTrace(virtualSeconds: number): TraceHeader {
  const faults = [{ type: "crash", atMs: 61_000, on: "rootcoord-a", restartAfterMs: 5000 }] as const;
  const given = scenario({
    coordinators: coordinators("rootcoord", 3),
    horizonMs: virtualSeconds * 1000,
    faults,
  });
  return headerOf({ scenario: given, variant: shipped });
}

/** The scenario run and nothing else. */
function bareRun({ scenario: given }: TraceHeader): void {
  const silent = { observe: () => undefined };
  new Simulation(createSetup(given, shipped), harmless, silent).run();
}

function openTrace(header: TraceHeader): State {
  return open(header, shipped, "trace.jsonl");
}

/** From the end `count` single steps back, each looked at: every event on the way is run again and told. */
function stepBack(opened: State, count: number): void {
  let { state } = press(opened, "end");
  for (let step = 0; step < count; step++) {
    ({ state } = press(state, "left"));
    const { cursor, history } = currentRun(state);
    history.frame(cursor.n);
  }
}

/** One screen as lines. */
function draw(state: State): void {
  view(state, { width: 120, height: 40 });
}

/** Prints the figures. */
export function stepping(): void {
  const header = longTrace(145_000);
  const steps = 1000;
  const rounds = Array.from({ length: ROUNDS }, () => {
    // Opened anew, so that nothing is remembered of the last round.
    const opened = openTrace(header);
    return {
      bare: time(() => bareRun(header)),
      open: time(() => openTrace(header)),
      back: time(() => stepBack(opened, steps)),
      draw: time(() => draw(opened)),
    };
  });
  const figure = (what: "open" | "back" | "draw"): string => {
    const ratios = rounds.map((round) => round[what] / round.bare);
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const ms = median(rounds.map((round) => round[what])) * 1000;
    return `${median(ratios).toFixed(2)} times the bare run (${spread}; ${ms.toFixed(0)} ms)`;
  };
  const { events } = currentRun(openTrace(header)).history;
  say(`stepping: a trace of ${events} events, beside the bare run of its scenario`);
  say(`  opening ${figure("open")}`);
  say(`  ${steps} single steps back from the end, each looked at, ${figure("back")}`);
  say(`  one screen of 120 by 40 ${figure("draw")}`);
}
