/** Code of one's own that never comes back would keep a command for ever. */
import { OwnCodeError } from "../../../models/own-code-error.ts";
import { inRealTime, Overtime } from "../../testing/real-time.ts";
import { EXIT } from "../base/exit-codes.ts";
import { Interrupted } from "../base/signals.ts";

/**
 * Does `work`, in which such code runs. Throws an OwnCodeError if it takes longer than `longestMs` of real time; `breaks`: throws
 * {@link Interrupted} at Ctrl-C, wherever it is.
 */
export function patiently<Result>(longestMs: number, work: () => Result, breaks = false): Result {
  try {
    return inRealTime(longestMs, work, breaks);
  } catch (error) {
    if (!(error instanceof Overtime)) throw error;
    if (!error.interrupted)
      throw new OwnCodeError(
        `code of your own has not come back for ${longestMs / 1000} s: an endless loop, or far too slow`,
      );
    // Whoever listens for it heard nothing of it.
    process.emit("SIGINT", "SIGINT");
    throw new Interrupted(EXIT.interrupted);
  }
}
