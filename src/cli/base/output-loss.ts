/**
 * Output that goes nowhere: a reader that left (`leasehold ... | head`), a terminal that hung up, a disk that is full. None of
 * them ends a command, least of all a coordinator: its verdict, or its work, goes on.
 */
import { fstatSync, writeSync } from "node:fs";
import { EXIT } from "./exit-codes.ts";
import { whyUnwritten } from "./why-unwritten.ts";

/** Nobody wants more of it, which is no failure. */
const READER_LEFT: ReadonlySet<string> = new Set(["EPIPE", "EIO", "ECONNRESET"]);

/** Writes all of a text, or has the stream's error told: of a file on a full disk, Node takes the part that fits for the whole. */
export function wholeWriter(stream: NodeJS.WriteStream & { readonly fd: number }): (text: string) => void {
  if (!isFile(stream.fd)) return (text) => void stream.write(text);
  return (text) => {
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(stream.fd, bytes, at);
    } catch (error) {
      stream.emit("error", error);
    }
  };
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    // Closed before it began.
    return false;
  }
}

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
    const what = whyUnwritten(this.#why) ?? this.#why;
    this.#stderr.write(
      `leasehold: standard output cannot be written: ${what}\n  what could not be written is lost; make room, or send it elsewhere\n`,
    );
  }
}
