/**
 * What a coordinator's own clock shows at any instant: the trace gives it at each of its events; between them it runs at the
 * rate that scenario and faults gave it.
 */
import { clockRateUnder, effectsOf } from "../simulation/effects.ts";
import { kindOf } from "../simulation/fault.ts";
import { InEffect } from "../simulation/in-effect.ts";
import { processesOf } from "../simulation/scenario.ts";
import type { RecordedRun } from "./run.ts";
import { lastFrom } from "./sorted.ts";

/** From `from` on the clock shows `own` and runs at `rate`. */
export interface ClockMark {
  readonly from: number;
  readonly own: number;
  readonly rate: number;
}

/** Marks of every process, in order, each from 0 on. */
export function clocksOf({ events, header }: RecordedRun): Map<string, ClockMark[]> {
  const { faults } = header.scenario;
  const processes = processesOf(header.scenario);
  const clocks = new Map(
    processes.map(({ clockOffsetMs, clockRate, name }): [string, ClockMark[]] => [
      name,
      [{ from: 0, own: clockOffsetMs, rate: clockRate }],
    ]),
  );
  const usual = new Map(processes.map(({ clockRate, name }) => [name, clockRate]));
  const inEffect = new InEffect<string>(faults);
  for (const { at, cause, node, own } of events) {
    const fault = cause.type === "fault" ? faults[cause.index] : undefined;
    if (fault !== undefined && cause.type === "fault" && effectsOf(fault).everybody === true)
      for (const [name, marks] of clocks) {
        const shown = ownInstant(marks, at);
        if (cause.phase === "begins") inEffect.begin(cause.index, name, true);
        else if (cause.phase === "ends") inEffect.end(cause.index, name);
        marks.push({ from: at, own: shown, rate: clockRateUnder(usual.get(name) ?? 1, inEffect.in(name)) });
      }
    const marks = clocks.get(node);
    if (marks === undefined || own === undefined) continue;
    let rate = marks.at(-1)?.rate ?? 1;
    let shown = own;
    if (fault !== undefined && cause.type === "fault") {
      if (cause.phase === "begins") {
        inEffect.begin(cause.index, node, true);
        shown += kindOf(fault).clockJumpMs?.(fault) ?? 0;
      } else if (cause.phase === "ends") inEffect.end(cause.index, node);
      rate = clockRateUnder(usual.get(node) ?? 1, inEffect.in(node));
    }
    marks.push({ from: at, own: shown, rate });
  }
  return clocks;
}

export function ownInstant(marks: readonly ClockMark[], at: number): number {
  const mark = lastFrom(marks, at);
  return mark === undefined ? at : mark.own + (at - mark.from) * mark.rate;
}
