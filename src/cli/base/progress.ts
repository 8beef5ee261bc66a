/**
 * Progress of long work: one line on stderr that is drawn over, with rate and time left. Only on a terminal.
 */
import { cut } from "../../words/cells.ts";
import type { Terminal } from "./terminal.ts";

/** At most so many redraws a second. */
const REDRAW_MS = 100;

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Said behind the numbers, e.g. `1 failure`. */
  readonly note: string;
}

export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #unit: string;
  readonly #startedAt = performance.now();
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, unit: string) {
    this.#terminal = terminal;
    this.#unit = unit;
  }

  show({ done, note, total }: Progress): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = done / Math.max(seconds, 0.001);
    const left = done === 0 ? "" : ` · ${Math.ceil((total - done) / rate)} s left`;
    const text = `${done} of ${total} ${this.#unit} · ${Math.round(rate)}/s${left}${note === "" ? "" : ` · ${note}`}`;
    this.draw(text);
  }

  /** Any other line, where there is no total to speak of. `atOnce`: however soon after the last, since no other may come for a while. */
  draw(text: string, atOnce = false): void {
    const now = performance.now();
    if (!this.#terminal.live || (!atOnce && now - this.#drawnAt < REDRAW_MS)) return;
    this.#drawnAt = now;
    const { liveWidth = Number.POSITIVE_INFINITY } = this.#terminal;
    // The last column is left free: some terminals go on to the next line as soon as it is written.
    this.#terminal.err(`\r\u001B[2K${this.#terminal.paintErr.dim(cut(text, liveWidth - 1))}`);
  }

  /** Leaves the line empty for what comes next. */
  clear(): void {
    if (this.#terminal.live && this.#drawnAt > 0) this.#terminal.err("\r\u001B[2K");
  }
}
