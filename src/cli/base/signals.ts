/** Ctrl-C and SIGTERM ask long work to end after what it is at; a second one ends the process. */
import { EXIT, type ExitCode } from "./exit-codes.ts";

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
    const asked = name === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (code !== undefined) process.exit(asked);
    code = asked;
    abort.abort();
  };
  process.on("SIGINT", hear).on("SIGTERM", hear);
  return {
    signal: abort.signal,
    exitCode: () => code,
    release: () => void process.off("SIGINT", hear).off("SIGTERM", hear),
  };
}
