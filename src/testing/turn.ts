/**
 * One turn of the event loop in which whole runs happen. Programs are asynchronous, and a world is not: after each thing that
 * reaches a program, everything that it can do without waiting for the world is done before the world goes on. In such a turn
 * nobody else's code runs, so a run depends on nothing but its input.
 */
import { setImmediate } from "node:timers";
import { Guards } from "./guards.ts";
import { mainProcess } from "./main-realm.ts";
import { firstFault, forgetFaults, NoTurnError, ProgramFault } from "./program-fault.ts";
import { inRealTime, Overtime } from "./real-time.ts";

/** How long one run may take in real time: more means that a program does not yield. */
const LONGEST_RUN_MS = 10_000;

/** What Node itself calls to run what promises and `nextTick` have queued. Decision 0013 says why, and what it costs. */
type Queues = typeof process & { _tickCallback?(): void };

/**
 * Runs everything that is queued by promises, until nothing is. Throws where that cannot be: within a promise's own callback, or
 * where Node has no such call any more.
 */
export function drain(): void {
  let drained = false;
  void Promise.resolve().then(() => {
    drained = true;
  });
  (mainProcess as Queues)._tickCallback?.();
  if (drained) return;
  throw new NoTurnError(
    "programs run in a turn of the event loop that is theirs alone: go through check, run or replay of leasehold/testing " +
      "(on Node 20 to 24)",
  );
}

/** Calls `act` in a turn of its own. What programs do that cannot be simulated rejects with a {@link ProgramFault}. */
export function inOneTurn<Result>(act: () => Result, longestMs = LONGEST_RUN_MS): Promise<Result> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      forgetFaults();
      const guards = new Guards();
      try {
        const result = limited(act, longestMs);
        // What a program caught itself, as a retry loop does, is no run all the same.
        const fault = firstFault();
        if (fault !== undefined) throw fault;
        resolve(result);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        guards.lift();
      }
    });
  });
}

/** A program that never yields would keep this turn for ever. */
function limited<Result>(act: () => Result, longestMs: number): Result {
  try {
    return inRealTime(longestMs, act);
  } catch (error) {
    throw error instanceof Overtime ? ProgramFault.neverYields(longestMs) : error;
  }
}
