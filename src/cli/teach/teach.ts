/**
 * `leasehold teach`: the menu, one lesson, the list, or the notes for a lecturer. What runs the protocol is loaded only
 * when a lesson begins, so that the menu is there at once.
 */
import { nearest } from "../../scenario-file/nearest.ts";
import type { Lesson } from "../../teach/lesson.ts";
import { lessons } from "../../teach/lessons/index.ts";
import { notePassed, notePrediction, type LearnerProgress } from "../../teach/progress.ts";
import { choiceIndex, letter } from "../../teach/words.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { TeachFlags } from "./flags.ts";
import { heading, menu } from "./render-lesson.ts";
import { scripted, spoken, type Dialogue, type DialogueEnding } from "./dialogue.ts";
import { forgetProgress, loadProgress, progressFile, saveProgress } from "./progress.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { quote } from "../../words/shown.ts";

/** What a test replaces. */
export interface TeachHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Whether what is written is read by a person at once. */
  readonly outputIsTerminal: boolean;
}

export async function teach(
  target: string | undefined,
  flags: TeachFlags,
  given: Terminal,
  surroundings: TeachHost = {
    environment: process.env,
    input: process.stdin,
    outputIsTerminal: process.stdout.isTTY,
  },
): Promise<ExitCode> {
  const { width } = flags;
  const terminal = width === undefined ? given : { ...given, width };
  const chosen = target === undefined ? undefined : chosenLesson(target);
  if (flags.web === true) {
    const { teachInBrowser } = await import("./web.ts");
    return teachInBrowser(chosen?.id, flags, terminal);
  }
  if (flags.list === true) {
    if (chosen !== undefined)
      throw new UserError({
        where: "--list",
        what: `it lists every lesson, so ${chosen.id} is too much`,
        remedy: "leave one of them out; --print prints one lesson",
      });
    terminal.out(list(terminal));
    return EXIT.holds;
  }
  if (flags.print === true) {
    const { printLessons } = await import("./print.ts");
    terminal.out(
      printLessons(chosen === undefined ? lessons : [chosen], terminal.width, terminal.proseWidth),
    );
    return EXIT.holds;
  }
  const book = new Book(progressFile(surroundings.environment), terminal);
  if (flags.forget === true) {
    book.forget();
    if (chosen === undefined) return EXIT.holds;
  }
  const answers = answersOf(flags, chosen);
  const { input, outputIsTerminal } = surroundings;
  const atTerminal = input.isTTY === true && outputIsTerminal;
  // Nobody can answer a question that went into a pipe.
  const mute = input.isTTY === true && !outputIsTerminal;
  const dialogue =
    answers !== undefined || mute ? scripted(answers ?? [], terminal.out) : spoken(input, terminal.out);
  try {
    if (chosen === undefined && !atTerminal) {
      terminal.out(list(terminal));
      return EXIT.holds;
    }
    if (chosen === undefined) await walkThrough(terminal, dialogue, book);
    const ending = chosen === undefined ? "left" : await begin(chosen, terminal, dialogue, book);
    if (chosen !== undefined) terminal.out(onward(chosen, ending));
    if (dialogue.live && dialogue.ended) terminal.out("\n");
    if (dialogue.interrupted && ending !== "silent")
      terminal.out(
        `What you did is kept; go on with: leasehold teach${chosen === undefined ? "" : ` ${chosen.id}`}\n`,
      );
    if (dialogue.interrupted) return EXIT.interrupted;
    return dialogue.live ? EXIT.holds : exitCode(ending);
  } finally {
    dialogue.close();
  }
}

/** The menu, again after each lesson, until the learner leaves. */
async function walkThrough(terminal: Terminal, dialogue: Dialogue, book: Book): Promise<void> {
  while (!dialogue.ended) {
    const next = book.next();
    const suggested = lessons[next];
    terminal.out(menu(lessons, book.progress, next, terminal));
    const enter = suggested === undefined ? "" : `Enter: ${suggested.title}; `;
    const given = (await dialogue.ask(`\nWhich lesson? (${enter}q leaves) `))?.trim();
    if (given === undefined || /^q(?:uit)?$/iu.test(given)) return;
    const wanted = given === "" ? suggested : found(given);
    if (wanted !== undefined) await begin(wanted, terminal, dialogue, book);
    else
      terminal.out(
        `${terminal.paint.red(`there is no lesson ${quote(given)}`)}: write its number or its name.\n`,
      );
  }
}

