/**
 * The page that shows what clients do while they do it: handed out beside the control, and told of each line of the recording as it is
 * written (server-sent events). A reader that takes nothing is told nothing more until it does.
 */
import type { ServerResponse } from "node:http";
import { readPage } from "../export/page-file.ts";
import type { TraceEvent, TraceHeader, TraceNews } from "../trace/format.ts";
import type { RecordFile } from "./record-file.ts";

/** So often a reader is told, at most. */
const EVERY_MS = 100;
/** So much at a time. */
const CHUNK_BYTES = 1024 * 1024;

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

export class LivePage {
  readonly #file: RecordFile;
  readonly #page: string;
  readonly #readers = new Set<Reader>();

  /** Throws where the pages are not built. */
  constructor(file: RecordFile) {
    this.#file = file;
    this.#page = readPage("live");
    file.onGrown = () => {
      for (const reader of this.#readers) reader.soon();
    };
  }

  /** Every reader is told that it is over. */
  close(): void {
    for (const reader of this.#readers) reader.end();
  }

  /** False: nothing of it is there. */
  answer(url: string, response: ServerResponse): boolean {
    if (url === "/")
      response.writeHead(200, { ...HEADERS, "content-type": "text/html; charset=utf-8" }).end(this.#page);
    else if (url === "/grown") {
      response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
      const reader = new Reader(this.#file, response);
      this.#readers.add(reader);
      response.on("close", () => {
        reader.stop();
        this.#readers.delete(reader);
      });
      reader.soon();
    } else return false;
    return true;
  }
}

class Reader {
  readonly #file: RecordFile;
  readonly #response: ServerResponse;
  #from = 0;
  #header = "";
  #begun = false;
  /** It was told that nothing more will come. */
  #over = false;
  /** Its reader has not taken what it was told. */
  #full = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: RecordFile, response: ServerResponse) {
    this.#file = file;
    this.#response = response;
  }

  soon(): void {
    if (!this.#full) this.#timer ??= setTimeout(() => this.#tell(), EVERY_MS);
  }

  end(): void {
    this.#response.end();
  }

  stop(): void {
    this.#full = true;
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    const { header, lines, next } = this.#file.since(this.#from, CHUNK_BYTES);
    const changed = header === this.#header || header === "" ? [] : [JSON.parse(header) as TraceHeader];
    const events = lines.map((line) => JSON.parse(line) as TraceEvent);
    const { failure } = this.#file;
    const over = failure === undefined || this.#over ? {} : { failure };
    if (changed.length + events.length === 0 && over.failure === undefined) return;
    const news: TraceNews = { begins: !this.#begun, lines: [...changed, ...events], ...over };
    this.#over = failure !== undefined;
    [this.#from, this.#header, this.#begun] = [next, header, true];
    this.#full = !this.#response.write(`data: ${JSON.stringify(news)}\n\n`);
    if (this.#full)
      this.#response.once("drain", () => {
        this.#full = false;
        this.soon();
      });
    else this.soon();
  }
}
