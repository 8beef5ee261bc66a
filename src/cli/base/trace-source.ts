/** Where a trace's lines come from: a file, a gzipped one, or standard input, which is read once. */
import { closeSync, openSync, readSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { linesOf } from "../../trace/trace-file.ts";
import { STDIN } from "./text-input.ts";
import { UserError } from "./user-error.ts";

/** As much as a string of Node may hold, and more than any trace. */
const MOST_BYTES = 512 * 1024 * 1024;
const GZIP = [0x1f, 0x8b] as const;

/** What is held in memory, by the name that was given. */
const held = new Map<string, Buffer>();

/** Reads what can be read only once, or not line by line: standard input and gzipped files. Other files are left alone. */
export async function holdTrace(file: string): Promise<void> {
  if (held.has(file)) return;
  if (file === STDIN) held.set(file, unpacked(file, await standardInput()));
  else if (isGzip(file)) held.set(file, unpacked(file, readFileSync(file)));
}

/** How a trace is called in messages. */
export function calledTrace(file: string): string {
  return file === STDIN ? "standard input" : file;
}

/** How a command names it that is to be typed next: what came by standard input has to be put into a file. `called`: {@link calledTrace}. */
export function typedTrace(called: string): string {
  return called === calledTrace(STDIN) ? "FILE" : called;
}

/** Its size in bytes as text, if it is held; undefined: ask the file system. */
export function heldBytes(file: string): number | undefined {
  return held.get(file)?.length;
}

/** Its lines without their line breaks. Throws what the file system throws. */
export function traceLines(file: string): Generator<string, undefined> {
  const bytes = held.get(file);
  return bytes === undefined ? linesOf(file) : linesIn(bytes);
}

function* linesIn(bytes: Buffer): Generator<string, undefined> {
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(0x0a, from);
    const end = found < 0 ? bytes.length : found;
    yield bytes.toString("utf8", from, bytes[end - 1] === 0x0d ? end - 1 : end);
    from = end + 1;
  }
  return undefined;
}

async function standardInput(): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BYTES) throw tooLong(STDIN);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** False where it cannot be opened, which is told when it is read. */
function isGzip(file: string): boolean {
  try {
    const descriptor = openSync(file, "r");
    try {
      const first = Buffer.alloc(GZIP.length);
      return readSync(descriptor, first, 0, first.length, null) === first.length && startsAsGzip(first);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function startsAsGzip(bytes: Buffer): boolean {
  return GZIP.every((byte, at) => bytes[at] === byte);
}

function unpacked(file: string, bytes: Buffer): Buffer {
  if (!startsAsGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLong(file);
    throw new UserError({
      where: calledTrace(file),
      what: "it is gzipped, and damaged or cut",
      remedy: "get the file again as it was written",
    });
  }
}

function tooLong(file: string): UserError {
  return new UserError({
    where: calledTrace(file),
    what: "it is longer than 512 MB, which is more than can be held",
    remedy: "write it to a file that is not gzipped: a file is read line by line",
  });
}
