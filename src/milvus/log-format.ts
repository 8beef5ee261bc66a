/**
 * One log line in the unified format that Milvus writes: `[time] [LEVEL] [caller] [message] [key=value]...`. Pure text; the
 * quoting rules are those of the format's RFC (pingcap/log, "unified log format").
 */
import type { StoreEvent } from "../../models/etcd-api.ts";
import { shown } from "../words/shown.ts";

export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

export interface LogLine {
  readonly level: LogLevel;
  /** `folder/file:line`; line numbers are nobody's promise. */
  readonly caller: string;
  readonly message: string;
  readonly fields?: readonly (readonly [key: string, value: string])[];
}

/** Wall clock: milliseconds since 1970 UTC, and the local offset that the line shows. */
export interface WallInstant {
  readonly epochMs: number;
  readonly offsetMinutes: number;
}

/** The line as written, without its line break. */
export function formatLine({ caller, fields = [], level, message }: LogLine, instant: WallInstant): string {
  const parts = [formatInstant(instant), level, quoted(caller)];
  // The format leaves an empty message out, brackets and all.
  if (message !== "") parts.push(quoted(message));
  for (const [key, value] of fields) parts.push(`${quoted(key)}=${quoted(value)}`);
  return parts.map((part) => `[${part}]`).join(" ");
}

/** `2022/09/21 11:58:33.855 +08:00`. */
export function formatInstant({ epochMs, offsetMinutes }: WallInstant): string {
  const local = new Date(Math.floor(epochMs) + offsetMinutes * 60_000).toISOString();
  const minutes = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? "-" : "+";
  return `${local.slice(0, 10).replaceAll("-", "/")} ${local.slice(11, 23)} ${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The same of an instant of which only UTC is known. */
export function logInstant(epochMs: number): string {
  return formatInstant({ epochMs, offsetMinutes: 0 });
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** Reads `2022-09-21T11:57:00+08:00`; the offset must be there, for a log without one tells no instant. */
export function readInstant(text: string): WallInstant | undefined {
  const found = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/u.exec(text);
  const zone = found?.[1];
  const epochMs = Date.parse(text.replace(" ", "T"));
  if (zone === undefined || Number.isNaN(epochMs)) return undefined;
  const [hours = 0, minutes = 0] = zone === "Z" ? [] : zone.slice(1).split(":").map(Number);
  return { epochMs, offsetMinutes: (hours * 60 + minutes) * (zone.startsWith("-") ? -1 : 1) };
}

const LOG_INSTANT = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3}) ([+-])(\d\d):(\d\d)$/u;

/** Back from {@link formatInstant}: milliseconds since 1970 UTC; undefined: it is no such text. */
export function readLogInstant(text: string): number | undefined {
  // Most callers ask of texts that are none.
  if (text.length !== 30 || text[4] !== "/") return undefined;
  const found = LOG_INSTANT.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = found
    .slice(1, 8)
    .map(Number);
  const offsetMinutes = Number(found[9]) * 60 + Number(found[10]);
  const local = utc(year, month, day, hour, minute, second, ms);
  if (local === undefined) return undefined;
  return local - (found[8] === "-" ? -offsetMinutes : offsetMinutes) * 60_000;
}

/** Undefined: there is no such day or hour. */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number | undefined {
  if (month > 12 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

const MUST_QUOTE = /[ \\"[\]=]/u;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** The text, in quotes if it holds a blank, a control character or one of `\ " [ ] =`. */
export function quoted(text: string): string {
  // A lone surrogate is what an invalid byte is elsewhere.
  const sound = text.replace(/\p{Surrogate}/gu, "\\ufffd");
  if (!MUST_QUOTE.test(text) && shown(sound) === sound) return sound;
  const escaped = Array.from(text, (character) => {
    if (/\p{Surrogate}/u.test(character)) return "\\ufffd";
    // The format escapes the controls of ASCII alone; a terminal obeys others too.
    return ESCAPES[character] ?? shown(character);
  });
  return `"${escaped.join("")}"`;
}

/** A key and value of etcd as Go prints the protobuf message: zero fields left out, a blank at the end. */
export function keyValueText({ kv }: StoreEvent): string {
  const fields: string[] = [`key:${bytesText(kv.key)}`];
  if (kv.createRevision > 0) fields.push(`create_revision:${kv.createRevision}`);
  if (kv.modRevision > 0) fields.push(`mod_revision:${kv.modRevision}`);
  if (kv.version > 0) fields.push(`version:${kv.version}`);
  if (kv.value !== "") fields.push(`value:${bytesText(kv.value)}`);
  if (kv.lease !== "0") fields.push(`lease:${kv.lease}`);
  return `${fields.join(" ")} `;
}

/** A byte string between quotes; what is not printable ASCII as three octal digits. */
function bytesText(bytes: string): string {
  const text = Array.from(bytes, (byte) => {
    if (ESCAPES[byte] !== undefined) return ESCAPES[byte];
    const code = byte.charCodeAt(0);
    return code >= 0x20 && code < 0x7f ? byte : `\\${code.toString(8).padStart(3, "0")}`;
  });
  return `"${text.join("")}"`;
}

/** What a line's instant leaves out. */
export interface InstantHints {
  /** Where it has no year, as klog's. */
  readonly year?: number;
  /** Minutes that its clock is ahead of UTC, where it has no offset. */
  readonly offsetMinutes?: number;
}

const WRITTEN =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d\d:?\d\d)?$/u;
const KLOG = /^(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{1,9})$/u;
const EPOCH = /^(\d{10})(?:\.(\d{1,9}))?$|^(\d{13})$|^(\d{19})$/u;

