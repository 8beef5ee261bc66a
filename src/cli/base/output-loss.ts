/**
 * Output that goes nowhere: a reader that left (`leasehold ... | head`), a terminal that hung up, a disk that is full. None of
 * them ends a command, least of all a coordinator: its verdict, or its work, goes on.
 */
import { EXIT } from "./exit-codes.ts";

/** Nobody wants more of it, which is no failure. */
const READER_LEFT: ReadonlySet<string> = new Set(["EPIPE", "EIO", "ECONNRESET"]);

export class OutputLoss {
  readonly #stderr: NodeJS.WritableStream;
  /** Why standard output could not be written though somebody may wait for it. */
  #why: string | undefined;

  /** Hears the errors of both streams from now on. `left`: nobody reads standard output any more; told at most once. */
  constructor(stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream, left: () => void) {
    this.#stderr = stderr;
    let gone = false;
    stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (READER_LEFT.has(error.code ?? "")) {
        if (!gone) left();
        gone = true;
      } else this.#fails(error);
    });
    // There is no place left to say it.
    stderr.on("error", () => undefined);
  }

  /** How the process ends: as the command did, but for a result that nobody can have read. */
  exitCode(code: number): number {
    return this.#why !== undefined && code === EXIT.holds ? EXIT.environment : code;
  }

  #fails({ code, message }: NodeJS.ErrnoException): void {
    if (this.#why !== undefined) return;
    this.#why = code ?? message;
    const what = code === "ENOSPC" ? "the disk is full" : this.#why;
    this.#stderr.write(
      `leasehold: standard output cannot be written: ${what}\n  what could not be written is lost; make room, or send it elsewhere\n`,
    );
  }
}
