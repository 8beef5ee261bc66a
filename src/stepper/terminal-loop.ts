/**
 * The stepper in a real terminal: the one place with effects. It listens to keys, signals and the size, draws, writes
 * files, and gives the terminal back whatever happens.
 */
import { existsSync } from "node:fs";
import { decided } from "../simulation/scheduler.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import { recordRun } from "../run/record.ts";
import { writeLines } from "../trace/trace-file.ts";
import { readKeys } from "./keys.ts";
import type { ViewEffect, State } from "./model.ts";
import { paintLine, type Paint } from "./render-line.ts";
import { Screen } from "./terminal-screen.ts";
import { elapse, press } from "./update.ts";
import { heard, type Written } from "./update-runs.ts";
import { view } from "./view.ts";

/** What comes is the keyboard's text; other events bring nothing that is looked at. */
type Hear = (text: string) => void;

/** A terminal's keyboard, as `process.stdin` is. */
export interface Keyboard {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode(raw: boolean): unknown;
  setEncoding(encoding: "utf8"): unknown;
  on(event: "data" | "end", hear: Hear): unknown;
  off(event: "data" | "end", hear: Hear): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** What is drawn on, as `process.stdout` is. */
export interface Display {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: "resize", hear: Hear): unknown;
  off(event: "resize", hear: Hear): unknown;
}

/** Where signals and crashes are heard of, as `process` is. */
export interface TerminalHost {
  on(event: string, hear: Hear): unknown;
  off(event: string, hear: Hear): unknown;
}

export interface StepperTerminal {
  readonly input: Keyboard;
  readonly output: Display;
  readonly process: TerminalHost;
  readonly paint: Paint;
}

/** How it was left: by `q`, by Ctrl-C, by SIGTERM, by a vanished terminal. */
export type Left = "quit" | "interrupted" | "terminated" | "hungUp";

/** A drawing each so many ms while playing. */
const FRAME_MS = 50;
/** After an escape character, how long to wait for the rest of a key's sequence. */
const ESCAPE_MS = 40;

/** Steps until it is left. Rejects with what was thrown inside, after the terminal was given back. */
export function runStepper(first: State, terminal: StepperTerminal): Promise<Left> {
  return new Promise((resolve, reject) => new Loop(first, terminal, resolve, reject).begin());
}

class Loop {
  #state: State;
  readonly #terminal: StepperTerminal;
  readonly #resolve: (left: Left) => void;
  readonly #reject: (error: unknown) => void;
  readonly #screen: Screen;
  #rest = "";
  #escape: ReturnType<typeof setTimeout> | undefined;
  #frame: ReturnType<typeof setTimeout> | undefined;
  #drawing = false;
  #over = false;
  #wasRaw = false;

  constructor(
    state: State,
    terminal: StepperTerminal,
    resolve: (left: Left) => void,
    reject: (error: unknown) => void,
  ) {
    this.#state = state;
    this.#terminal = terminal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#screen = new Screen(terminal.output);
  }

  begin(): void {
    const { input, output, process } = this.#terminal;
    this.#wasRaw = input.isRaw ?? false;
    process.on("SIGTERM", this.#onTerminate);
    process.on("SIGHUP", this.#onHangUp);
    process.on("SIGINT", this.#onInterrupt);
    process.on("SIGCONT", this.#onContinue);
    // Before Node prints what was thrown elsewhere, and before the process ends for whatever reason.
    process.on("uncaughtExceptionMonitor", this.#onLost);
    process.on("exit", this.#onLost);
    output.on("resize", this.#onResize);
    input.on("data", this.#onData);
    input.on("end", this.#onTerminate);
    this.#guarded(() => {
      input.setEncoding("utf8");
      input.setRawMode(true);
      input.resume();
      this.#screen.take();
      this.#draw();
    });
  }

  readonly #onTerminate = (): void => this.#leave("terminated");
  readonly #onHangUp = (): void => this.#leave("hungUp");
  readonly #onInterrupt = (): void => this.#leave("interrupted");
  readonly #onLost = (): void => this.#restore();
  /** It was stopped, and others had the terminal meanwhile. */
  readonly #onContinue = (): void =>
    this.#guarded(() => {
      this.#terminal.input.setRawMode(true);
      this.#screen.retake();
      this.#drawSoon();
    });
  readonly #onResize = (): void =>
    this.#guarded(() => {
      this.#screen.forget();
      this.#drawSoon();
    });
  readonly #onData = (text: string): void =>
    this.#guarded(() => {
      clearTimeout(this.#escape);
      const { keys, rest } = readKeys(this.#rest + text);
      this.#rest = rest;
      for (const key of keys) this.#press(key);
      if (rest !== "") this.#escape = setTimeout(this.#onLoneEscape, ESCAPE_MS);
      this.#drawSoon();
    });
  /** Nothing followed: the escape key itself. */
  readonly #onLoneEscape = (): void =>
    this.#guarded(() => {
      this.#rest = "";
      this.#press("escape");
      this.#drawSoon();
    });

  #press(key: string): void {
    if (this.#over) return;
    const { effect, state } = press(this.#state, key);
    this.#state = state;
    if (effect !== undefined) this.#perform(effect);
  }

  #perform(effect: ViewEffect): void {
    switch (effect.type) {
      case "quit":
        this.#leave(effect.interrupted ? "interrupted" : "quit");
        return;
      case "redraw":
        this.#screen.forget();
        return;
      case "write":
        this.#state = heard(this.#state, writeRun(effect));
    }
  }

  /** However many keys came at once, one drawing. */
  #drawSoon(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    setImmediate(() =>
      this.#guarded(() => {
        this.#drawing = false;
        this.#draw();
      }),
    );
  }

  #draw(): void {
    if (this.#over) return;
    const { output, paint } = this.#terminal;
    const width = output.columns ?? 80;
    const lines = view(this.#state, { width, height: output.rows ?? 24 });
    this.#screen.draw(lines.map((line) => paintLine(line, width, paint)));
    clearTimeout(this.#frame);
    if (this.#state.playing) this.#frame = setTimeout(this.#onFrame, FRAME_MS);
  }

  readonly #onFrame = (): void =>
    this.#guarded(() => {
      this.#state = elapse(this.#state, FRAME_MS);
      this.#draw();
    });

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#restore();
      this.#reject(error);
    }
  }

  #leave(left: Left): void {
    this.#restore();
    this.#resolve(left);
  }

  #restore(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#escape);
    clearTimeout(this.#frame);
    const { input, output, process } = this.#terminal;
    process.off("SIGTERM", this.#onTerminate);
    process.off("SIGHUP", this.#onHangUp);
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGCONT", this.#onContinue);
    process.off("uncaughtExceptionMonitor", this.#onLost);
    process.off("exit", this.#onLost);
    output.off("resize", this.#onResize);
    input.off("data", this.#onData);
    input.off("end", this.#onTerminate);
    this.#screen.giveBack();
    input.setRawMode(this.#wasRaw);
    input.pause();
  }
}

/** Records the run into a file, whole or not at all; an existing one only if that was agreed to. */
export function writeRun({ file, header, replace, variant }: ViewEffect & { type: "write" }): Written {
  try {
    if (!replace && existsSync(file)) return { type: "exists", file };
    const { events } = writeLines(file, (line) =>
      recordRun(header, { variant, scheduler: decided(byNumber(header.decisions)), sink: line }),
    );
    return { type: "written", file, events };
  } catch (error) {
    return { type: "failed", file, why: error instanceof Error ? error.message : String(error) };
  }
}
