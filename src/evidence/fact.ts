/**
 * What evidence consists of: facts, each with the line that states it. A fact is what a line says, never what follows from
 * several; what follows is inferred by whoever asks, and says so.
 */
import type { Observation } from "../../models/observation.ts";
import type { Revision } from "../../models/etcd-api.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { LoggedKeyValue, LogForm, LogMeaning } from "../milvus/read-lines.ts";

/** A line of a file, from 1. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/** What a line of a log says of an election, or of a key. */
export type Stated = Exclude<LogMeaning, { readonly type: "beat" | "watched" }> | StatedChange;

/**
 * A change of the store. `by`: whether etcd itself tells of each change, or shows what stood there at some time, so that others may be
 * missing; or a process that watched it says so.
 */
export interface StatedChange {
  readonly type: "change";
  readonly by: "etcd" | "snapshot" | "watcher";
  readonly event: "PUT" | "DELETE";
  readonly kv: LoggedKeyValue;
}

/** A line and its instant, ms since 1970 by the clock of its source. */
export interface DatedLine {
  readonly place: LinePlace;
  readonly at: number;
}

/** One statement of a log or of etcd. */
export interface Fact {
  readonly place: LinePlace;
  /** Milliseconds on the clock of its source; absent: the line says no instant. */
  readonly at?: number;
  /** By less than so much it may have been later, ms; absent: by less than one. */
  readonly grainMs?: number;
  readonly what: Stated;
  /** A file in which the same line stands: it may be a copy, or two said the same in one millisecond. */
  readonly alsoIn?: string;
}

/** One event of a recording. */
export interface RecordedEvent {
  readonly place: LinePlace;
  /** The same for a copy of it, and for no other of its process. */
  readonly name: string;
  /** Own milliseconds since the process began. */
  readonly at: number;
  readonly seen: readonly Observation[];
  /** The store had reached this revision, as what arrived says; 0: it says nothing. */
  readonly reached: Revision;
  /** Changes of keys that what arrived tells of. */
  readonly changes: readonly StatedChange[];
  /** What arrived answers a transaction: whoever sent it did so before the store came to `sureBefore`. */
  readonly answered?: {
    readonly purpose: string;
    readonly sureBefore: Revision;
    /** It made this revision itself. */
    readonly made?: Revision;
  };
  /** What arrived answers a reading of the metadata: what stood there at this revision, or a later one; 0: it failed. */
  readonly reloaded?: Revision;
}

/** Whoever wrote lines with one clock: a process, or what a collector took for one; or etcd. */
export type EvidenceSource = LogSource | RecordingSource | StoreSource;

/** A log, or one writer's part of it. */
export interface LogSource {
  readonly type: "log";
  /** The file, and the container or pod that the wrapping names. */
  readonly name: string;
  readonly file: string;
  facts: Fact[];
  /** Files of which it holds lines that only one process can have written. */
  readonly copiedFrom: Set<string>;
  readonly forms: Set<LogForm>;
  /** Lines that only leasehold writes. */
  ours: number;
  /** Lines in which a server id is drawn that stand in another file too: copies, or two processes that drew one id at one instant. */
  copiedDraws: number;
  /** The mapping that its lines were read by, by name; absent: they are Milvus' or leasehold's. */
  mapping?: string;
  /** Under which its keys stand, as its lines have them. */
  readonly roots: Set<string>;
  /** Standby beats, by role: counted, not kept. */
  readonly beats: Map<string, number>;
  /** The container or pod, or the file's name. */
  readonly writer: string;
  /** Several processes may have written it: what names them is a service, not one of its instances. */
  isShared: boolean;
  /** It came by OTLP, which bears instants of its own. */
  isExported: boolean;
  /** A line that is read by a mapping stands in another file too. */
  sharesLines: boolean;
  /** Its last line, whatever that is about. */
  last?: { readonly place: LinePlace; readonly text: string };
  /** Its latest line that bears an instant, whatever that is about. */
  latest?: DatedLine;
}

/** A coordinator's own recording, in stretches without a gap. */
export interface RecordingSource {
  readonly type: "recording";
  readonly name: string;
  /** Several where it went on in another. */
  readonly files: readonly string[];
  readonly scenario: Scenario;
  readonly stretches: RecordedEvent[][];
  /** When its process began, by the clock of its machine, ms; absent: no event is there. */
  readonly began?: number;
  /** It goes on from an earlier file. */
  readonly resumes: boolean;
  /** It was ended in order, at that instant of its own. */
  readonly endedAt?: number;
}

/** What etcdctl printed of the store. */
export interface StoreSource {
  readonly type: "store";
  readonly name: string;
  /** Something between its facts is missing: a line that is not understood, a watch that was cancelled, a revision that was compacted. */
  hasGap: boolean;
  readonly facts: Fact[];
}

/** How many lines were what. */
export interface LineCount {
  /** Said something of an election. */
  used: number;
  /** Understood, and about something else; or a copy of a line that was used. */
  skipped: number;
  notUnderstood: number;
}

/** `file:line`. */
export function placeText({ file, line }: LinePlace): string {
  return `${file}:${line}`;
}
