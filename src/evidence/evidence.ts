/**
 * Evidence as it is gathered: lines go in one after another, from whatever files, and facts stay. Lines about anything else than an
 * election are counted and forgotten, so that a long log needs no memory but for what it tells.
 */
import { isOurs, MAY_MATTER, meaningOf, type LogMeaning } from "../milvus/read-lines.ts";
import { readEntries, readJsonEntry, type LogEntry } from "../milvus/read-format.ts";
import type { EvidenceSource, Fact, LineCount, LinePlace, LogSource, Stated, StoreSource } from "./fact.ts";
import { readRecordingHeader, RecordingReader } from "./recording.ts";
import { readStoreLine } from "./store-lines.ts";
import { unwrap } from "./unwrap.ts";

/** Something the reader of the evidence should know about a file: it is not what it was taken for. */
export interface ForeignFile {
  readonly file: string;
  readonly what: string;
  readonly remedy: string;
}

/** Lines longer than this are no log line; they are counted, not read. */
export const LONGEST_LOG_LINE = 1024 * 1024;

/** Everything that was gathered. Feed it with {@link Evidence.line}; a file's lines in their order. */
export class Evidence {
  readonly #sources = new Map<string, EvidenceSource>();
  readonly #recordings = new Map<string, RecordingReader | "refused">();
  readonly #counts = new Map<string, LineCount>();
  readonly #foreign: ForeignFile[] = [];
  /** Lines that were used, so that a copy in another file is known for one. */
  readonly #used = new Map<string, string>();
  /** The last line of each writer, by file. */
  readonly #ends = new Map<string, Map<string, NonNullable<LogSource["last"]>>>();
  /** Entries that break off. */
  cutLines = 0;
  copies = 0;
  /** Ids of the etcd clusters that etcdctl spoke to: revisions of two have no order. */
  readonly clusters = new Set<string>();

  get sources(): readonly EvidenceSource[] {
    for (const source of this.#sources.values()) {
      const last = source.type === "log" ? this.#ends.get(source.file)?.get(source.writer) : undefined;
      if (source.type === "log" && last !== undefined) source.last = last;
    }
    return [...this.#sources.values()];
  }

  /** By file. */
  get counts(): ReadonlyMap<string, LineCount> {
    return this.#counts;
  }

  get foreign(): readonly ForeignFile[] {
    return this.#foreign;
  }

  line(file: string, line: number, text: string): void {
    let count = this.#counts.get(file);
    if (count === undefined) this.#counts.set(file, (count = { used: 0, skipped: 0, notUnderstood: 0 }));
    if (text.trim() === "") return;
    count[this.#take({ file, line }, text)]++;
  }

  #take(place: LinePlace, raw: string): keyof LineCount {
    if (raw.length > LONGEST_LOG_LINE) return "notUnderstood";
    const recording = this.#recordings.get(place.file);
    if (recording === "refused") return "skipped";
    const { from, json, text } = unwrap(raw.startsWith("\uFEFF") ? raw.slice(1) : raw);
    if (json !== undefined) return this.#takeJson(place, from, json, recording);
    if (recording !== undefined) return "notUnderstood";
    if (!text.startsWith("[")) return "notUnderstood";
    this.#end(place, from, text);
    if (!MAY_MATTER.test(text) && !text.includes("leasehold/"))
      return LOOKS_LOGGED.test(text) ? "skipped" : "notUnderstood";
    const { cut, entries } = readEntries(text);
    if (cut) this.cutLines++;
    if (entries.length === 0) return "notUnderstood";
    if (this.#isCopy(place.file, text)) return this.#leaveOut(place.file, from, entries);
    const used = entries.filter((entry) => this.#takeEntry(place, from, entry)).length;
    if (used > 0) this.#used.set(text, place.file);
    return used > 0 ? "used" : "skipped";
  }

  #takeJson(
    place: LinePlace,
    from: string | undefined,
    json: Readonly<Record<string, unknown>>,
    recording: RecordingReader | undefined,
  ): keyof LineCount {
    const header = readRecordingHeader(json);
    if (header !== undefined) return this.#open(place.file, header);
    if (recording !== undefined) return recording.take(json, place.line);
    const entry = readJsonEntry(json);
    if (entry !== undefined) {
      const text = JSON.stringify(json);
      if (this.#isCopy(place.file, text)) return this.#leaveOut(place.file, from, [entry]);
      if (!this.#takeEntry(place, from, entry)) return "skipped";
      this.#used.set(text, place.file);
      return "used";
    }
    const changes = readStoreLine(json);
    if (changes === undefined) return "msg" in json || "ts" in json ? "skipped" : "notUnderstood";
    const { cluster_id: cluster } = (json["Header"] ?? json["header"]) as { cluster_id?: unknown };
    if (typeof cluster === "string") this.clusters.add(cluster);
    if (changes.length === 0) return "skipped";
    const { facts } = this.#storeOf(place.file);
    for (const what of changes) facts.push({ place, what });
    return "used";
  }

  #end(place: LinePlace, from: string | undefined, text: string): void {
    let ends = this.#ends.get(place.file);
    if (ends === undefined) this.#ends.set(place.file, (ends = new Map()));
    ends.set(from ?? place.file, { place, text });
  }

  #open(file: string, header: NonNullable<ReturnType<typeof readRecordingHeader>>): keyof LineCount {
    if (header.type === "recording") {
      const reader = new RecordingReader(file, header.header, header.version);
      this.#recordings.set(file, reader);
      this.#sources.set(`recording ${file}`, reader.source);
      return "used";
    }
    this.#recordings.set(file, "refused");
    this.#foreign.push({ file, ...FOREIGN_TRACES[header.type] });
    return "skipped";
  }

  #takeEntry(place: LinePlace, from: string | undefined, entry: LogEntry): boolean {
    const meaning = meaningOf(entry);
    const ours = isOurs(entry);
    if (meaning === undefined && !ours) return false;
    const source = this.#logOf(place.file, from);
    if (ours) source.ours++;
    if (meaning === undefined) return false;
    if ("form" in meaning && meaning.form !== undefined) source.forms.add(meaning.form);
    if (meaning.type === "beat") {
      source.beats.set(meaning.role, (source.beats.get(meaning.role) ?? 0) + 1);
      return true;
    }
    source.facts.push({
      place,
      ...(entry.epochMs === undefined ? {} : { at: entry.epochMs }),
      what: statedBy(meaning),
    });
    return true;
  }

  #isCopy(file: string, text: string): boolean {
    const first = this.#used.get(text);
    if (first === undefined || first === file) return false;
    this.copies++;
    return true;
  }

