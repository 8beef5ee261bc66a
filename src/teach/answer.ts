/**
 * Reads an answer as it is typed: faults in the syntax of scenario files, a letter, or a number. What is wrong with it is
 * said with its place, as for a file.
 */
import { readScenario } from "../scenario-file/read-scenario.ts";
import { listed } from "../scenario-file/nearest.ts";
import { writeScenario } from "../scenario-file/write-scenario.ts";
import type { LessonAnswer } from "./engine.ts";
import type { ChoiceExercise, Exercise, FaultExercise, NumberExercise } from "./lesson.ts";
import { choiceIndex, counted, letter } from "./words.ts";
import { quote } from "../words/shown.ts";

/** What is wrong with an answer: where, what, and what to write instead. */
export interface AnswerProblem {
  /** The part of the answer that is meant, and the place in it, from 0; absent: the whole. */
  readonly part?: string;
  readonly column?: number;
  readonly what: string;
  readonly remedy: string;
}

export type AnswerReading =
  | { readonly type: "ok"; readonly answer: LessonAnswer }
  | { readonly type: "faulty"; readonly problems: readonly AnswerProblem[] };

export function readAnswer(exercise: Exercise, text: string): AnswerReading {
  switch (exercise.type) {
    case "fault":
      return readFaults(exercise, text);
    case "choice":
      return readLetter(exercise, text);
    case "number":
      return readNumber(exercise, text);
  }
}

function faulty(what: string, remedy: string): AnswerReading {
  return { type: "faulty", problems: [{ what, remedy }] };
}

/** Several faults are separated by semicolons; braces and a leading dash may stand or not. */
function readFaults({ kinds, most, setup }: FaultExercise, text: string): AnswerReading {
  const parts = text
    .split(/[;\n]/u)
    .map((part) =>
      part
        .trim()
        .replace(/^-\s*/u, "")
        .replace(/^\{(.*)\}$/su, "$1")
        .trim(),
    )
    .filter((part) => part !== "");
  if (parts.length === 0) return faulty("no fault is given", "write one, such as: at: 30s, crash: A");
  if (parts.length > most)
    return faulty(`${counted(parts.length, "fault")}, and at most ${most} may be used`, "leave some out");
  // The exercise's own scenario goes before, so that names, the horizon and overlaps are checked as in a file.
  const { faults, ...rest } = setup.scenario;
  const head = writeScenario({ ...rest, faults });
  const document = `${head}${faults.length === 0 ? "faults:\n" : ""}`;
  const before = document.split("\n").length;
  const lead = "  - {";
  const reading = readScenario(`${document}${parts.map((part) => `${lead}${part}}`).join("\n")}\n`, {
    title: setup.scenario.title,
  });
  if (reading.type === "faulty") {
    const problems = reading.problems.map(({ column, line, remedy, what }): AnswerProblem => {
      const part = parts[line - before];
      return part === undefined
        ? { what, remedy }
        : { what, remedy, part, column: Math.min(Math.max(0, column - 1 - lead.length), part.length) };
    });
    return { type: "faulty", problems };
  }
  const given = reading.scenario.faults.slice(faults.length);
  const strange = given.findIndex(({ type }) => kinds !== undefined && !kinds.includes(type));
  if (strange >= 0) {
    return {
      type: "faulty",
      problems: [
        {
          part: parts[strange] ?? "",
          column: 0,
          what: "that fault is not meant here",
          remedy: `use ${listed(kinds ?? [], "or")}`,
        },
      ],
    };
  }
  return { type: "ok", answer: { type: "fault", faults: given } };
}

function readLetter({ options }: ChoiceExercise, text: string): AnswerReading {
  const option = choiceIndex(text, options.length);
  const last = letter(options.length - 1);
  return option === undefined
    ? faulty(`${quote(text.trim())} is none of the choices`, `write a letter from a to ${last}`)
    : { type: "ok", answer: { type: "choice", option } };
}

function readNumber({ least, most, unit }: NumberExercise, text: string): AnswerReading {
  const given = text.trim();
  const digits = given.endsWith(unit) ? given.slice(0, -unit.length).trim() : given;
  const value = Number(digits);
  return /^\d+$/u.test(digits) && value >= least && value <= most
    ? { type: "ok", answer: { type: "number", value } }
    : faulty(
        `${quote(given)} is not a whole number from ${least} to ${most}`,
        `write such a number, with or without its unit: ${Math.min(most, Math.max(least, 10))}${unit}`,
      );
}
