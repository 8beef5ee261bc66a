/**
 * A document that is read back by the program that wrote it, sealed: its last field is a digest of all before it, so that one that was cut
 * or edited is never taken for whole.
 */
import { createHash } from "node:crypto";
import { documentHead } from "./json.ts";
import { readText } from "./text-input.ts";
import { UserError } from "./user-error.ts";

/** A document that was read. */
export interface Sealed {
  readonly file: string;
  /** As {@link sealed} was told. */
  readonly format: string;
  readonly body: object;
}

/** How a refusal speaks of the document. */
export interface SealedWords {
  /** `a shard's result`. */
  readonly what: string;
  readonly remedy: string;
}

const PREFIX = "leasehold-";

/** One line. `what`: what it is, such as `check-shard`. */
export function sealed(what: string, body: object): string {
  const text = JSON.stringify({ ...documentHead(what), ...body });
  return `${text.slice(0, -1)},"digest":"${digestOf(text)}"}\n`;
}

/** Throws a {@link UserError} for whatever is no whole document of ours. */
export function openSealed(file: string, { remedy, what }: SealedWords): Sealed {
  const refusal = (said: string) => new UserError({ where: file, what: said, remedy });
  const text = readText(file, remedy).trim();
  if (text === "") throw refusal("it is empty: what should have written it had not ended");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refusal("it is no JSON document, or one that was cut off");
  }
  const { digest, ...rest } = Object(document) as Record<string, unknown>;
  const { format, schemaVersion, ...body } = rest;
  if (typeof format !== "string" || !format.startsWith(PREFIX)) throw refusal(`it is not ${what}`);
  if (digest === undefined) throw refusal(`it is ${format} without a digest, and so not ${what}`);
  const expected = documentHead("").schemaVersion;
  if (schemaVersion !== expected)
    throw refusal(`its form has the version ${String(schemaVersion)}, and this program reads ${expected}`);
  if (digest !== digestOf(JSON.stringify(rest)))
    throw refusal("it is not as it was written: its digest does not fit its text");
  return { file, format: format.slice(PREFIX.length), body };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
