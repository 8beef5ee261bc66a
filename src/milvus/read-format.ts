/**
 * Lines in the format of `log-format.ts`, read back: of Milvus, of leasehold, and as zap's JSON. What is cut or joined is read as
 * far as it goes: one that ends within a field keeps the fields before it, and two entries without a line break are two.
 */
import { readLogInstant, type LogLevel } from "./log-format.ts";

/** One entry of a log. */
export interface LogEntry {
  /** Milliseconds since 1970 UTC; absent: the line says no instant. */
  readonly epochMs?: number;
  readonly level?: LogLevel | "DPANIC" | "PANIC" | "FATAL";
  readonly caller: string;
  readonly message: string;
  readonly fields: ReadonlyMap<string, string>;
}

const LEVELS: ReadonlySet<string> = new Set(["DEBUG", "INFO", "WARN", "ERROR", "DPANIC", "PANIC", "FATAL"]);
const CALLER = /^[\w./-]+:\d+$/u;
const NO_FIELDS: ReadonlyMap<string, string> = new Map();

/** The entries of one line; none: it is not in this format. `cut`: the last one breaks off. */
export function readEntries(text: string): { readonly entries: readonly LogEntry[]; readonly cut: boolean } {
  const reader = new GroupReader(text);
  const entries: LogEntry[] = [];
  let groups: Group[] = [];
  const close = (): void => {
    const entry = entryOf(groups);
    if (entry !== undefined) entries.push(entry);
    groups = [];
  };
  for (let group = reader.next(); group !== undefined; group = reader.next()) {
    if (group.value === undefined && groups.length > 0 && readLogInstant(group.key) !== undefined) close();
    groups.push(group);
  }
  close();
  return { entries, cut: reader.cut };
}

interface Group {
  readonly key: string;
  /** Absent: the group is no field. */
  readonly value?: string;
}

function entryOf(groups: readonly Group[]): LogEntry | undefined {
  let at = 0;
  const bare = (): string | undefined =>
    groups[at] !== undefined && groups[at]?.value === undefined ? groups[at]?.key : undefined;
  const epochMs = readLogInstant(bare() ?? "");
  if (epochMs !== undefined) at++;
  const level = bare();
  const known = level !== undefined && LEVELS.has(level);
  if (known) at++;
  if (epochMs === undefined && !known) return undefined;
  // A logger's name may stand before the caller.
  if (!CALLER.test(bare() ?? "") && CALLER.test(groups[at + 1]?.key ?? "")) at++;
  let caller = "";
  if (CALLER.test(bare() ?? "")) caller = groups[at++]?.key ?? "";
  let message = "";
  if (bare() !== undefined) message = groups[at++]?.key ?? "";
  const fields = groups
    .slice(at)
    .flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
  return {
    ...(epochMs === undefined ? {} : { epochMs }),
    ...(known ? { level: level as NonNullable<LogEntry["level"]> } : {}),
    caller,
    message,
    fields: fields.length === 0 ? NO_FIELDS : new Map(fields),
  };
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** `[key]` and `[key=value]`, each side quoted or bare. */
class GroupReader {
  cut = false;
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = Math.max(0, text.indexOf("["));
  }

  next(): Group | undefined {
    while (this.#text[this.#at] === " ") this.#at++;
    if (this.#text[this.#at] !== "[") return undefined;
    this.#at++;
    const key = this.#side("=]");
    if (this.#text[this.#at] !== "=") return this.#closed({ key });
    this.#at++;
    return this.#closed({ key, value: this.#side("]") });
  }

  /** What is cut within a group is no group. */
  #closed(group: Group): Group | undefined {
    if (this.#text[this.#at] === "]") {
      this.#at++;
      return group;
    }
    this.cut = true;
    return undefined;
  }

  #side(ends: string): string {
    return this.#text[this.#at] === '"' ? this.#quoted() : this.#bare(ends);
  }

  #bare(ends: string): string {
    const from = this.#at;
    while (this.#at < this.#text.length && !ends.includes(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(from, this.#at);
  }

  #quoted(): string {
    let from = ++this.#at;
    let text = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === '"') return text + this.#text.slice(from, this.#at++);
      if (character !== "\\") continue;
      text += this.#text.slice(from, this.#at);
      const next = this.#text.charAt(++this.#at);
      if (next === "u") {
        text += String.fromCharCode(
          Number.parseInt(this.#text.slice(this.#at + 1, this.#at + 5), 16) || 0xfffd,
        );
        this.#at += 4;
      } else text += ESCAPED[next] ?? next;
      from = this.#at + 1;
    }
    return text;
  }
}

/** zap's JSON, as Milvus' `log.format: json` has it; undefined: an object of something else. */
export function readJsonEntry(json: Readonly<Record<string, unknown>>): LogEntry | undefined {
  const { caller, level, message, time, ...others } = json;
  if (typeof message !== "string" || typeof level !== "string" || typeof time !== "string") return undefined;
  const epochMs = readLogInstant(time);
  if (epochMs === undefined || !LEVELS.has(level.toUpperCase())) return undefined;
  const fields = Object.entries(others).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return {
    epochMs,
    level: level.toUpperCase() as NonNullable<LogEntry["level"]>,
    caller: typeof caller === "string" ? caller : "",
    message,
    fields: new Map(fields),
  };
}
