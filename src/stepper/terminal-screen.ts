/**
 * The terminal's screen: taken over whole, given back as it was. Only lines that changed are sent, and each drawing as one
 * write, so that nothing flickers.
 */

/** What is drawn on. */
export interface Output {
  write(text: string): unknown;
}

const ESC = "\u001b";
/** Alternate screen, no cursor, no wrapping at the edge. */
const TAKE = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${ESC}[2J`;
const GIVE_BACK = `${ESC}[0m${ESC}[?7h${ESC}[?25h${ESC}[?1049l`;
/** Terminals that know synchronised output show a drawing at once; others ignore it. */
const HOLD = `${ESC}[?2026h`;
const SHOW = `${ESC}[?2026l`;

export class Screen {
  readonly #output: Output;
  #lines: readonly string[] = [];
  #taken = false;

  constructor(output: Output) {
    this.#output = output;
  }

  take(): void {
    if (this.#taken) return;
    this.#taken = true;
    this.#lines = [];
    this.#output.write(TAKE);
  }

  /** Shows `lines` from the top; what is not among them is blank. */
  draw(lines: readonly string[]): void {
    const changes: string[] = [];
    for (let row = 0; row < Math.max(lines.length, this.#lines.length); row++) {
      const line = lines[row] ?? "";
      // Erased before, not after: behind a full line the cursor still stands on its last cell.
      if (line !== this.#lines[row]) changes.push(`${ESC}[${row + 1};1H${ESC}[K${line}${ESC}[0m`);
    }
    this.#lines = lines;
    if (changes.length > 0) this.#output.write(HOLD + changes.join("") + SHOW);
  }

  /** Forgets what is shown, since the terminal may have: the next drawing sends every line. */
  forget(): void {
    this.#lines = [];
    if (this.#taken) this.#output.write(`${ESC}[2J`);
  }

  /** Takes it again, whoever had it meanwhile. */
  retake(): void {
    this.#taken = false;
    this.take();
  }

  /** The screen and the cursor as they were. Twice is once. */
  giveBack(): void {
    if (!this.#taken) return;
    this.#taken = false;
    this.#output.write(GIVE_BACK);
  }
}
