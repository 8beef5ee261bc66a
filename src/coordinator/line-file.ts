/** A file of lines, each written at once and whole: who is killed leaves all but the last, and a full disk no half of one. */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";

/** So many files before the one that is written are kept, the newest as `.1`. */
export const KEPT_FILES = 4;

/** Moves what stands in `file` out of the way: `.1`, what was there to `.2`, and so on; the oldest is lost. A pipe stays. */
export function setAside(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || found.size === 0) return;
  for (let age = KEPT_FILES - 1; age >= 1; age--) {
    if (statSync(`${file}.${age}`, { throwIfNoEntry: false }) !== undefined)
      renameSync(`${file}.${age}`, `${file}.${age + 1}`);
  }
  renameSync(file, `${file}.1`);
}

export class LineFile {
  /** Undefined: closed. */
  #descriptor: number | undefined;
  /** Bytes of the whole lines. */
  #length = 0;
  readonly #grows: boolean;

  /** Throws what the file system throws if the file cannot be opened. */
  constructor(file: string) {
    const { O_APPEND, O_CREAT, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
    // Appending: after a cut, the next line goes where the file ends now.
    // A pipe that nobody reads, or reads slowly, must be an error and not a wait.
    this.#descriptor = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NONBLOCK, 0o666);
    this.#grows = fstatSync(this.#descriptor).isFile();
  }

  /** Bytes that stand in the file; of a pipe, none. */
  get length(): number {
    return this.#grows ? this.#length : 0;
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
