/**
 * Lines of logs as they come from people: files, gzipped files and standard input, a chunk at a time. What is no text is refused; a
 * line without end is cut, so that it cannot fill the memory.
 */
import { createReadStream, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import type { Readable } from "node:stream";
import { longestLine } from "../../evidence/evidence.ts";
import { UserError } from "../base/user-error.ts";
import { STDIN, whyUnreadable } from "../base/text-input.ts";
import { REMEDY, refuseNoText } from "./no-text.ts";

/** Told as a file is read. */
export type Heard = (bytes: number) => void;

/** Lines without their breaks, some at a time. Throws a {@link UserError}. */
export async function* logLines(file: string, heard: Heard): AsyncGenerator<readonly string[], undefined> {
  if (file !== STDIN && statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UserError({ where: file, what: "it is a folder", remedy: "name the files in it" });
  const source: Readable =
    file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  try {
    yield* linesIn(await opened(source, heard), file);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error) || !("code" in error)) throw error;
    const code = String(error.code);
    if (code.startsWith("Z_"))
      throw new UserError({
        where: file,
        what: "it is gzipped, and damaged or cut",
        remedy: "get it again; gunzip tells more",
      });
    throw new UserError({ where: file, what: whyUnreadable(error as NodeJS.ErrnoException), remedy: REMEDY });
  }
  return undefined;
}

/** The same chunks, unzipped if they begin as gzip does. */
async function opened(source: Readable, heard: Heard): Promise<AsyncIterable<Buffer>> {
  const chunks = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const first = await chunks.next();
  const counted = async function* (): AsyncGenerator<Buffer> {
    for (let next = first; next.done !== true; next = await chunks.next()) {
      heard(next.value.length);
      yield next.value;
    }
  };
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const { Readable: Source } = await import("node:stream");
    const unzipped = createGunzip();
    const zipped = Source.from(counted());
    zipped.on("error", (error) => void unzipped.destroy(error));
    return zipped.pipe(unzipped);
  }
  return counted();
}

async function* linesIn(
  chunks: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<readonly string[], undefined> {
  const decoder = new StringDecoder("utf8");
  /** Of the line that has no end yet. */
  let parts: string[] = [];
  let length = 0;
  let first = true;
  for await (const chunk of chunks) {
    if (first) refuseNoText(chunk, file);
    // A log that was cut while its process wrote on begins with zeros, as long as what was cut.
    const text = decoder.write(chunk);
    const lines = (chunk.includes(0) ? text.replaceAll("\0", "") : text).split("\n");
    if (first && lines[0]?.startsWith("\uFEFF") === true) lines[0] = lines[0].slice(1);
    first = false;
    const rest = lines.pop() ?? "";
    if (lines.length > 0) {
      lines[0] = parts.join("") + (lines[0] ?? "");
      parts = [];
      length = 0;
    }
    // What is longer is counted as one line that nobody reads; its rest is passed over.
    if (rest !== "" && length <= longestLine(parts[0] ?? rest)) {
      parts.push(rest);
      length += rest.length;
    }
    yield lines.map(withoutReturn);
  }
  const rest = parts.join("") + decoder.end();
  if (rest !== "") yield [withoutReturn(rest)];
  return undefined;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