  #leaveOut(file: string, from: string | undefined, entries: readonly LogEntry[]): "skipped" {
    for (const entry of entries) {
      const meaning = meaningOf(entry);
      if (meaning?.type === "milestone" && meaning.milestone === "identified")
        this.#logOf(file, from).copiedDraws++;
    }
    return "skipped";
  }

  #logOf(file: string, from: string | undefined): LogSource {
    const key = `log ${file} ${from ?? ""}`;
    const known = this.#sources.get(key);
    if (known?.type === "log") return known;
    const name = from === undefined ? file : `${file}: ${from}`;
    const source: LogSource = {
      type: "log",
      name,
      file,
      writer: from ?? file,
      facts: [],
      forms: new Set(),
      ours: 0,
      copiedDraws: 0,
      beats: new Map(),
    };
    this.#sources.set(key, source);
    return source;
  }

  #storeOf(file: string): StoreSource {
    const known = this.#sources.get(`store ${file}`);
    if (known?.type === "store") return known;
    const source: StoreSource = { type: "store", name: file, facts: [] };
    this.#sources.set(`store ${file}`, source);
    return source;
  }
}

const LOOKS_LOGGED = /^\[(?:\d{4}\/\d\d\/\d\d |DEBUG\]|INFO\]|WARN\]|ERROR\])/u;

const FOREIGN_TRACES = {
  simulated: {
    what: "it is a trace of a simulated run, and its verdicts are in it",
    remedy: "leasehold replay FILE runs it again",
  },
  newer: { what: "it was recorded by a newer leasehold", remedy: "read it with that one" },
  damaged: { what: "its header is damaged", remedy: "leasehold replay FILE says where" },
} as const;

function statedBy(meaning: Exclude<LogMeaning, { type: "beat" }>): Stated {
  if (meaning.type !== "watched") return meaning;
  return { type: "change", by: "watcher", event: meaning.event, kv: meaning.kv };
}

/** The facts of a log in the order of its own clock. What was printed newest first is turned round; what has no instant stays put. */
export function inOwnOrder(facts: readonly Fact[]): readonly Fact[] {
  let falls = 0;
  let rises = 0;
  for (let index = 1; index < facts.length; index++) {
    const step = (facts[index]?.at ?? 0) - (facts[index - 1]?.at ?? 0);
    if (step < 0) falls++;
    else if (step > 0) rises++;
  }
  const chronological = falls > rises ? facts.toReversed() : facts;
  if (facts.some(({ at }) => at === undefined)) return chronological;
  return chronological.toSorted((left, right) => (left.at ?? 0) - (right.at ?? 0));
}
