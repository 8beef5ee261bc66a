/** What may never end, such as a regular expression that tries each of a million ways to fail, is ended after a while. */
import { createContext, Script } from "node:vm";

const CALL = new Script("work()");

/** Does it, and says whether it came to its end within that real time. Throws what it throws. */
export function endsWithin(limitMs: number, work: () => void): boolean {
  try {
    CALL.runInContext(createContext({ work }), { timeout: limitMs });
    return true;
  } catch (error) {
    // It is of the context's own kind of Error.
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  }
}
