/** What a program does that no simulation can bear: told with who did it, what, and what to do instead. */
import type { Surroundings } from "./surroundings.ts";

/** Whose code runs just now; undefined: nobody's of the programs. */
let atWork: string | undefined;
/** Whose ran last. */
let lastAtWork: string | undefined;
/** What it finds around it in place of real time and chance; undefined: these are refused. */
let around: Surroundings | undefined;
/** What it threw that nobody caught. */
let uncaught: unknown[] = [];
/** What each asked of its surroundings last, such as `kv.get("lock")`. */
const lastCalls = new Map<string, string>();
/** The first of this turn: a program may catch what it is told, as a retry loop does, and it is no run all the same. */
let first: ProgramFault | undefined;

/** The process whose code runs just now; undefined: none does. */
export function processAtWork(): string | undefined {
  return atWork;
}

/** What the code at work finds around it; undefined: nothing. */
export function surroundingsAtWork(): Surroundings | undefined {
  return around;
}

/** Says that `work` is done by the code of `process`, within what it finds around it. Returns what nobody caught. */
export function working(process: string, work: () => void, surroundings?: Surroundings): readonly unknown[] {
  const before = [atWork, around, uncaught] as const;
  const thrown: unknown[] = [];
  [atWork, around, uncaught] = [process, surroundings, thrown];
  lastAtWork = process;
  catching(work)();
  [atWork, around, uncaught] = before;
  return thrown;
}

/** The same, whose error is that of the code at work. */
export function catching<Given extends unknown[]>(act: (...given: Given) => void): (...given: Given) => void {
  return (...given) => {
    try {
      act(...given);
    } catch (error) {
      // That it cannot be simulated is nothing that befalls it.
      if (error instanceof ProgramFault || error instanceof NoTurnError) throw error;
      uncaught.push(error);
    }
  };
}

/** Programs are run where they cannot be run out. */
export class NoTurnError extends Error {
  override readonly name = "NoTurnError";
}

/** Notes what the code at work has asked for. */
export function called(what: string): void {
  if (atWork !== undefined) lastCalls.set(atWork, what);
}

/** A turn begins: nobody is at work, and nothing was found. */
export function forgetFaults(): void {
  atWork = undefined;
  lastAtWork = undefined;
  around = undefined;
  first = undefined;
  lastCalls.clear();
}

/** The first fault of this turn; undefined: there was none. */
export function firstFault(): ProgramFault | undefined {
  return first;
}

/** A program cannot be simulated as it is. */
export class ProgramFault extends Error {
  override readonly name = "ProgramFault";

  /** It read or waited for something that is not the same in another run. */
  static notVirtual(what: string, instead: string): ProgramFault {
    return noted(`${who()} ${what}, which is not the same in every run\n  use ${instead}`);
  }

  /** It gave its context something that means nothing. */
  static meaningless(call: string, what: string): ProgramFault {
    return noted(`${who()} called ${call}: ${what}`);
  }

  /** It ended by an error that nothing befell it to make. */
  static mistake(process: string, error: Error): ProgramFault {
    return noted(`${process} ends by a mistake in its code\n  ${error.stack ?? error.message}`);
  }

  static neverYields(afterMs: number): ProgramFault {
    // It may wait again and again for what takes no time, and then nobody is at work in between.
    const name = atWork ?? lastAtWork ?? "a program";
    const last = lastCalls.get(name) ?? "nothing yet";
    return noted(
      `${name} did not yield within ${afterMs / 1000} s; the last that it asked for was ${last}\n` +
        "  a loop must wait for something that takes virtual time: await ctx.sleep(1)",
    );
  }

  static leaked(reason: unknown): ProgramFault {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    return noted(
      `${who()} leaks a rejection: nobody awaits a promise that failed\n  await it, or catch its error: ${text}`,
    );
  }

  static differs(what: string): ProgramFault {
    return noted(
      `two runs of the same input differ: ${what}\n` +
        "  a program must depend on nothing but its context: no state outside it that outlives a run, no files, no network",
    );
  }
}

function who(): string {
  return atWork ?? "a program";
}

function noted(text: string): ProgramFault {
  const fault = new ProgramFault(text);
  first ??= fault;
  return fault;
}
