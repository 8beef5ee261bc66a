/**
 * One lesson as a dialogue: text, prediction, runs with what they show, exercise until it is passed or left. What is said
 * comes from the lesson and its runs; here is only the order.
 */
import { factsOf } from "../teach/facts.ts";
import { grade, meet, runsOf, told } from "../teach/engine.ts";
import type { Exercise, Lesson, Setup } from "../teach/lesson.ts";
import { choiceIndex, readAnswer, type AnswerProblem } from "../teach/answer.ts";
import type { Seen } from "../teach/seen.ts";
import { letter } from "../teach/words.ts";
import { caption, choices, curveTable, prose, question, verdict, type Look } from "./render-lesson.ts";
import { renderTimeline } from "./render-timeline.ts";
import type { Dialogue } from "./teach-dialogue.ts";
import type { Terminal } from "./terminal.ts";

/** How a lesson ended. `left`: the learner went away; `silent`: nobody answered. */
export type Ending = "passed" | "failed" | "left" | "silent";

/** What is worth remembering. */
export interface Notes {
  predicted(right: boolean): void;
  passed(attempts: number): void;
}

/** A drawing of an attempt begins a little before its first fault. */
const BEFORE_MS = 2000;
/** More than two screens tell nobody anything. */
const MOST_ROWS = 48;

/** Plays the lesson from its text to its end. */
export async function playLesson(
  lesson: Lesson,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<Ending> {
  const { out, paint } = terminal;
  const look: Look = terminal;
  const facts = factsOf(lesson.runs[0].setup.scenario);
  const texts = lesson.choices.map(({ text }) => (typeof text === "string" ? text : text(facts)));
  out(
    `${prose(lesson.text(facts), look)}\n${question(lesson.question(facts), look)}${choices(texts, look)}\n`,
  );

  const last = letter(texts.length - 1);
  const predicted = await askUntil(dialogue, terminal, `Your prediction, a to ${last}: `, (text) =>
    choiceIndex(text, texts.length),
  );
  if (typeof predicted !== "number") return predicted;
  const { right, says } = meet(lesson, predicted);
  notes.predicted(right);
  const seen = runsOf(lesson);
  for (const [index, { caption: title, fromMs }] of lesson.runs.entries()) {
    if (index > 0 && !(await goOn(dialogue, paint.dim("Enter goes on. ")))) return "left";
    out(`\n${caption(title, look)}${drawn(seen[index] as Seen, look, fromMs ?? 0)}\n`);
    if (index === 0) out(`${verdict(right, right ? "Right." : "Not so.", says, look)}\n`);
    out(prose(told(lesson, index), look));
  }
  if (lesson.figure === "ttl-curve") {
    const { curve } = await import("../teach/curve.ts");
    out(`\n${curveTable(curve(), look)}`);
  }
  if (!(await goOn(dialogue, paint.dim("\nEnter goes on to the exercise. ")))) return "left";
  return practise(lesson, terminal, dialogue, notes);
}

async function practise(
  lesson: Lesson,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<Ending> {
  const { out, paint } = terminal;
  const look: Look = terminal;
  const { exercise } = lesson;
  out(`\n${caption("Exercise", look)}${prose(taskOf(exercise), look)}\n`);
  if (exercise.type === "choice")
    out(
      `${choices(
        exercise.options.map(({ text }) => text),
        look,
      )}\n`,
    );
  out(`${paint.dim("hint, solution and quit are understood, too.")}\n`);
  let attempts = 0;
  for (;;) {
    const given = await dialogue.ask(`${promptOf(exercise)}: `);
    if (given === undefined) return attempts > 0 ? "failed" : "silent";
    const word = given.trim().toLowerCase();
    if (word === "quit" || word === "q") return "left";
    if (word === "hint" || word === "?") {
      out(`${prose([exercise.hint], look)}\n`);
      continue;
    }
    if (word === "solution") {
      out(`${prose([`One that passes: \`${exercise.solution}\``], look)}\n`);
      continue;
    }
    if (word === "") continue;
    const reading = readAnswer(exercise, given);
    if (reading.type === "faulty") {
      out(problemsText(reading.problems, terminal));
      continue;
    }
    attempts += 1;
    const { passed, says, shown } = grade(exercise, reading.answer);
    if (passed) {
      notes.passed(attempts);
      // What one has broken oneself one wants to see.
      if (exercise.type === "fault") out(`\n${drawn(shown, look)}`);
      out(`\n${verdict(true, "Passed.", says, look)}\n${prose([`*Remember:* ${lesson.moral}`], look)}`);
      return "passed";
    }
    out(`\n${drawn(shown, look)}\n${verdict(false, "Not yet.", says, look)}\n`);
  }
}

/** The exercise's text, with the facts of the setting that it begins from. */
export function taskOf(exercise: Exercise): readonly string[] {
  return exercise.task(factsOf(settingOf(exercise).scenario));
}

function settingOf(exercise: Exercise): Setup {
  const [setup] =
    exercise.type === "fault"
      ? [exercise.setup]
      : exercise.type === "choice"
        ? (exercise.options[0]?.setups ?? [])
        : exercise.setups(exercise.least);
  if (setup === undefined) throw new RangeError("an exercise without a setting");
  return setup;
}

function promptOf(exercise: Exercise): string {
  switch (exercise.type) {
    case "fault":
      return exercise.most === 1 ? "Your fault" : "Your faults, with ; between";
    case "choice":
      return `Your choice, a to ${letter(exercise.options.length - 1)}`;
    case "number":
      return `Your ${exercise.what} in ${exercise.unit}`;
  }
}

/** A run's drawing; without `fromMs` it begins a little before the first fault. */
export function drawn(seen: Seen, { paint, width }: Look, fromMs?: number): string {
  const first = Math.min(...seen.recording.scenario.faults.map(({ atMs }) => atMs));
  const from = fromMs ?? (Number.isFinite(first) ? Math.max(0, first - BEFORE_MS) : 0);
  return renderTimeline(seen.recording, { paint, width, fromMs: from, mostRows: MOST_ROWS });
}

function problemsText(problems: readonly AnswerProblem[], { paint }: Terminal): string {
  const blocks = problems.map(({ column, part, remedy, what }) => {
    const place =
      part === undefined || column === undefined
        ? ""
        : `\n    ${paint.dim(part)}\n    ${" ".repeat(column)}${paint.red("^")}`;
    return `${paint.red(what)}${place}\n  ${remedy}\n`;
  });
  return `${blocks.join("")}\n`;
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
      `${paint.red(`${JSON.stringify(given.trim())} is none of the choices`)}: write one letter; a guess costs nothing.\n`,
    );
  }
}

/** A pause for whoever reads along. False: they leave. */
async function goOn(dialogue: Dialogue, prompt: string): Promise<boolean> {
  if (!dialogue.live) return true;
  const given = await dialogue.ask(prompt);
  return given !== undefined && !/^q(?:uit)?$/iu.test(given.trim());
}
