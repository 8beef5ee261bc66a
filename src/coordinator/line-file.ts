/** A file of lines, each written at once and whole: who is killed leaves all but the last, and a full disk no half of one. */
import { closeSync, constants, ftruncateSync, openSync, writeSync } from "node:fs";

export class LineFile {
  /** Undefined: closed. */
  #descriptor: number | undefined;
  /** Bytes of the whole lines. */
  #length = 0;

  /** Throws what the file system throws if the file cannot be opened. */
  constructor(file: string) {
    const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;
    // Appending: after a cut, the next line goes where the file ends now.
    this.#descriptor = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o666);
  }

  /** Whether lines are still taken. */
  get open(): boolean {
    return this.#descriptor !== undefined;
  }

  /** Undefined: written, or closed before. An error: it was not; the file ends with the line before, or as well as it can. */
  write(line: string): NodeJS.ErrnoException | undefined {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return undefined;
    const bytes = Buffer.from(`${line}\n`);
    try {
      // The system may take a part.
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      this.#length += bytes.length;
      return undefined;
    } catch (error) {
      quietly(() => ftruncateSync(descriptor, this.#length));
      return error as NodeJS.ErrnoException;
    }
  }

  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) quietly(() => closeSync(descriptor));
  }
}

/** Pipes have no length, and what a full disk says while closing was said before. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing depends on it.
  }
}
