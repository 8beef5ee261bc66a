/** The facts of logs, by who wrote them: one after another, from whatever files; what else a log says is forgotten. */
import { isOurs, meaningOf, type LogMeaning } from "../milvus/read-lines.ts";
import type { LogEntry } from "../milvus/read-format.ts";
import { logInstant, readAnyInstant, readLogInstant, type WrittenInstant } from "../milvus/log-format.ts";
import type { DatedLine, Fact, LineCount, LinePlace, LogSource, Stated } from "./fact.ts";
import { instantIn, readMapped, type LineMapping, type MappedLine } from "./line-mapping.ts";

/** Where a line stands, and who wrote it, if its wrapping says so. */
export interface Whence {
  readonly place: LinePlace;
  readonly from: string | undefined;
  /** By OTLP alone: what it names may be several processes. */
  readonly isShared?: boolean;
}

export class LogGatherer {
  /** Lines that stand in two files, of which one was left out. */
  copies = 0;
  /** Lines without a year that are of its first month, and of its last. */
  readonly newYear: { january?: LinePlace; december?: LinePlace } = {};
  readonly #mappings: readonly LineMapping[];
  readonly #sources = new Map<string, LogSource>();
  /** Lines that were used, and whose they were, so that a copy is known for one. */
  readonly #used = new Map<string, LogSource[]>();
  /** The last line of each writer, by file. */
  readonly #ends = new Map<string, Map<string, NonNullable<LogSource["last"]>>>();
  /** The latest of each writer, by file. */
  readonly #latest = new Map<string, Map<string, DatedLine>>();

  constructor(mappings: readonly LineMapping[]) {
    this.#mappings = mappings;
  }

