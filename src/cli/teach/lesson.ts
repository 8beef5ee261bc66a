/**
 * One lesson as a dialogue, from its text to its end. The text and the question are there at once; what runs the protocol
 * is loaded while the learner thinks.
 */
import type { Lesson } from "../../teach/lesson.ts";
import { openingOf } from "../../teach/opening.ts";
import { choiceIndex, letter } from "../../teach/words.ts";
import { choices, prose, question } from "./render-lesson.ts";
import type { Dialogue, DialogueEnding, Notes } from "./dialogue.ts";
import type { Terminal } from "../base/terminal.ts";
import { quote } from "../../words/shown.ts";

/** Plays the lesson. */
export async function playLesson(
  lesson: Lesson,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<DialogueEnding> {
  const { out } = terminal;
  const opening = openingOf(lesson);
  out(
    `${prose(opening.text, terminal)}\n${question(opening.question, terminal)}${choices(opening.choices, terminal)}\n`,
  );
  const loading = import("./runs.ts");
  const last = letter(opening.choices.length - 1);
  const predicted = await askUntil(dialogue, terminal, `Your prediction, a to ${last}: `, (text) =>
    choiceIndex(text, opening.choices.length),
  );
  if (typeof predicted !== "number") return predicted;
  const { practise, showRuns } = await loading;
  if (!(await showRuns(lesson, predicted, terminal, dialogue, notes))) return "left";
  return practise(lesson.exercise, lesson.moral, terminal, dialogue, notes);
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
