/**
 * Trace files on disk: written whole or not at all, read line by line, both with little memory.
 */
import {
  closeSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { makeFolders } from "./file-folders.ts";

const CHUNK_BYTES = 256 * 1024;
/** Longer than any line that we write; a binary file should not fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** A file's lines without their line breaks. An empty last line is none. Throws what the file system throws. */
export function* linesOf(file: string): Generator<string, undefined> {
  const descriptor = openSync(file, "r");
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const decoder = new StringDecoder("utf8");
    let rest = "";
    for (;;) {
      const length = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      rest += length === 0 ? decoder.end() : decoder.write(chunk.subarray(0, length));
      let from = 0;
      for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n", from)) {
        yield rest.slice(from, rest.charAt(at - 1) === "\r" ? at - 1 : at);
        from = at + 1;
      }
      rest = rest.slice(from);
      if (length === 0) break;
      if (rest.length > LONGEST_LINE) break;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(descriptor);
  }
  return undefined;
}

/**
 * Writes `file` by way of `write`, which is given a function that takes one line after another. The file appears when all
 * is written; if `write` throws, it does not. Missing folders are made.
 */
export function writeLines<Result>(file: string, write: (line: (text: string) => void) => Result): Result {
  const { target, unfinished } = placesOf(file);
  makeFolders(dirname(target));
  const descriptor = openSync(unfinished, "w");
  let done = false;
  try {
    let pending: string[] = [];
    let length = 0;
    const flush = () => {
      // A disk that is filling up takes a part, and says so only when it is given the rest.
      const bytes = Buffer.from(pending.join(""));
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      pending = [];
      length = 0;
    };
    const result = write((text) => {
      pending.push(text, "\n");
      length += text.length + 1;
      if (length >= CHUNK_BYTES) flush();
    });
    flush();
    if (unfinished !== target) renameSync(unfinished, target);
    done = true;
    return result;
  } finally {
    closeSync(descriptor);
    if (!done && unfinished !== target) rmSync(unfinished, { force: true });
  }
}

/** A link is followed; a device or a pipe is written to as it is, for it must not be replaced. */
function placesOf(file: string): { readonly target: string; readonly unfinished: string } {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) return { target: file, unfinished: file };
  const target = found === undefined ? file : realpathSync(file);
  return { target, unfinished: `${target}.unfinished` };
}