  /** `counts`: of lines by file; those that turn out to be copies are counted as passed over. */
  sources(counts: ReadonlyMap<string, LineCount>): readonly LogSource[] {
    for (const source of this.#sources.values()) {
      const last = this.#ends.get(source.file)?.get(source.writer);
      if (last !== undefined) source.last = last;
      const latest = this.#latest.get(source.file)?.get(source.writer);
      if (latest !== undefined) source.latest = latest;
      this.#leaveCopiesOut(source, counts.get(source.file));
    }
    return [...this.#sources.values()];
  }

  /** A line of a log, whatever it is about: until then its writer was there. */
  heard(whence: Whence, text: string, at = readLogInstant(text.slice(1, INSTANT_ENDS))): void {
    const { from, place } = whence;
    this.dated(whence, at);
    let ends = this.#ends.get(place.file);
    if (ends === undefined) this.#ends.set(place.file, (ends = new Map()));
    ends.set(from ?? place.file, { place, text });
  }

  /** Its writer was there at that instant. `at`: as the line has it, if not in ms since 1970. */
  dated({ from, place }: Whence, at: number | string | undefined): void {
    const instant = typeof at === "string" ? readAnyInstant(at, {})?.at : at;
    if (instant === undefined) return;
    let latest = this.#latest.get(place.file);
    if (latest === undefined) this.#latest.set(place.file, (latest = new Map()));
    const writer = from ?? place.file;
    if (instant > (latest.get(writer)?.at ?? Number.NEGATIVE_INFINITY))
      latest.set(writer, { place, at: instant });
  }

  /** `text`: the whole line, by which a copy is known. */
  takeEntries(whence: Whence, entries: readonly LogEntry[], text: string): "used" | "skipped" {
    if (this.#isAgain(whence, text)) {
      this.copies++;
      return "skipped";
    }
    const alsoIn = this.#alsoIn(whence, text);
    const used = entries.filter((entry) => this.#takeEntry(whence, entry, alsoIn)).length;
    if (used === 0) return "skipped";
    this.#remember(whence, text);
    return "used";
  }

  /**
   * Undefined: no mapping has a rule for it. `layers`: the line with less and less around it. `exportedAt`: what bore it here says when
   * it was written.
   */
  takeMapped(whence: Whence, layers: readonly string[], exportedAt?: number): "used" | undefined {
    for (const mapping of this.#mappings) {
      const read = layers.flatMap((layer) => {
        const found = readMapped(mapping, layer);
        return typeof found === "object" ? [{ layer, found }] : [];
      });
      const fitting = read.findLast(({ found }) => found.when !== undefined) ?? read.at(-1);
      if (fitting === undefined) continue;
      // As its process wrote it, and so the same in every wrapping.
      const text = ownCopy(fitting.layer.trim());
      const { meaning, when = exportedAt === undefined ? {} : { at: exportedAt } } = readMapped(
        mapping,
        text,
      ) as MappedLine;
      this.#noteYear(when, whence.place);
      this.heard(whence, text, when.at);
      this.#sourceOf(whence).mapping = mapping.name;
      const others = (this.#used.get(text) ?? []).filter(({ file }) => file !== whence.place.file);
      for (const one of [this.#sourceOf(whence), ...others]) one.sharesLines ||= others.length > 0;
      this.takeTold(whence, meaning, when, others[0]?.file);
      this.#remember(whence, text);
      return "used";
    }
    return undefined;
  }

  /** Whether a mapping knows its instant, though no rule fits it. */
  isOther(whence: Whence, layers: readonly string[]): boolean {
    for (const mapping of this.#mappings) {
      const layer = layers.findLast((one) => readMapped(mapping, one) === "other");
      if (layer === undefined) continue;
      this.dated(whence, instantIn(mapping, layer));
      return true;
    }
    return false;
  }

  #noteYear({ at, lacksYear }: Partial<WrittenInstant>, place: LinePlace): void {
    if (at === undefined || lacksYear !== true) return;
    const month = logInstant(at).slice(5, 7);
    if (month === "01") this.newYear.january ??= place;
    if (month === "12") this.newYear.december ??= place;
  }

  /** `ours`: leasehold itself says so. */
  takeTold(
    whence: Whence,
    meaning: LogMeaning,
    when: Pick<Fact, "at" | "grainMs"> = {},
    alsoIn?: string,
    ours = false,
  ): void {
    const source = this.#sourceOf(whence);
    if (ours) source.ours++;
    if (alsoIn !== undefined && isOfOne(meaning)) {
      source.copiedFrom.add(alsoIn);
      if (meaning.type === "milestone" && meaning.milestone === "identified") source.copiedDraws++;
    }
    if ("form" in meaning && meaning.form !== undefined) source.forms.add(meaning.form);
    if (meaning.type === "beat") source.beats.set(meaning.role, (source.beats.get(meaning.role) ?? 0) + 1);
    else
      source.facts.push({
        place: whence.place,
        ...(when.at === undefined ? {} : { at: when.at }),
        ...(when.grainMs === undefined ? {} : { grainMs: when.grainMs }),
        what: statedBy(meaning),
        ...(alsoIn === undefined ? {} : { alsoIn }),
      });
  }

  #takeEntry(whence: Whence, entry: LogEntry, alsoIn: string | undefined): boolean {
    const meaning = meaningOf(entry);
    const ours = isOurs(entry);
    const root = rootIn(entry);
    if (root !== undefined) this.#sourceOf(whence).roots.add(root);
    if (meaning !== undefined)
      this.takeTold(whence, meaning, entry.epochMs === undefined ? {} : { at: entry.epochMs }, alsoIn, ours);
    else if (ours) this.#sourceOf(whence).ours++;
    return meaning !== undefined;
  }

  #alsoIn({ place }: Whence, text: string): string | undefined {
    return this.#used.get(text)?.find(({ file }) => file !== place.file)?.file;
  }

  /** Nobody says the same of an election twice in one millisecond: it was shipped twice, or its file joined with itself. */
  #isAgain(whence: Whence, text: string): boolean {
    return this.#used.get(text)?.includes(this.#sourceOf(whence)) === true;
  }

  #remember(whence: Whence, text: string): void {
    const by = this.#used.get(text);
    if (by === undefined) this.#used.set(text, [this.#sourceOf(whence)]);
    else if (!by.includes(this.#sourceOf(whence))) by.push(this.#sourceOf(whence));
  }

  /** Of what stands in two files, where one of them certainly holds lines of the other. */
  #leaveCopiesOut(source: LogSource, count: LineCount | undefined): void {
    const kept = source.facts.filter(({ alsoIn }) => alsoIn === undefined || !source.copiedFrom.has(alsoIn));
    const copied = source.facts.length - kept.length;
    if (copied === 0) return;
    source.facts = kept;
    this.copies += copied;
    if (count === undefined) return;
    count.used -= copied;
    count.skipped += copied;
  }

  #sourceOf({ from, isShared, place: { file } }: Whence): LogSource {
    const key = `${file} ${from ?? ""}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const source: LogSource = {
      type: "log",
      name: from === undefined ? file : `${file}: ${from}`,
      file,
      writer: from ?? file,
      isShared: isShared ?? false,
      isExported: isShared !== undefined,
      sharesLines: false,
      facts: [],
      copiedFrom: new Set(),
      forms: new Set(),
      ours: 0,
      copiedDraws: 0,
      beats: new Map(),
      roots: new Set(),
    };
    this.#sources.set(key, source);
    return source;
  }
}

/** Of the deployment whose session's or active key the line names. */
function rootIn({ fields, message }: LogEntry): string | undefined {
  const key = fields.get("sessionKey") ?? fields.get("key") ?? / ACTIVE key (\S+)$/u.exec(message)?.[1];
  const found = key === undefined ? null : /^(.+)\/session\/[^/]+$/u.exec(key);
  return found === null ? undefined : ownCopy(found[1] ?? "");
}

/** Where the closing bracket stands behind an instant in Milvus' form. */
const INSTANT_ENDS = 31;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A part of a text keeps all of it in memory, and a line is a part of what was read with it; what is kept must be a text of its own. */
export function ownCopy(text: string): string {
  return decoder.decode(encoder.encode(text));
}

/** Only one process can have said this: it bears an id. */
function isOfOne(meaning: LogMeaning): boolean {
  return (
    ("serverId" in meaning && meaning.serverId !== undefined) ||
    ("token" in meaning && meaning.token !== undefined)
  );
}

function statedBy(meaning: Exclude<LogMeaning, { type: "beat" }>): Stated {
  if (meaning.type !== "watched") return meaning;
  return { type: "change", by: "watcher", event: meaning.event, kv: meaning.kv };
}
