/** Text files as they come from people: what cannot be read, or is no text, is one message. */
import { readFileSync } from "node:fs";
import { UserError } from "./user-error.ts";

/** How standard input is named where a file could be. */
export const STDIN = "-";

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it cannot be read: no permission",
};

/** Why the file system refused to read something, in words. */
export function whyUnreadable(error: NodeJS.ErrnoException): string {
  return WORDS[error.code ?? ""] ?? `it cannot be read (${error.code ?? error.message})`;
}

/** `remedy`: what to name instead. */
export function readText(file: string, remedy: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError({ where: file, what: whyUnreadable(error as NodeJS.ErrnoException), remedy });
  }
  // Decoding leaves this where bytes are no UTF-8; printed, such a file would garble the terminal.
  if (/[\0\uFFFD]/u.test(text)) throw new UserError({ where: file, what: "it is not UTF-8 text", remedy });
  // Some editors put a byte order mark before it.
  return text.replace(/^\uFEFF/u, "");
}
