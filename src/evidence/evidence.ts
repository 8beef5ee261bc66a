/**
 * Evidence as it is gathered: lines go in one after another, from whatever files, and facts stay. Lines about anything else than an
 * election are counted and forgotten, so that a long log needs no memory but for what it tells.
 */
import { MAY_MATTER } from "../milvus/read-lines.ts";
import { readEntries, readJsonEntry } from "../milvus/read-format.ts";
import { EtcdHistories } from "./etcd-histories.ts";
import type { EvidenceSource, LineCount, LinePlace, RecordingSource, StoreSource } from "./fact.ts";
import type { LineMapping } from "./line-mapping.ts";
import { joinRecordings } from "./join-recordings.ts";
import { LogGatherer, ownCopy, type Whence } from "./log-gatherer.ts";
import { FORMAT } from "../trace/format.ts";
import { readOtlp, type OtlpPart } from "./otlp.ts";
import { readRecordingHeader, RecordingReader } from "./recording.ts";
import { RevisionAudit } from "./revision-audit.ts";
import { readStoreLine } from "./store-lines.ts";
import { unwrap } from "./unwrap.ts";

/** Something the reader of the evidence should know about a file: it is not what it was taken for. */
export interface ForeignFile {
  readonly file: string;
  readonly what: string;
  readonly remedy: string;
}

/** Lines longer than this are no log line; they are counted, not read. */
const LONGEST_LOG_LINE = 1024 * 1024;
/** A page of metadata that was loaded stands in one line of a recording. */
const LONGEST_JSON_LINE = 64 * LONGEST_LOG_LINE;

/** How much of a line that begins so is read at most, characters. */
export function longestLine(text: string): number {
  return text.startsWith("{") ? LONGEST_JSON_LINE : LONGEST_LOG_LINE;
}

type Json = Readonly<Record<string, unknown>>;

/** Everything that was gathered. Feed it with {@link Evidence.line}; a file's lines in their order. */
export class Evidence {
  /** Entries that break off. */
  cutLines = 0;
  /** Lines that are too long to be read. */
  longLines = 0;
  /** A watch asked for revisions that etcd had compacted up to this one; 0: none did. */
  compacted = 0;
  /** Of which etcd the answers are that etcdctl printed. */
  readonly etcds = new EtcdHistories();
  readonly #logs: LogGatherer;
  readonly #stores = new Map<string, StoreSource>();
  readonly #audits = new Map<string, RevisionAudit>();
  /** Files of etcd's words of which the last line told nothing that it should have. */
  readonly #interrupted = new Set<string>();
  /** The one that each file is telling; a file may hold several, one after the other. */
  readonly #recordings = new Map<string, RecordingReader | "refused">();
  readonly #recorded: RecordingSource[] = [];
  /** Lines of recordings that stand in two files, by file. */
  #copied: ReadonlyMap<string, number> = new Map();
  readonly #counts = new Map<string, LineCount>();
  readonly #foreign: ForeignFile[] = [];
  #known: readonly EvidenceSource[] | undefined;

  /** `mappings`: of lines that are neither Milvus' nor leasehold's; the first that fits. */
  constructor(mappings: readonly LineMapping[] = []) {
    this.#logs = new LogGatherer(mappings);
  }

