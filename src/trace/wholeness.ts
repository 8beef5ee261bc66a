/**
 * Whether a trace's lines are all there, in order, and as they were written. Every reader of files asks here, so a file that was
 * cut, joined or edited is told in the same words by the command and by the page.
 */
import { endFault } from "./check-end.ts";
import { Digest } from "./digest.ts";
import type { TraceEnd, TraceEvent, TraceHeader } from "./format.ts";
import { processesOf } from "../simulation/scenario.ts";

/** What is wrong, and what to do. */
export interface Unwhole {
  readonly what: string;
  readonly remedy: string;
}

export const RECORD_ANEW = "record it again, or ask for the whole file";
const AS_WRITTEN = "the file was edited or joined from pieces; use it as it was written";

export const LINE_AFTER_END: Unwhole = {
  what: "a line after the end",
  remedy: "remove what follows the end line",
};

/** The last line of a file, where it is no JSON though it begins as such. */
export const LINE_BREAKS_OFF: Unwhole = {
  what: "the line breaks off",
  remedy: `the file was cut; ${RECORD_ANEW}`,
};

/** Is told one line after another, and says what does not fit to those before. */
export class Wholeness {
  readonly #digest = new Digest();
  #header: TraceHeader | undefined;
  #nodes: ReadonlySet<string> = new Set();
  #events = 0;
  #at = 0;
  #ended = false;

  /** The end line was read. */
  get ended(): boolean {
    return this.#ended;
  }

  begin(header: TraceHeader, text: string): undefined {
    this.#header = header;
    this.#nodes = new Set(["etcd", ...processesOf(header.scenario).map(({ name }) => name)]);
    this.#digest.line(text);
  }

  event(event: TraceEvent, text: string): Unwhole | undefined {
    const { at, n, node } = event;
    if (n !== this.#events + 1)
      return { what: `event ${n} follows event ${this.#events}`, remedy: AS_WRITTEN };
    if (at < this.#at) return { what: `time runs back, from ${this.#at} to ${at} ms`, remedy: AS_WRITTEN };
    if (!this.#nodes.has(node))
      return { what: `${node} is not a coordinator of the scenario`, remedy: AS_WRITTEN };
    this.take(event, text);
    return undefined;
  }

  /** An event that needs no look: it is the one that this version writes there. */
  take({ at }: TraceEvent, text: string): void {
    this.#events++;
    this.#at = at;
    this.#digest.line(text);
  }

  end(end: TraceEnd): Unwhole | undefined {
    const remedy = "the file was edited; use it as it was written, or remove the digest to say so";
    if (end.events !== this.#events)
      return { what: `the end counts ${end.events} events, the file has ${this.#events}`, remedy };
    if (end.digest !== undefined && end.digest !== this.#digest.text())
      return { what: "the digest does not fit the lines before", remedy };
    const other = this.#header === undefined ? undefined : endFault(this.#header, end);
    if (other !== undefined) return { what: other, remedy: AS_WRITTEN };
    this.#ended = true;
    return undefined;
  }

  /** No line follows. */
  close(): Unwhole | undefined {
    if (this.#header === undefined) return { what: "the file is empty", remedy: RECORD_ANEW };
    // A running coordinator writes no end before it leaves; a killed one never does.
    if (this.#ended || this.#header.recorded !== undefined) return undefined;
    return {
      what: `the end line is missing after event ${this.#events}`,
      remedy: `the file was cut; ${RECORD_ANEW}`,
    };
  }
}
