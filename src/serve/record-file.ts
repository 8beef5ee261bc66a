/**
 * A trace that is written while its processes are not known yet: its first line has room to grow in its place. Whoever is killed leaves
 * all lines but the last; in the end the room is taken out, and the last line vouches for all before.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { Digest } from "../trace/digest.ts";
import { makeFolders } from "../trace/file-folders.ts";
import type { TraceEnd, TraceEvent, TraceHeader } from "../trace/format.ts";

/** Bytes of the first line, enough for as many lanes as there are. */
const ROOM = 16 * 1024;
const CHUNK = 256 * 1024;

/** As `writeSync` of Node's file system. */
export type WriteBytes = (
  file: number,
  bytes: Buffer,
  offset?: number,
  length?: number,
  at?: number,
) => number;

export class RecordFile {
  readonly path: string;
  #descriptor: number | undefined;
  #end = ROOM + 1;
  /** Why nothing is written any more; undefined: it goes on. */
  #failure: string | undefined;
  /** Told of each line. */
  onGrown: () => void = () => undefined;

  readonly #write: WriteBytes;

  /**
   * Throws what the file system throws where it cannot be written, and an Error where that is no file that can be written anew. `write`:
   * for a test, which has no full disk.
   */
  constructor(path: string, write: WriteBytes = writeSync) {
    this.path = path;
    this.#write = write;
    makeFolders(dirname(path));
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile()) throw new Error("it is a device or a pipe, not a file");
    this.#descriptor = openSync(path, "w+");
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  header(header: TraceHeader): void {
    this.#put(`${JSON.stringify(header).padEnd(ROOM)}\n`, 0);
  }

  event(event: TraceEvent): void {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    this.#put(line, this.#end);
    this.#end += line.length;
  }

  /**
   * Its first line as it is now, whole lines from byte `from` on (0: from the first event), some `most` bytes of them, and where the next
   * begin.
   */
  since(
    from: number,
    most: number,
  ): { readonly header: string; readonly lines: string[]; readonly next: number } {
    const descriptor = this.#descriptor;
    const begin = Math.max(from, ROOM + 1);
    if (descriptor === undefined) return { header: "", lines: [], next: begin };
    const header = this.#bytes(descriptor, 0, ROOM).toString("utf8").trimEnd();
    // The longest line may be longer than what is asked for.
    for (let length = most; ; length *= 2) {
      const bytes = this.#bytes(descriptor, begin, Math.min(length, this.#end - begin));
      const last = bytes.lastIndexOf(10) + 1;
      if (last === 0 && begin + bytes.length < this.#end) continue;
      const lines = bytes.subarray(0, last).toString("utf8").split("\n").slice(0, -1);
      return { header, lines, next: begin + last };
    }
  }

  #bytes(descriptor: number, at: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, length));
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, at));
  }

  /** All of it up to now, as text: an end is not among it. */
  read(): string {
    let text = "";
    this.#lines((line) => (text += `${line}\n`));
    return text;
  }

  /** Writes the last line, which vouches for all before: of a recording that broke off there is none, also where there is room again. */
  close(end: Omit<TraceEnd, "digest">): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    if (this.#failure === undefined) this.#rewrite(end);
    this.#descriptor = undefined;
    quietly(() => closeSync(descriptor));
  }

  #rewrite(end: Omit<TraceEnd, "digest">): void {
    const beside = `${this.path}.part`;
    try {
      const whole = openSync(beside, "w");
      const digest = new Digest();
      this.#lines((line) => {
        digest.line(line);
        this.#write(whole, Buffer.from(`${line}\n`));
      });
      this.#write(whole, Buffer.from(`${JSON.stringify({ ...end, digest: digest.text() })}\n`));
      closeSync(whole);
      renameSync(beside, this.path);
    } catch (error) {
      this.#fail(error);
      // The room stays in it, and it can be read all the same.
      quietly(() => unlinkSync(beside));
    }
  }

  #lines(hear: (line: string) => void): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    const { size } = fstatSync(descriptor);
    const chunk = Buffer.alloc(CHUNK);
    let rest = Buffer.alloc(0);
    for (let at = 0; at < size;) {
      const read = readSync(descriptor, chunk, 0, CHUNK, at);
      if (read === 0) break;
      at += read;
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      const last = bytes.lastIndexOf(10);
      for (const line of bytes.subarray(0, Math.max(0, last)).toString("utf8").split("\n"))
        if (line !== "") hear(line.trimEnd());
      rest = bytes.subarray(last + 1);
    }
  }

  #put(text: string | Buffer, at: number): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined || this.#failure !== undefined) return;
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    try {
      // The system may take a part.
      for (let done = 0; done < bytes.length;)
        done += this.#write(descriptor, bytes, done, bytes.length - done, at + done);
      this.onGrown();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : String(error);
    this.onGrown();
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // Nothing depends on it.
  }
}
