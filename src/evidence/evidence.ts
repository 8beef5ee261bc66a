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
      if (source.type !== "log") continue;
      const last = this.#ends.get(source.file)?.get(source.writer);
      if (last !== undefined) source.last = last;
      this.#leaveCopiesOut(source);
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
    return this.#takeEntries(place, from, entries, text);
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
      return this.#takeEntries(place, from, [entry], JSON.stringify(json));
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

  /** `text`: the whole line, by which a copy is known. */
  #takeEntries(
    place: LinePlace,
    from: string | undefined,
    entries: readonly LogEntry[],
    text: string,
  ): "used" | "skipped" {
    const first = this.#used.get(text);
    const alsoIn = first === place.file ? undefined : first;
    const used = entries.filter((entry) => this.#takeEntry(place, from, entry, alsoIn)).length;
    if (used > 0 && first === undefined) this.#used.set(text, place.file);
    return used > 0 ? "used" : "skipped";
  }

  #takeEntry(
    place: LinePlace,
    from: string | undefined,
    entry: LogEntry,
    alsoIn: string | undefined,
  ): boolean {
    const meaning = meaningOf(entry);
    const ours = isOurs(entry);
    if (meaning === undefined && !ours) return false;
    const source = this.#logOf(place.file, from);
    if (ours) source.ours++;
    if (meaning === undefined) return false;
    if (alsoIn !== undefined && isOfOne(meaning)) {
      source.copiedFrom.add(alsoIn);
      if (meaning.type === "milestone" && meaning.milestone === "identified") source.copiedDraws++;
    }
    if ("form" in meaning && meaning.form !== undefined) source.forms.add(meaning.form);
    if (meaning.type === "beat") {
      source.beats.set(meaning.role, (source.beats.get(meaning.role) ?? 0) + 1);
      return true;
    }
    source.facts.push({
      place,
      ...(entry.epochMs === undefined ? {} : { at: entry.epochMs }),
      what: statedBy(meaning),
      ...(alsoIn === undefined ? {} : { alsoIn }),
    });
    return true;
  }

  /** Of what stands in two files, where one of them certainly holds lines of the other. */
  #leaveCopiesOut(source: LogSource): void {
    const kept = source.facts.filter(({ alsoIn }) => alsoIn === undefined || !source.copiedFrom.has(alsoIn));
    const copied = source.facts.length - kept.length;
    if (copied === 0) return;
    source.facts = kept;
    this.copies += copied;
    const count = this.#counts.get(source.file);
    if (count !== undefined) {
      count.used -= copied;
      count.skipped += copied;
    }
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
      copiedFrom: new Set(),
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

/** Lines out of order by more than this are no mere disorder of whoever collected them. */
const DISORDER_MS = 1000;

/**
 * The facts of a log in the order of its own clock. What was printed newest first is turned round; what has no instant stays put. Where
 * the clock falls by more than collectors' disorder, it was set back, unless all that follows is older: then files were joined in the
 * wrong order.
 */
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
  const stretches: { facts: Fact[]; first: number; last: number }[] = [];
  for (const fact of chronological) {
    const at = fact.at ?? 0;
    const open = stretches.at(-1);
    if (open === undefined || at < open.last - DISORDER_MS)
      stretches.push({ facts: [fact], first: at, last: at });
    else {
      open.facts.push(fact);
      open.first = Math.min(open.first, at);
      open.last = Math.max(open.last, at);
    }
  }
  for (const one of stretches) one.facts.sort((left, right) => (left.at ?? 0) - (right.at ?? 0));
  const byAge = stretches.toSorted((left, right) => left.first - right.first);
  const apart = byAge.every(({ first }, index) => index === 0 || first > (byAge[index - 1]?.last ?? 0));
  return (apart ? byAge : stretches).flatMap((one) => one.facts);
}
