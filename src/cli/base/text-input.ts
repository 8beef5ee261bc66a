/** Text files as they come from people: what cannot be read, or is no text, is one message. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { UserError } from "./user-error.ts";

/** How standard input is named where a file could be. */
export const STDIN = "-";

/** More than that is no text for people, and does not fit into one string. */
const MOST_BYTES = 500_000_000;
const TOO_LARGE = "it is too large";

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it cannot be read: no permission",
  ERR_STRING_TOO_LONG: TOO_LARGE,
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
};

/** Why the file system refused to read something, in words. */
export function whyUnreadable(error: NodeJS.ErrnoException): string {
  return WORDS[error.code ?? ""] ?? `it cannot be read (${error.code ?? error.message})`;
}

/** `remedy`: what to name instead. */
export function readText(file: string, remedy: string): string {
  let text: string;
  try {
    text = readBounded(file).toString("utf8");
  } catch (error) {
    throw new UserError({ where: file, what: whyUnreadable(error as NodeJS.ErrnoException), remedy });
  }
  // Decoding leaves this where bytes are no UTF-8; printed, such a file would garble the terminal.
  if (/[\0\uFFFD]/u.test(text)) throw new UserError({ where: file, what: "it is not UTF-8 text", remedy });
  // Some editors put a byte order mark before it.
  return text.replace(/^\uFEFF/u, "");
}

/** A device may never end, and neither its size nor a file's that grows tells beforehand. */
function readBounded(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const parts: Buffer[] = [];
    for (let left = MOST_BYTES; left > 0;) {
      const part = Buffer.allocUnsafe(Math.min(left, Math.max(65_536, fstatSync(descriptor).size + 1)));
      const length = readSync(descriptor, part);
      if (length === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, length));
      left -= length;
    }
  } finally {
    closeSync(descriptor);
  }
  throw Object.assign(new Error(TOO_LARGE), { code: "ERR_FS_FILE_TOO_LARGE" });
}
