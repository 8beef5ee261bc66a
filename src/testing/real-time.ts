/** Other people's code that never comes back is ended after a while of real time: only the engine itself can. */
import { Script } from "node:vm";
import { isMainThread } from "node:worker_threads";
import { mainGlobal } from "./main-realm.ts";

/** Real time ran out, or somebody pressed Ctrl-C where that was to end it. */
export class Overtime extends Error {
  override readonly name = "Overtime";
  readonly interrupted: boolean;

  constructor(interrupted: boolean) {
    super(interrupted ? "interrupted" : "out of time");
    this.interrupted = interrupted;
  }
}

const KEY = Symbol.for("leasehold.testing.act");
const LIMITED = new Script(`globalThis[Symbol.for("leasehold.testing.act")]()`);

/** What `act` returns or throws. Throws {@link Overtime} after `longestMs`; `breaks`: and at Ctrl-C, which other threads do not hear. */
export function inRealTime<Result>(longestMs: number, act: () => Result, breaks = false): Result {
  const place = mainGlobal as { [KEY]?: () => Result };
  place[KEY] = act;
  try {
    return LIMITED.runInThisContext({
      timeout: longestMs,
      breakOnSigint: breaks && isMainThread,
    }) as Result;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new Overtime(false);
    throw code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ? new Overtime(true) : error;
  } finally {
    delete place[KEY];
  }
}
