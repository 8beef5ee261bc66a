/** `leasehold replay --step`: from a trace file to the full-screen stepper. */
import { statSync } from "node:fs";
import type { Variant } from "../../../models/variant.ts";
import type { Left, Notice, StepperTerminal } from "../../stepper/index.ts";
import type { TraceHeader } from "../../trace/format.ts";
import type { History } from "../../run/history.ts";
import { replayStrictly } from "../../run/replay.ts";
import { understand } from "../../run/tolerant.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { Terminal } from "../base/terminal.ts";
import { STDIN } from "../base/text-input.ts";
import { heldBytes } from "../base/trace-source.ts";
import { openTrace, troubleIn } from "../base/trace-input.ts";
import { inTurnFor } from "./turn.ts";
import { UserError } from "../base/user-error.ts";

/** A larger file opens without being compared line by line first, which takes longer than one likes to wait. */
const MOST_COMPARED_BYTES = 8 * 1024 * 1024;

const EXITS = {
  quit: EXIT.holds,
  interrupted: EXIT.interrupted,
  terminated: EXIT.terminated,
  hungUp: EXIT.hungUp,
} as const;

export async function replayStep(
  file: string,
  header: TraceHeader,
  variant: Variant,
  { paint }: Terminal,
): Promise<ExitCode> {
  const { input, output } = screenFor(file);
  const { openStepper } = await import("../../stepper/index.ts");
  const terminal: StepperTerminal = { input, output, process, paint };
  const { note, own } = await inTurnFor(header, () => asRunHere(file, header, variant));
  // Where programs run, no promise may be on the stack; keys come without one.
  const options = { variant, file, ...(note === undefined ? {} : { note }) };
  return EXITS[
    await new Promise<Left>((resolve, reject) => {
      setImmediate(() => void openStepper(own, terminal, options).then(resolve, reject));
    })
  ];
}

/** The same of a recording, whose history was made of its lines. */
export async function stepHistory(file: string, history: History, { paint }: Terminal): Promise<ExitCode> {
  const { input, output } = screenFor(file);
  const { openStepper } = await import("../../stepper/index.ts");
  const { header, variant } = history;
  return EXITS[await openStepper(header, { input, output, process, paint }, { variant, file, history })];
}

/** Refuses where there is no terminal. */
function screenFor(file: string): Pick<StepperTerminal, "input" | "output"> {
  const { stdin: input, stdout: output } = process;
  if (file === STDIN)
    throw new UserError({
      where: "--step",
      what: "keys come from standard input, and so does the trace",
      remedy: "write the trace to a file first",
    });
  if (!input.isTTY || !output.isTTY)
    throw new UserError({
      where: "--step",
      what: "needs a terminal for keys and for the screen",
      remedy: "elsewhere --print tells the events and --at 61.2s how everyone stands",
    });
  return { input, output };
}

/** What this version runs, and what to say of it if that may not be what was recorded. */
export function asRunHere(
  file: string,
  header: TraceHeader,
  variant: Variant,
): { own: TraceHeader; note?: Notice } {
  if (variant.name !== header.variant) {
    const text = `recorded as ${header.variant}, run as ${variant.name}`;
    return { own: understand(header, variant).header, note: { text, tone: "quiet" } };
  }
  if ((heldBytes(file) ?? statSync(file).size) > MOST_COMPARED_BYTES) {
    const text = `a large trace, not compared with its file line by line: leasehold replay ${file} does`;
    return { own: header, note: { text, tone: "quiet" } };
  }
  const strict = replayStrictly(openTrace(file));
  if (strict.type === "trouble") throw troubleIn(file, strict.trouble);
  if (strict.type === "identical") return { own: header };
  const text = `this version runs it otherwise from event ${strict.divergence.n} on, and that run is shown: leasehold replay ${file} says why`;
  return { own: understand(header, variant).header, note: { text, tone: "bad" } };
}
