import { variantNamed } from "../../models/variants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { currentRun, open, type State } from "../../src/stepper/model.ts";
import { press } from "../../src/stepper/update.ts";
import { view } from "../../src/stepper/view.ts";
import { textOf } from "../../src/stepper/spans.ts";
import { byNumber } from "../../src/simulation/meant-decisions.ts";
import type { TraceHeader } from "../../src/trace/format.ts";
import { headerOf, recordRun, type Recordable } from "../../src/run/record.ts";

export function variant(name: string): Variant {
  const found = variantNamed(name);
  if (found === undefined) throw new Error(`no variant ${name}`);
  return found;
}

function three(faults: readonly Fault[], horizonMs = 200_000): Recordable["scenario"] {
  return scenario({ coordinators: coordinators("rootcoord", 3), horizonMs, faults });
}

/** The shipped election; the active one is killed. */
export const crash: Recordable = {
  scenario: three([{ type: "crash", atMs: 61_000, on: "rootcoord-a" }]),
  variant: shipped,
};

/** The active one stands still for longer than its claim lasts. */
export const pause: Recordable = {
  scenario: three([{ type: "pause", atMs: 61_000, on: "rootcoord-a", forMs: 70_000 }]),
  variant: shipped,
};

/** A coordinator that never gives up its claim, cut off; some messages are lost and late. */
export const failing: Recordable = {
  scenario: three([
    { type: "partition", atMs: 61_000, on: "rootcoord-a", forMs: 100_000, direction: "both" },
  ]),
  variant: variant("claim-never-ends"),
  property: "single-active",
  decisions: [
    { index: 12, answer: 3 },
    { index: 15, answer: 2 },
    { index: 40, answer: 2 },
    { index: 90, answer: 3 },
  ],
};

/** It wins without knowing, and takes its own key for another's: nobody serves, and at some instant that has lasted too long. */
export const late: Recordable = {
  scenario: three([
    { type: "lose", atMs: 61_000, on: "rootcoord-b", leg: "reply", purpose: "campaign", count: 1 },
    { type: "lose", atMs: 61_000, on: "rootcoord-c", leg: "request", purpose: "campaign", count: 1 },
    { type: "stop", atMs: 61_000, on: "rootcoord-a" },
  ]),
  variant: variant("blind-to-own-key"),
  property: "bounded-takeover",
};

/** Clocks of their own, and a pause. */
export const clocks: Recordable = {
  scenario: scenario({
    horizonMs: 150_000,
    coordinators: coordinators("rootcoord", 2).map((one, at) => ({
      ...one,
      clockOffsetMs: at * 250,
      clockRate: 1 + at / 100,
    })),
    faults: [
      { type: "pause", atMs: 30_000, on: "rootcoord-a", forMs: 40_000 },
      { type: "changeLeader", atMs: 90_000, forMs: 1500 },
    ],
  }),
  variant: shipped,
};

export function opened(given: Recordable, file = "trace.jsonl"): State {
  return open(headerOf(given), given.variant, file);
}

/** The state after pressing these keys. */
export function after(state: State, ...keys: readonly string[]): State {
  return keys.reduce((now, key) => press(now, key).state, state);
}

/** The key, so many times. */
export function times(key: string, count: number): string[] {
  return Array.from({ length: count }, () => key);
}

/** Typed one by one, then Enter. */
export function typed(state: State, text: string): State {
  return after(state, ...Array.from(text), "enter");
}

export function place(state: State): { n: number; at: number } {
  return currentRun(state).cursor;
}

/** The screen's text. */
export function screen(state: State, width = 120, height = 40): string[] {
  return view(state, { width, height }).map(textOf);
}

/** A run's lines as a file has them. */
export function linesOfRun(header: TraceHeader, by: Variant): string[] {
  const lines: string[] = [];
  recordRun(header, {
    variant: by,
    scheduler: decided(byNumber(header.decisions)),
    sink: (text) => lines.push(text),
  });
  return lines;
}