  /** Logs, recordings, then etcd's words; the same ones until another line comes. */
  get sources(): readonly EvidenceSource[] {
    if (this.#known !== undefined) return this.#known;
    const { copies, sources } = joinRecordings(this.#recorded);
    this.#passOver(this.#copied, -1);
    this.#passOver((this.#copied = copies), 1);
    this.#known = [...this.#logs.sources(this.#counts), ...sources, ...this.#stores.values()];
    return this.#known;
  }

  get copies(): number {
    return [...this.#copied.values()].reduce((sum, count) => sum + count, this.#logs.copies);
  }

  #passOver(copies: ReadonlyMap<string, number>, sign: 1 | -1): void {
    for (const [file, copied] of copies) {
      const count = this.begin(file);
      count.used -= sign * copied;
      count.skipped += sign * copied;
    }
  }

  /** Revisions that an audit asked for in vain. */
  get untoldRevisions(): number {
    return [...this.#audits.values()].reduce((sum, { untold }) => sum + untold, 0);
  }

  /** Where lines without a year are of January and of December: they cannot both be of the year that is hinted at. */
  get newYear(): LogGatherer["newYear"] {
    return this.#logs.newYear;
  }

  /** By file. */
  get counts(): ReadonlyMap<string, LineCount> {
    return this.#counts;
  }

  get foreign(): readonly ForeignFile[] {
    return this.#foreign;
  }

  /** A file that may turn out to be empty. */
  begin(file: string): LineCount {
    let count = this.#counts.get(file);
    if (count === undefined) this.#counts.set(file, (count = { used: 0, skipped: 0, notUnderstood: 0 }));
    return count;
  }

  line(file: string, line: number, text: string): void {
    this.#known = undefined;
    const count = this.begin(file);
    if (text.trim() === "") return;
    const taken = this.#takeShallow({ file, line }, text);
    count[taken]++;
    if (taken === "notUnderstood" && this.#stores.has(file)) this.#interrupted.add(file);
  }

  /** Nobody logs what is nested some thousand deep; whoever writes it out again would run out of stack. */
  #takeShallow(place: LinePlace, raw: string): keyof LineCount {
    try {
      return this.#take(place, raw);
    } catch (error) {
      if (error instanceof RangeError) return "notUnderstood";
      throw error;
    }
  }

  #take(place: LinePlace, raw: string): keyof LineCount {
    if (raw.length > longestLine(raw)) {
      this.longLines++;
      return "notUnderstood";
    }
    const recording = this.#recordings.get(place.file);
    if (recording === "refused") return "skipped";
    const { from, json, layers = [raw], text } = unwrap(raw.startsWith("\uFEFF") ? raw.slice(1) : raw);
    // What was cut may stand before what was written next.
    const next = json === undefined ? raw.lastIndexOf(HEADER_BEGINS) : -1;
    if (next > 0) {
      this.cutLines++;
      return this.#take(place, raw.slice(next));
    }
    const whence = { place, from };
    // What was taken for a wrapping may be a mapped line's own instant.
    const isMappable = recording === undefined && (json === undefined || readOtlp(json) === undefined);
    const mapped = isMappable ? this.#logs.takeMapped(whence, [...layers, text]) : undefined;
    if (mapped !== undefined) return mapped;
    if (json !== undefined) return this.#takeJson(whence, json, recording);
    const audited = raw.startsWith('{"rev":') ? this.#auditOf(place.file).take(undefined, raw) : undefined;
    if (audited !== undefined) {
      if (this.#stores.has(place.file)) this.#interrupted.add(place.file);
      return "skipped";
    }
    return recording === undefined ? this.#takeText(whence, text, layers) : "notUnderstood";
  }

  #takeText(whence: Whence, text: string, layers: readonly string[]): keyof LineCount {
    if (!text.startsWith("[")) {
      this.#logs.dated(whence, BEGINS_DATED.exec(layers[0] ?? text)?.[0]);
      return this.#logs.isOther(whence, [...layers, text]) ? "skipped" : "notUnderstood";
    }
    this.#logs.heard(whence, text);
    if (!MAY_MATTER.test(text) && !text.includes("leasehold/"))
      return LOOKS_LOGGED.test(text) ? "skipped" : "notUnderstood";
    const line = ownCopy(text);
    const { cut, entries } = readEntries(line);
    if (cut) this.cutLines++;
    return entries.length === 0 ? "notUnderstood" : this.#logs.takeEntries(whence, entries, line);
  }

  #takeJson(whence: Whence, json: Json, recording: RecordingReader | undefined): keyof LineCount {
    const { file, line } = whence.place;
    const header = readRecordingHeader(json);
    if (header !== undefined) return this.#open(whence.place, header);
    if (recording !== undefined) return recording.take(json, line);
    const otlp = readOtlp(json);
    if (otlp !== undefined) return this.#takeOtlp(whence.place, otlp);
    const entry = readJsonEntry(json);
    if (entry !== undefined) {
      const text = JSON.stringify(json);
      this.#logs.heard(whence, text, entry.epochMs);
      return this.#logs.takeEntries(whence, [entry], text);
    }
    const changes = "rev" in json ? this.#auditOf(file).take(json, "") : readStoreLine(json);
    if (changes === undefined) {
      // zap's own JSON, as etcd's client writes it into the log of whoever uses it.
      if ("ts" in json) this.#logs.dated(whence, String(json["ts"]));
      return "msg" in json || "ts" in json ? "skipped" : "notUnderstood";
    }
    const answer = (json["get"] ?? json) as Json;
    this.etcds.hear(answer["Header"] ?? answer["header"], whence.place);
    const { Canceled: canceled, CompactRevision: compacted } = answer;
    if (typeof compacted === "number" && compacted > this.compacted) this.compacted = compacted;
    if (canceled === true && this.#stores.has(file)) this.#interrupted.add(file);
    if (changes.length === 0) return "skipped";
    const store = this.#storeOf(file);
    store.hasGap ||= this.#interrupted.has(file);
    for (const what of changes) store.facts.push({ place: whence.place, what });
    return "used";
  }

  #takeOtlp(place: LinePlace, parts: readonly OtlpPart[]): keyof LineCount {
    let used = false;
    for (const { from, isShared, records, told } of parts) {
      const whence = { place, from, isShared };
      for (const { entry, text } of records) {
        this.#logs.heard(whence, text, entry.epochMs);
        const lines = text.startsWith("[") ? readEntries(text).entries : [];
        const entries = lines.length > 0 ? lines : [entry];
        const taken =
          this.#logs.takeMapped(whence, [text], entry.epochMs) ??
          this.#logs.takeEntries(whence, entries, `${entry.epochMs ?? ""} ${text}`);
        used = used || taken === "used";
      }
      for (const { at, meaning } of told) this.#logs.takeTold(whence, meaning, { at }, undefined, true);
      used = used || told.length > 0;
    }
    return used ? "used" : "skipped";
  }

  #open(
    { file, line }: LinePlace,
    header: NonNullable<ReturnType<typeof readRecordingHeader>>,
  ): keyof LineCount {
    if (header.type === "recording") {
      const name = this.#recordings.has(file) ? `${file}:${line}` : file;
      const reader = new RecordingReader({ file, name }, header.header, header.version);
      this.#recordings.set(file, reader);
      this.#recorded.push(reader.source);
      return "used";
    }
    this.#recordings.set(file, "refused");
    this.#foreign.push({ file, ...FOREIGN_TRACES[header.type] });
    return "skipped";
  }

