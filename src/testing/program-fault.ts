/** What a program does that no simulation can bear: told with who did it, what, and what to do instead. */

/** Whose code runs just now, and what it did last. */
interface AtWork {
  readonly process: string;
  /** The last that it asked of its surroundings, such as `kv.get("lock")`. */
  lastCall: string;
}

let atWork: AtWork | undefined;

/** The process whose code runs just now; undefined: none does. */
export function processAtWork(): string | undefined {
  return atWork?.process;
}

/** Says that `work` is done by the code of `process`. */
export function working(process: string, work: () => void): void {
  const before = atWork;
  atWork = { process, lastCall: before?.process === process ? before.lastCall : "nothing yet" };
  work();
  // Not where it throws: who was at work is asked then.
  atWork = before;
}

/** Notes what the code at work has asked for. */
export function called(what: string): void {
  if (atWork !== undefined) atWork.lastCall = what;
}

/** A program cannot be simulated as it is. */
export class ProgramFault extends Error {
  override readonly name = "ProgramFault";

  /** It read or waited for something that is not the same in another run. */
  static notVirtual(what: string, instead: string): ProgramFault {
    return new ProgramFault(
      `${atWork?.process ?? "a program"} called ${what}, which is not the same in every run\n  use ${instead} instead`,
    );
  }

  static neverYields(afterMs: number): ProgramFault {
    const { lastCall, process } = atWork ?? { lastCall: "unknown", process: "a program" };
    atWork = undefined;
    return new ProgramFault(
      `${process} did not yield within ${afterMs / 1000} s; the last that it asked for was ${lastCall}\n` +
        "  a loop must wait for something in virtual time: await ctx.sleep(…)",
    );
  }

  static leaked(reason: unknown): ProgramFault {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    return new ProgramFault(
      `${atWork?.process ?? "a program"} leaks a rejection: nobody awaits a promise that failed\n  await it, or catch its error: ${text}`,
    );
  }

  static differs(what: string): ProgramFault {
    return new ProgramFault(
      `two runs of the same input differ: ${what}\n` +
        "  a program must depend on nothing but its context: no state outside it that outlives a run, no files, no network",
    );
  }
}
