/**
 * The part of a lesson that runs the protocol: the runs with what they show, and the exercise until it is passed or left.
 * What is said comes from the lesson and its runs; here is only the order.
 */
import { readAnswer, type AnswerProblem } from "../../teach/answer.ts";
import { curve } from "../../teach/curve.ts";
import { decidingInstant, grade, meet, runsOf, told, type Grade } from "../../teach/engine.ts";
import type { Exercise, Lesson, LessonRun } from "../../teach/lesson.ts";
import { typedTaskOf } from "../../teach/opening.ts";
import type { Seen } from "../../teach/seen.ts";
import { at, letter } from "../../teach/words.ts";
import type { Entry } from "../../reading/entry.ts";
import { tellStory } from "../../reading/tell-story.ts";
import { caption, choices, curveTable, prose, verdict, type Look } from "./render-lesson.ts";
import { renderTimeline, type DrawOptions } from "../story/render-timeline.ts";
import type { Dialogue, DialogueEnding, Notes } from "./dialogue.ts";
import { goesOn, rowsAtOnce, showPaged } from "./pager.ts";
import type { Terminal } from "../base/terminal.ts";

/** A drawing of an attempt begins a little before its first fault. */
const BEFORE_MS = 2000;
/** More than two screens tell nobody anything. */
const MOST_ROWS = 48;
/** Of an attempt its verdict stands on the same screen: head, legend and what is said take so many rows... */
const ROWS_BESIDE = 12;
/** ...and a row of the drawing takes two, where words are broken. */
const ROWS_EACH = 2;
const FEWEST_ROWS = 6;

/** Shows the runs, the first with what meets the prediction. False: the learner left. */
export async function showRuns(
  lesson: Lesson,
  predicted: number,
  terminal: Terminal,
  dialogue: Dialogue,
  notes: Notes,
): Promise<boolean> {
  const { paint } = terminal;
  const { right, says } = meet(lesson, predicted);
  notes.predicted(right);
  const seen = runsOf(lesson);
  for (const [index, shown] of lesson.runs.entries()) {
    if (index > 0 && !(await goesOn(dialogue, paint.dim("\nEnter goes on. ")))) return false;
    const met = index === 0 ? `${verdict(right, right ? "Right." : "Not so.", says, terminal)}\n` : "";
    const run = drawnAfter(seen[index] as Seen, seen[index - 1], terminal, { fromMs: 0, ...shown });
    const part = `\n${caption(shown.caption, terminal)}${run}\n${met}${prose(told(lesson, index), terminal)}`;
    if (!(await showPaged(part, terminal, dialogue, 2))) return false;
  }
  if (lesson.figure === "ttl-curve") {
    if (!(await goesOn(dialogue, paint.dim("\nEnter shows the curve. ")))) return false;
    if (!(await showPaged(`\n${curveTable(curve(), terminal)}`, terminal, dialogue, 2))) return false;
  }
  return goesOn(dialogue, paint.dim("\nEnter goes on to the exercise. "));
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
  const options =
    exercise.type === "choice"
      ? `${choices(
          exercise.options.map(({ text }) => text),
          terminal,
        )}\n`
      : "";
  const several = exercise.type === "fault" && exercise.most > 1 ? "A semicolon between two faults. " : "";
  const also = paint.dim(`${several}hint, solution and quit are understood, too.`);
  const asked = `\n${caption("Exercise", terminal)}${prose(typedTaskOf(exercise), terminal)}\n${options}${also}\n`;
  if (!(await showPaged(asked, terminal, dialogue))) return "left";
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
    const graded = grade(exercise, reading.answer);
    const { passed, says, shown } = graded;
    const look = decidingLook(graded, terminal, dialogue);
    if (passed) {
      notes.passed(attempts);
      // What one has broken oneself one wants to see.
      if (exercise.type === "fault") out(`\n${drawn(shown, terminal, {}, look)}`);
      out(`\n${verdict(true, "Passed.", says, terminal)}\n${prose([`*Remember:* ${moral}`], terminal)}`);
      return "passed";
    }
    out(`\n${drawn(shown, terminal, {}, look)}\n${verdict(false, "Not yet.", says, terminal)}\n`);
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

/** A second run like the one before it is drawn from where the two part. */
function drawnAfter(
  seen: Seen,
  before: Seen | undefined,
  look: Look,
  part: Pick<LessonRun, "fromMs" | "untilMs">,
): string {
  const parted = before === undefined ? undefined : partsAtMs(seen, before);
  if (parted === undefined || parted <= (part.fromMs ?? 0)) return drawn(seen, look, part);
  const same = look.paint.dim(`The same up to ${at(parted)}; from there on:`);
  return `${same}\n\n${drawn(seen, look, { ...part, fromMs: parted })}`;
}

/** When what is told of two runs first differs; undefined: it does not. */
function partsAtMs(one: Seen, other: Seen): number | undefined {
  const [own, its] = [one, other].map(({ observed }) => tellStory(observed)) as [Entry[], Entry[]];
  const place = own.findIndex((entry, index) => JSON.stringify(entry) !== JSON.stringify(its[index]));
  return place < 0 ? undefined : Math.min(own[place]?.at ?? 0, its[place]?.at ?? Number.POSITIVE_INFINITY);
}

/** What of an attempt fits on the screen with its verdict: the row that decides is among it. */
function decidingLook(graded: Grade, terminal: Terminal, dialogue: Dialogue): DecidingLook {
  const decidesAt = decidingInstant(graded);
  const room = Math.floor((rowsAtOnce(terminal, dialogue) - ROWS_BESIDE) / ROWS_EACH);
  return {
    mostRows: Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, room)),
    ...(decidesAt === undefined ? {} : { aroundMs: decidesAt }),
  };
}

type DecidingLook = Pick<DrawOptions, "aroundMs" | "mostRows">;

/** What of a run is drawn; if nothing is said, from a little before its first fault. */
export function drawn(
  { observed }: Seen,
  { paint, width }: Look,
  { fromMs, untilMs }: Pick<LessonRun, "fromMs" | "untilMs"> = {},
  look: DecidingLook = { mostRows: MOST_ROWS },
): string {
  const first = Math.min(...observed.scenario.faults.map(({ atMs }) => atMs));
  const from = fromMs ?? (Number.isFinite(first) ? Math.max(0, first - BEFORE_MS) : 0);
  const until = untilMs === undefined ? {} : { untilMs };
  return renderTimeline(observed, { paint, width, fromMs: from, ...look, ...until });
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