  #auditOf(file: string): RevisionAudit {
    let audit = this.#audits.get(file);
    if (audit === undefined) this.#audits.set(file, (audit = new RevisionAudit()));
    return audit;
  }

  #storeOf(file: string): StoreSource {
    let source = this.#stores.get(file);
    if (source === undefined)
      this.#stores.set(file, (source = { type: "store", name: file, hasGap: false, facts: [] }));
    return source;
  }
}

/** Of a trace, as leasehold writes it; within a text its quotes would be escaped. */
const HEADER_BEGINS = `{"type":"header","format":"${FORMAT}"`;

/** What has no offset tells no instant. */
const BEGINS_DATED =
  /^\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})? ?(?:Z|UTC|[+-]\d\d:?\d\d)(?=\s)/u;

const LOOKS_LOGGED = /^\[(?:\d{4}\/\d\d\/\d\d |DEBUG\]|INFO\]|WARN\]|ERROR\])/u;

const FOREIGN_TRACES = {
  simulated: {
    what: "it is a trace of a simulated run, and its verdicts are in it",
    remedy: "leasehold replay FILE runs it again",
  },
  newer: { what: "it was recorded by a newer leasehold", remedy: "read it with that one" },
  damaged: { what: "its header is damaged", remedy: "leasehold replay FILE says where" },
} as const;
