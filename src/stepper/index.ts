/**
 * The full-screen stepper: a trace's run, forwards and backwards, in a terminal. Load it when it is asked for; it brings
 * the simulation with it.
 */
import type { Variant } from "../../models/variant.ts";
import type { History } from "../run/history.ts";
import type { TraceHeader } from "../trace/format.ts";
import { open, type Notice } from "./model.ts";
import { runStepper, type Left, type StepperTerminal } from "./terminal-loop.ts";

export type { Notice } from "./model.ts";
export type { Left, StepperTerminal } from "./terminal-loop.ts";

export interface StepperOptions {
  readonly variant: Variant;
  /** The trace's name: shown, and what forks are named after. */
  readonly file: string;
  /** Said first, e.g. that this version runs the trace otherwise than it was recorded. */
  readonly note?: Notice;
  /** Of a run that was recorded and cannot be simulated; absent: it is run. */
  readonly history?: History;
}

/**
 * Steps through the run that `header` describes, as this version runs it, until it is left. Both ends of the terminal must
 * be terminals (`isTTY`): elsewhere `leasehold replay --print` and `--at` show the same.
 */
export function openStepper(
  header: TraceHeader,
  terminal: StepperTerminal,
  options: StepperOptions,
): Promise<Left> {
  const { file, history, note, variant } = options;
  return runStepper(open(header, variant, file, note, history), terminal);
}
