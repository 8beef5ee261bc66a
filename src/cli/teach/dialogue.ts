/**
 * Whom a lesson asks: a person at a terminal, lines from a pipe, or answers given beforehand. All answer line by line; the
 * end of the lines ends the lesson politely.
 */
import { createInterface, type Interface } from "node:readline";

export interface Dialogue {
  /** Whether a person reads along, who wants pauses between the parts. */
  readonly live: boolean;
  /** Whether there will be no more lines. */
  readonly ended: boolean;
  /** Whether it was broken off by Ctrl-C. */
  readonly interrupted: boolean;
  /** The next line after `prompt`; undefined: there is none and will be none. */
  ask(prompt: string): Promise<string | undefined>;
  close(): void;
}

/** How a lesson ended. `left`: the learner went away; `silent`: nobody answered. */
export type DialogueEnding = "passed" | "failed" | "left" | "silent";

/** What is worth remembering. */
export interface Notes {
  predicted(right: boolean): void;
  passed(attempts: number): void;
}

/** Answers given beforehand; prompts are shown with them, so that the output reads like the dialogue. */
export function scripted(answers: readonly string[], out: (text: string) => void): Dialogue {
  const left = [...answers];
  return {
    live: false,
    get ended() {
      return left.length === 0;
    },
    interrupted: false,
    ask(prompt) {
      const answer = left.shift();
      if (answer !== undefined) out(`${prompt}${answer}\n`);
      return Promise.resolve(answer);
    },
    close: () => undefined,
  };
}

/** A person, or a pipe if `input` is no terminal. */
export function spoken(
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean },
  out: (text: string) => void,
): Dialogue {
  const live = input.isTTY === true;
  let reader: Interface | undefined;
  let ended = false;
  let interrupted = false;
  const lines: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  const open = (): Interface => {
    const made = createInterface({ input, ...(live ? { output: process.stdout, terminal: true } : {}) });
    made.on("line", (line) => {
      if (waiting === undefined) lines.push(line);
      else settle(line);
    });
    made.on("SIGINT", () => {
      interrupted = true;
      made.close();
    });
    made.on("close", () => {
      ended = true;
      settle(undefined);
    });
    // Closed without an end: nobody reads what is said.
    input.once("close", () => made.close());
    if (!input.readable) made.close();
    return made;
  };
  const settle = (line: string | undefined) => {
    const asked = waiting;
    waiting = undefined;
    asked?.(line);
  };
  return {
    live,
    get ended() {
      return ended && lines.length === 0;
    },
    get interrupted() {
      return interrupted;
    },
    ask(prompt) {
      reader ??= open();
      const early = lines.shift();
      if (early !== undefined || ended) {
        if (early !== undefined) out(`${prompt}${early}\n`);
        return Promise.resolve(early);
      }
      if (live) {
        reader.setPrompt(prompt);
        reader.prompt();
      }
      return new Promise((resolve) => {
        waiting = (line) => {
          if (!live && line !== undefined) out(`${prompt}${line}\n`);
          resolve(line);
        };
      });
    },
    close: () => reader?.close(),
  };
}
