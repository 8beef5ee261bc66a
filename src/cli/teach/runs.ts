/**
 * The part of a lesson that runs the protocol: the runs with what they show, and the exercise until it is passed or left.
 * What is said comes from the lesson and its runs; here is only the order.
 */
import { readAnswer, type AnswerProblem } from "../../teach/answer.ts";
import { curve } from "../../teach/curve.ts";
import { grade, meet, runsOf, told } from "../../teach/engine.ts";
import type { Exercise, Lesson, LessonRun } from "../../teach/lesson.ts";
import { typedTaskOf } from "../../teach/opening.ts";
import type { Seen } from "../../teach/seen.ts";
import { letter } from "../../teach/words.ts";
import { caption, choices, curveTable, prose, verdict, type Look } from "./render-lesson.ts";
import { renderTimeline } from "../story/render-timeline.ts";
import type { Dialogue, DialogueEnding, Notes } from "./dialogue.ts";
import type { Terminal } from "../base/terminal.ts";

/** A drawing of an attempt begins a little before its first fault. */
const BEFORE_MS = 2000;
/** More than two screens tell nobody anything. */
const MOST_ROWS = 48;

/** Shows the runs, the first with what meets the prediction. False: the learner left. */
export async function showRuns(
  lesson: Lesson,
  predicted: number,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<boolean> {
  const { out, paint } = terminal;
  const { right, says } = meet(lesson, predicted);
  notes.predicted(right);
  const seen = runsOf(lesson);
  for (const [index, shown] of lesson.runs.entries()) {
    if (index > 0 && !(await goOn(dialogue, paint.dim("\nEnter goes on. ")))) return false;
    out(
      `\n${caption(shown.caption, terminal)}${drawn(seen[index] as Seen, terminal, { fromMs: 0, ...shown })}\n`,
    );
    if (index === 0) out(`${verdict(right, right ? "Right." : "Not so.", says, terminal)}\n`);
    out(prose(told(lesson, index), terminal));
  }
  if (lesson.figure === "ttl-curve") out(`\n${curveTable(curve(), terminal)}`);
  return goOn(dialogue, paint.dim("\nEnter goes on to the exercise. "));
}

/** Asks for answers and grades them, until one passes. */
export async function practise(
  exercise: Exercise,
  moral: string,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<DialogueEnding> {
  const { out, paint } = terminal;
  out(`\n${caption("Exercise", terminal)}${prose(typedTaskOf(exercise), terminal)}\n`);
  if (exercise.type === "choice")
    out(
      `${choices(
        exercise.options.map(({ text }) => text),
        terminal,
      )}\n`,
    );
  const several = exercise.type === "fault" && exercise.most > 1 ? "A semicolon between two faults. " : "";
  out(`${paint.dim(`${several}hint, solution and quit are understood, too.`)}\n`);
  let attempts = 0;
  let tried = false;
  for (;;) {
    const given = await dialogue.ask(`${promptOf(exercise)}: `);
    if (given === undefined) return tried ? "failed" : "silent";
    const word = given.trim().toLowerCase();
    if (word === "quit" || word === "q") return "left";
    if (word === "hint" || word === "?") {
      out(`${prose([exercise.hint], terminal)}\n`);
      continue;
    }
    if (word === "solution") {
      out(`${prose([`One that passes: \`${exercise.solution}\``], terminal)}\n`);
      continue;
    }
    if (word === "") continue;
    tried = true;
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
      if (exercise.type === "fault") out(`\n${drawn(shown, terminal)}`);
      out(`\n${verdict(true, "Passed.", says, terminal)}\n${prose([`*Remember:* ${moral}`], terminal)}`);
      return "passed";
    }
    out(`\n${drawn(shown, terminal)}\n${verdict(false, "Not yet.", says, terminal)}\n`);
  }
}

function promptOf(exercise: Exercise): string {
  switch (exercise.type) {
    case "fault":
      return exercise.most === 1 ? "Your fault" : "Your faults";
    case "choice":
      return `Your choice, a to ${letter(exercise.options.length - 1)}`;
    case "number":
      return `Your ${exercise.what} in ${exercise.unit}`;
  }
}

/** What of a run is drawn; if nothing is said, from a little before its first fault. */
export function drawn(
  { observed }: Seen,
  { paint, width }: Look,
  { fromMs, untilMs }: Pick<LessonRun, "fromMs" | "untilMs"> = {},
): string {
  const first = Math.min(...observed.scenario.faults.map(({ atMs }) => atMs));
  const from = fromMs ?? (Number.isFinite(first) ? Math.max(0, first - BEFORE_MS) : 0);
  const until = untilMs === undefined ? {} : { untilMs };
  return renderTimeline(observed, { paint, width, fromMs: from, mostRows: MOST_ROWS, ...until });
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

/** A pause for whoever reads along. False: they leave. */
async function goOn(dialogue: Dialogue, prompt: string): Promise<boolean> {
  if (!dialogue.live) return true;
  const given = await dialogue.ask(prompt);
  return given !== undefined && !/^q(?:uit)?$/iu.test(given.trim());
}
