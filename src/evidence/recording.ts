/**
 * A coordinator's recording as evidence: read line by line, as far as its lines are whole. A recording may be cut, and lines may be
 * missing; what stands on both sides of a gap is kept apart, for nobody knows what happened in between.
 */
import { FORMAT, SCHEMA_VERSION, type Cause, type TraceEvent, type TraceHeader } from "../trace/format.ts";
import { readObservation } from "../trace/meaning.ts";
import { eventSchema, headerSchema } from "../trace/schema.ts";
import { upgradeLine } from "../trace/upgrade.ts";
import type { KeyValue, KvResponse, TxnResponse } from "../../models/etcd-api.ts";
import type { RecordedEvent, RecordingSource, StatedChange } from "./fact.ts";

type Json = Readonly<Record<string, unknown>>;

/** What a first line says of the file. `simulated`: a run of a simulation; `newer`: written by a leasehold to come. */
export type RecordingHeader =
  | { readonly type: "recording"; readonly header: TraceHeader; readonly version: number }
  | { readonly type: "simulated" | "newer" | "damaged" };

/** Undefined: it is no header of a trace. */
export function readRecordingHeader(json: Json): RecordingHeader | undefined {
  if (json["format"] !== FORMAT) return undefined;
  if (typeof json["schemaVersion"] === "number" && json["schemaVersion"] > SCHEMA_VERSION)
    return { type: "newer" };
  if (json["recorded"] !== "production") return { type: "simulated" };
  const version = typeof json["schemaVersion"] === "number" ? json["schemaVersion"] : SCHEMA_VERSION;
  const header = upgradeLine(json, version);
  if (!headerSchema().safeParse(header).success) return { type: "damaged" };
  return { type: "recording", header: header as TraceHeader, version };
}

/** Takes one recording's lines. */
export class RecordingReader {
  readonly source: { -readonly [Field in keyof RecordingSource]: RecordingSource[Field] };
  #last = 0;
  #lastAt = 0;

  readonly #file: string;
  readonly #version: number;

  /** `name`: the file's, or where in it this one begins. */
  constructor(
    { file, name }: { readonly file: string; readonly name: string },
    { scenario }: TraceHeader,
    version: number,
  ) {
    this.source = { type: "recording", name, files: [file], scenario, stretches: [], resumes: false };
    this.#file = file;
    this.#version = version;
  }

  /** `used`: it says something of the election. */
  take(json: Json, line: number): "used" | "skipped" | "notUnderstood" {
    if (json["type"] === "end") {
      if (typeof json["at"] === "number") this.source.endedAt = json["at"];
      return "skipped";
    }
    const upgraded = upgradeLine(json, this.#version);
    if (!eventSchema.safeParse(upgraded).success) return "notUnderstood";
    const event = upgraded as TraceEvent;
    if (this.#isAnothers(event)) return "notUnderstood";
    if (event.n <= this.#last && this.#isKnown(event)) return "skipped";
    const follows = event.n === this.#last + 1 && event.at >= this.#lastAt;
    if (this.source.began === undefined && event.own !== undefined) {
      this.source.began = event.own - event.at;
      this.source.resumes = event.cause.type === "resume";
    }
    let stretch = this.source.stretches.at(-1);
    if (stretch === undefined || !follows) this.source.stretches.push((stretch = []));
    this.#last = event.n;
    this.#lastAt = event.at;
    stretch.push(this.#read(event, line));
    return "used";
  }

  /** Of a process that began at another instant: the header of its recording is missing. */
  #isAnothers({ at, own }: TraceEvent): boolean {
    const { began } = this.source;
    return own !== undefined && began !== undefined && Math.abs(own - at - began) > SAME_MS;
  }

  /** A line may be delivered twice. */
  #isKnown(event: TraceEvent): boolean {
    const name = nameOf(event);
    return this.source.stretches.some((stretch) => stretch.some((one) => one.name === name));
  }

  #read(event: TraceEvent, line: number): RecordedEvent {
    const { at, cause, node, seen = [] } = event;
    const { scenario } = this.source;
    const answered = answeredBy(cause);
    return {
      place: { file: this.#file, line },
      name: nameOf(event),
      at,
      seen: seen.map((one) => readObservation(one.node === undefined ? { ...one, node } : one, at, scenario)),
      reached: reachedBy(cause),
      changes: changesIn(cause),
      ...(cause.type === "reply" && cause.purpose === "reload" ? { reloaded: reachedBy(cause) } : {}),
      ...(answered === undefined ? {} : { answered }),
    };
  }
}

/** Both instants of an event are exact but for the last digits. */
const SAME_MS = 1;

/** The same for a copy of it, and for no other event of its process. */
function nameOf({ at, cause, n }: TraceEvent): string {
  const about = "purpose" in cause ? cause.purpose : "timer" in cause ? cause.timer : "";
  return `${n} ${at} ${cause.type} ${about}`;
}

/** The store had come to this revision: what arrives cannot know one that is still to come. 0: it says none. */
export function reachedBy(cause: Cause): number {
  if (cause.type === "watchMessage")
    return cause.response.events.reduce(
      (most, { kv }) => Math.max(most, kv.modRevision),
      cause.response.header.revision,
    );
  return cause.type === "reply" && cause.reply.type === "ok" ? cause.reply.response.header.revision : 0;
}

/**
 * What goes through consensus is answered from the store's newest state: what it writes comes to be only after it was sent, and so does
 * the next revision. A renewal may be answered by a member that lags behind.
 */
function answeredBy(cause: Cause): RecordedEvent["answered"] {
  if (cause.type !== "reply" || cause.reply.type !== "ok") return undefined;
  const { response } = cause.reply;
  if (response.type !== "txn" && response.type !== "leaseGrant" && response.type !== "leaseRevoke")
    return undefined;
  const { revision } = response.header;
  return response.type === "txn" && wrote(response)
    ? { purpose: cause.purpose, sureBefore: revision, made: revision }
    : { purpose: cause.purpose, sureBefore: revision + 1 };
}

function wrote({ responses }: TxnResponse): boolean {
  return responses.some(
    (one) =>
      one.type === "put" ||
      (one.type === "deleteRange" && one.deleted > 0) ||
      (one.type === "txn" && wrote(one)),
  );
}

/** Changes that a watch brought, and what a reply shows to stand there: it was put, by whomever. */
function changesIn(cause: Cause): StatedChange[] {
  if (cause.type === "watchMessage")
    return cause.response.events.map(({ kv, type }) => ({ type: "change", by: "watcher", event: type, kv }));
  if (cause.type !== "reply" || cause.reply.type !== "ok") return [];
  return shownBy(cause.reply.response).map((kv) => ({ type: "change", by: "watcher", event: "PUT", kv }));
}

function shownBy(response: KvResponse): readonly KeyValue[] {
  if (response.type === "range") return response.kvs;
  return response.type === "txn" ? response.responses.flatMap(shownBy) : [];
}
