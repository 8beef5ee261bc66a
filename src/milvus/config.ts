/**
 * Where a key of Milvus' configuration stands. `milvus.yaml`, the environment of a process and that of a compose service are
 * all one table: Milvus compares names in lower case and without `/`, `_` and `.` (pkg/config formatKey), so
 * `ROOT_COORD_PORT` is `rootCoord.port`. One rule finds a key in it, whoever asks.
 */
import { quote, shortened } from "../words/shown.ts";
import type { ConfigKey } from "./keys.ts";

/** A value as it is written somewhere. */
export interface ConfigEntry {
  /** The name as written: `rootCoord.port`, `ROOT_COORD_PORT`. */
  readonly name: string;
  /** A list's items are joined by commas. */
  readonly text: string;
  /** Where it is in its document; empty: it is from a process's environment. */
  readonly path: readonly PropertyKey[];
}

/** Everything that is set, by {@link keyForm}. */
export type Config = ReadonlyMap<string, readonly ConfigEntry[]>;

/** The form in which Milvus compares names. */
export function keyForm(name: string): string {
  return name.toLowerCase().replace(/[/_.]/gu, "");
}

/** A process's environment. An empty variable is not set. */
export function environmentConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const entries = Object.entries(environment).map(([name, text = ""]) => ({ name, text, path: [] }));
  return configOf(entries);
}

/** The value of a YAML document, such as milvus.yaml; anything but a mapping sets nothing. */
export function yamlConfig(document: unknown): Config {
  const entries: ConfigEntry[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (value === null || value === undefined || path.length > 20) return;
    const name = path.join(".");
    if (Array.isArray(value)) entries.push({ name, text: value.map(String).join(","), path });
    else if (typeof value === "object")
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    else if (path.length > 0) entries.push({ name, text: scalarText(value), path });
  };
  walk(Array.isArray(document) ? undefined : document, []);
  return configOf(entries);
}

/** Gathers entries under the form of their names; an empty text counts as not set. */
export function configOf(entries: readonly ConfigEntry[]): Config {
  const config = new Map<string, ConfigEntry[]>();
  for (const entry of entries) {
    if (entry.text === "") continue;
    const form = keyForm(entry.name);
    config.set(form, [...(config.get(form) ?? []), entry]);
  }
  return config;
}

export function scalarText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** What one place says about a key. */
export type Lookup<Value> =
  | { readonly type: "absent" }
  /** `readBy`: the name to write instead, where Milvus itself ignores the one that was found. */
  | { readonly type: "found"; readonly value: Value; readonly entry: ConfigEntry; readonly readBy?: string }
  | { readonly type: "invalid"; readonly entry: ConfigEntry }
  /** Two spellings with two values. `readBy`: the name of the one that Milvus reads, where it ignores the other. */
  | {
      readonly type: "conflict";
      readonly entry: ConfigEntry;
      readonly other: ConfigEntry;
      readonly readBy?: string;
    };

/** Looks `key` up: the first of its names that is set decides, in all the spellings that mean it. */
export function lookUp<Value>(config: Config, { names, read }: ConfigKey<Value>): Lookup<Value> {
  for (const { documented, name } of names) {
    const real = config.get(keyForm(name)) ?? [];
    const ignored = documented === undefined ? [] : (config.get(keyForm(documented)) ?? []);
    const all = [...real, ...ignored].map((entry) => ({ entry, value: read(entry.text.trim()) }));
    const [first] = all;
    if (first === undefined) continue;
    const invalid = all.find(({ value }) => value === undefined);
    if (invalid !== undefined) return { type: "invalid", entry: invalid.entry };
    const other = all.find(({ value }) => String(value) !== String(first.value));
    if (other !== undefined)
      return ignored.includes(other.entry)
        ? { type: "conflict", entry: other.entry, other: first.entry, readBy: name }
        : { type: "conflict", entry: first.entry, other: other.entry };
    const found = { type: "found", value: first.value as Value, entry: first.entry } as const;
    return real.length === 0 ? { ...found, readBy: name } : found;
  }
  return { type: "absent" };
}

/** A finding in words; `whereOther` names the place of the second entry of a conflict. */
export function explain<Value>(
  lookup: Lookup<Value> & { readonly type: "invalid" | "conflict" },
  { expects, remedy: keyRemedy = "correct it, or remove it to use the default", show }: ConfigKey<Value>,
  whereOther: (entry: ConfigEntry) => string = ({ name }) => name,
): { readonly what: string; readonly remedy: string } {
  if (lookup.type === "invalid")
    return {
      what: `${lookup.entry.name} must be ${expects}, not ${quote(show?.(lookup.entry.text) ?? lookup.entry.text)}`,
      remedy: keyRemedy,
    };
  const { entry, other, readBy } = lookup;
  return {
    what:
      show === undefined
        ? `${entry.name} is ${shortened(entry.text)}, but ${whereOther(other)} sets the same key to ${shortened(other.text)}`
        : `${entry.name} is one value, but ${whereOther(other)} sets the same key to another`,
    remedy:
      readBy === undefined
        ? "keep one of the two"
        : `keep ${readBy}, which Milvus reads, and remove ${entry.name}, which it ignores`,
  };
}

/** What to say where only the documentation's name was found. */
export function ignoredByMilvus({
  entry: { name, text },
  readBy,
}: {
  readonly entry: ConfigEntry;
  readonly readBy: string;
}): { readonly what: string; readonly remedy: string } {
  return {
    what: `Milvus ignores ${name}: the name is from its documentation, not its code (milvus issue #45019)`,
    remedy: `write ${readBy}: ${text} for Milvus`,
  };
}