/** Milliseconds since 1970 UTC; `grainMs`: by less than so much it may have been later, for what is written is cut off. */
export interface WrittenInstant {
  readonly at: number;
  readonly grainMs: number;
  /** Its year is not written, but taken from a hint. */
  readonly lacksYear?: true;
}

/**
 * An instant as logs have them: ISO 8601 and its relatives, klog's `0304 04:21:34.394123`, seconds, milliseconds or nanoseconds since
 * 1970. Undefined: it is none of these, or says no offset and no hint does.
 */
export function readAnyInstant(
  text: string,
  { offsetMinutes, year }: InstantHints,
): WrittenInstant | undefined {
  const epoch = EPOCH.exec(text);
  if (epoch !== null) {
    const [, wholeSeconds, fraction, ms, ns] = epoch;
    if (wholeSeconds !== undefined)
      return { at: Number(wholeSeconds) * 1000 + millisIn(fraction), grainMs: grainOf(fraction) };
    return { at: ms === undefined ? Number(BigInt(ns ?? "0") / 1_000_000n) : Number(ms), grainMs: 1 };
  }
  const written = WRITTEN.exec(text);
  const short = written === null ? KLOG.exec(text) : null;
  const parts =
    written?.slice(1, 7) ?? (short === null ? undefined : [String(year ?? ""), ...short.slice(1, 6)]);
  const [y = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (parts ?? []).map(Number);
  const offset = offsetIn(written?.[8]) ?? offsetMinutes;
  if (parts === undefined || y === 0 || offset === undefined) return undefined;
  const fraction = written?.[7] ?? short?.[6];
  const local = utc(y, month, day, hour, minute, second, millisIn(fraction));
  if (local === undefined) return undefined;
  const instant = { at: local - offset * 60_000, grainMs: grainOf(fraction) };
  return short === null ? instant : { ...instant, lacksYear: true };
}

function grainOf(fraction: string | undefined): number {
  return Math.max(1, 1000 / 10 ** (fraction?.length ?? 0));
}

function millisIn(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
}

function offsetIn(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === "Z" || zone === "UTC") return 0;
  const digits = zone.replaceAll(/\D/gu, "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith("-") ? -minutes : minutes;
}
