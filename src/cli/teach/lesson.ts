/**
 * One lesson as a dialogue, from its text to its end. The text and the question are there at once; what runs the protocol
 * is loaded while the learner thinks.
 */
import type { Lesson } from "../../teach/lesson.ts";
import { openingOf } from "../../teach/opening.ts";
import { choiceIndex, letter } from "../../teach/words.ts";
import { choices, prose, question } from "./render-lesson.ts";
import type { Dialogue, DialogueEnding, Notes } from "./dialogue.ts";
import { showPaged } from "./pager.ts";
import type { Terminal } from "../base/terminal.ts";
import { quote } from "../../words/shown.ts";

/** Plays the lesson. `begun`: it was left before its exercise was passed, and may go on there. */
export async function playLesson(
  lesson: Lesson,
  begun: boolean,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<DialogueEnding> {
  const opening = openingOf(lesson);
  const loading = import("./runs.ts");
  if (begun) {
    const there = await goesOnThere(dialogue, terminal);
    if (there === undefined) return "left";
    if (there) return (await loading).practise(lesson.exercise, lesson.moral, terminal, dialogue, notes);
  }
  const text = `${prose(opening.text, terminal)}\n${question(opening.question, terminal)}${choices(opening.choices, terminal)}\n`;
  if (!(await showPaged(text, terminal, dialogue))) return "left";
  const last = letter(opening.choices.length - 1);
  const predicted = await askUntil(dialogue, terminal, `Your prediction, a to ${last}: `, (text) =>
    choiceIndex(text, opening.choices.length),
  );
  if (typeof predicted !== "number") return predicted;
  const { practise, showRuns } = await loading;
  if (!(await showRuns(lesson, predicted, terminal, dialogue, notes))) return "left";
  return practise(lesson.exercise, lesson.moral, terminal, dialogue, notes);
}

/** Whoever comes back need not predict again. Undefined: they leave. */
async function goesOnThere(dialogue: Dialogue, { paint }: Terminal): Promise<boolean | undefined> {
  const given = await dialogue.ask(
    paint.dim("You predicted already. Enter goes on to the exercise, b begins the lesson anew. "),
  );
  const word = given?.trim().toLowerCase();
  return word === undefined || word === "q" || word === "quit" ? undefined : word !== "b";
}

/** Asks until the answer makes sense. */
async function askUntil<Value>(
  dialogue: Dialogue,
  { out, paint }: Terminal,
  prompt: string,
  read: (text: string) => Value | undefined,
): Promise<Value | "left" | "silent"> {
  for (;;) {
    const given = await dialogue.ask(prompt);
    if (given === undefined) return "silent";
    if (/^q(?:uit)?$/iu.test(given.trim())) return "left";
    const value = read(given);
    if (value !== undefined) return value;
    out(
      `${paint.red(`${quote(given.trim())} is none of the choices`)}: write one letter; a guess costs nothing.\n`,
    );
  }
}
