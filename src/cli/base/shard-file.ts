/**
 * A shard's result as one JSON document, sealed: its last field is a digest of all before it, so that a file that was cut or edited
 * is never merged.
 */
import { createHash } from "node:crypto";
import { documentHead } from "./json.ts";
import type { Shard } from "./shard.ts";
import { readText } from "./text-input.ts";
import { UserError } from "./user-error.ts";

/** What every shard's document says. */
export interface ShardHead {
  /** The version, and a digest of the code. */
  readonly code: string;
  readonly shard: Shard;
}

/** A document that was read. */
export interface ShardFile {
  readonly file: string;
  readonly format: string;
  readonly head: ShardHead;
  /** As {@link sealed} got it. */
  readonly body: object;
}

const REMEDY =
  "name the files that leasehold check --shard wrote, and run again the shards whose files are damaged";
const PREFIX = "leasehold-";
const SUFFIX = "-shard";

/** One line. `what`: of which command, such as `check`. */
export function sealed(what: string, body: ShardHead): string {
  const text = JSON.stringify({ ...documentHead(what + SUFFIX), ...body });
  return `${text.slice(0, -1)},"digest":"${digestOf(text)}"}\n`;
}

/** Throws a {@link UserError} for whatever is no whole shard's document of a form that is known. */
export function openSealed(file: string): ShardFile {
  const refusal = (what: string) => new UserError({ where: file, what, remedy: REMEDY });
  const text = readText(file, "name the files that leasehold check --shard wrote").trim();
  if (text === "") throw refusal("it is empty: the shard had not ended, or its output went elsewhere");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refusal("it is no JSON document, or one that was cut off");
  }
  const { digest, ...rest } = Object(document) as Record<string, unknown>;
  const { format, schemaVersion, ...body } = rest;
  const isShard = typeof format === "string" && format.startsWith(PREFIX) && format.endsWith(SUFFIX);
  if (!isShard) throw refusal(`it is no shard's result${wordOf(format)}`);
  const expected = documentHead("").schemaVersion;
  if (schemaVersion !== expected)
    throw refusal(`its form has the version ${String(schemaVersion)}, and this program reads ${expected}`);
  if (digest !== digestOf(JSON.stringify(rest)))
    throw refusal("it is not as it was written: its digest does not fit its text");
  const what = format.slice(PREFIX.length, -SUFFIX.length);
  return { file, format: what, head: body as unknown as ShardHead, body };
}

function wordOf(format: unknown): string {
  return typeof format === "string" ? `, but ${format.slice(0, 40)}` : "";
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
