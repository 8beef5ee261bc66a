/** Runs of programs: each in a turn of the event loop that is theirs alone. */
import type { TraceHeader } from "../../trace/format.ts";
import { uninterrupted } from "../base/signals.ts";
import { UserError } from "../base/user-error.ts";

/** What `run` gives; where the trace is of programs, in a turn of its own, and what they may not do is told. */
export async function inTurnFor<Result>({ scenario }: TraceHeader, run: () => Result): Promise<Result> {
  if ((scenario.processes ?? []).length === 0) return run();
  const { inOneTurn } = await import("../../testing/turn.ts");
  try {
    return await inOneTurn(run);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ProgramFault") throw error;
    const [what = "", ...remedy] = error.message.split("\n");
    throw new UserError({ what, remedy: remedy.map((line) => line.trim()).join(" ") || "mend the program" });
  }
}

/** Short work that must not be left half done; a turn of one's own is never. */
export async function undisturbed<Result>(header: TraceHeader, work: () => Result): Promise<Result> {
  const programs = (header.scenario.processes ?? []).length > 0;
  return programs ? inTurnFor(header, work) : uninterrupted(work);
}