async function begin(
  lesson: Lesson,
  terminal: Terminal,
  dialogue: Dialogue,
  book: Book,
): Promise<DialogueEnding> {
  terminal.out(`${heading(lesson, lessons.indexOf(lesson) + 1, lessons.length, terminal)}\n`);
  const { playLesson } = await import("./lesson.ts");
  const done = book.progress.get(lesson.id);
  const begun = dialogue.live && done?.predicted !== undefined && done.passedAfter === undefined;
  return playLesson(lesson, begun, terminal, dialogue, {
    predicted: (right) => book.note(notePrediction(book.progress, lesson.id, right)),
    passed: (attempts) => book.note(notePassed(book.progress, lesson.id, attempts)),
  });
}

/** How to go on after a single lesson. */
function onward(lesson: Lesson, ending: DialogueEnding): string {
  const follows = lessons[lessons.indexOf(lesson) + 1];
  switch (ending) {
    case "passed":
      return follows === undefined ? "" : `\nNext: leasehold teach ${follows.id}\n`;
    case "silent":
      return `\nNo answer was given; go on with: leasehold teach ${lesson.id}\n`;
    case "failed":
    case "left":
      return "\n";
  }
}

function exitCode(ending: DialogueEnding): ExitCode {
  switch (ending) {
    case "passed":
    case "left":
      return EXIT.holds;
    case "failed":
      return EXIT.violated;
    case "silent":
      return EXIT.noVerdict;
  }
}

/** Progress while the command runs; every change is written at once. */
class Book {
  progress: LearnerProgress;
  readonly #file: string;
  readonly #terminal: Terminal;
  #complained = false;

  constructor(file: string, terminal: Terminal) {
    this.#file = file;
    this.#terminal = terminal;
    const { notice, progress } = loadProgress(file);
    this.progress = progress;
    this.#complain(notice);
  }

  note(progress: LearnerProgress): void {
    this.progress = progress;
    this.#complain(saveProgress(this.#file, progress));
  }

  forget(): void {
    this.progress = new Map();
    forgetProgress(this.#file);
    this.#terminal.out("Forgotten.\n");
  }

  /** The place of the first lesson that is not passed; beyond the last: all are. */
  next(): number {
    const open = lessons.findIndex(({ id }) => this.progress.get(id)?.passedAfter === undefined);
    return open < 0 ? lessons.length : open;
  }

  #complain(notice: string | undefined): void {
    if (notice === undefined || this.#complained) return;
    this.#complained = true;
    this.#terminal.err(`leasehold: ${notice}\n`);
  }
}

function found(target: string): Lesson | undefined {
  return /^\d+$/u.test(target) ? lessons[Number(target) - 1] : lessons.find(({ id }) => id === target);
}

function chosenLesson(target: string): Lesson {
  const lesson = found(target);
  if (lesson !== undefined) return lesson;
  const near = nearest(
    target,
    lessons.map(({ id }) => id),
  );
  throw new UserError({
    what: `unknown lesson ${target}`,
    remedy:
      near.length > 0
        ? `did you mean ${near.join(" or ")}? leasehold teach --list names them all`
        : "leasehold teach --list names them all",
  });
}

/** What was answered beforehand, the prediction first; undefined: nothing. */
function answersOf(flags: TeachFlags, lesson: Lesson | undefined): string[] | undefined {
  const { answer: answers = [], predict } = flags;
  if (predict === undefined && answers.length === 0) return undefined;
  const flag = predict === undefined ? "--answer" : "--predict";
  if (lesson === undefined)
    throw new UserError({
      where: flag,
      what: "it needs a lesson",
      remedy: "name the lesson: leasehold teach fencing --predict b",
    });
  if (predict === undefined)
    throw new UserError({
      where: "--answer",
      what: "it needs --predict too: the exercise comes after the prediction",
      remedy: "write it like --predict b --answer 57",
    });
  const { length } = lesson.choices;
  if (choiceIndex(predict, length) === undefined)
    throw new UserError({
      where: "--predict",
      what: `${quote(predict)} is not one of the choices`,
      remedy: `give a letter from a to ${letter(length - 1)}`,
    });
  return [predict, ...answers];
}

function list({ paint }: Terminal): string {
  const width = Math.max(...lessons.map(({ id }) => id.length));
  const rows = lessons.map(
    ({ id, point }, index) => `${String(index + 1).padStart(2)}  ${paint.bold(id.padEnd(width))}  ${point}\n`,
  );
  return `${rows.join("")}\nleasehold teach NAME begins a lesson; without a name there is a menu, at a terminal.\n`;
}
