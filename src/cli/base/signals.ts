/** Ctrl-C, SIGTERM and a terminal that closes ask long work to end after what it is at; the second time at once. */
import { setImmediate as breathe } from "node:timers/promises";
import { EXIT, type ExitCode } from "./exit-codes.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How a command ends that a signal asked to: as shells say it, 128 and its number. */
export function codeOfSignal(name: NodeJS.Signals): ExitCode {
  if (name === "SIGHUP") return EXIT.hungUp;
  return name === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
}

export interface Signals {
  readonly signal: AbortSignal;
  /** The exit code that the signal asks for; undefined: there was none. */
  readonly exitCode: () => ExitCode | undefined;
  readonly release: () => void;
}

export function listenForSignals(): Signals {
  const abort = new AbortController();
  let code: ExitCode | undefined;
  const hear = (name: NodeJS.Signals): void => {
    const asked = codeOfSignal(name);
    if (code !== undefined) process.exit(asked);
    code = asked;
    abort.abort();
  };
  for (const name of SIGNALS) process.on(name, hear);
  return {
    signal: abort.signal,
    exitCode: () => code,
    release: () => {
      for (const name of SIGNALS) process.off(name, hear);
    },
  };
}

/** The user asked the command to end, and it has nothing more to say. */
export class Interrupted extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

/** Does short work that must not be left half done. Throws {@link Interrupted} afterwards if a signal came meanwhile. */
export async function uninterrupted<Result>(work: () => Result): Promise<Result> {
  const { exitCode, release } = listenForSignals();
  try {
    const result = work();
    await heard();
    const code = exitCode();
    if (code !== undefined) throw new Interrupted(code);
    return result;
  } finally {
    release();
  }
}

/** Resolves when signals that came during synchronous work are delivered: one round of the event loop looks for them. */
export async function heard(): Promise<void> {
  await breathe();
  await breathe();
}
