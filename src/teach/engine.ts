/**
 * Runs lessons: the one place where a lesson meets the simulation. The terminal and the page both ask here. Runs are
 * remembered, for a lesson looks at the same one several times.
 */
import { variantNamed } from "../../models/variants.ts";
import type { Fault } from "../simulation/fault.ts";
import { observeRun } from "../reading/observed-run.ts";
import type {
  ChoiceExercise,
  Exercise,
  FaultExercise,
  Lesson,
  NumberExercise,
  Outcome,
  Setup,
} from "./lesson.ts";
import { Seen } from "./seen.ts";
import { letter, sentence } from "./words.ts";

const MOST_REMEMBERED = 64;
const remembered = new Map<string, Seen>();

/** Runs the setup to its horizon in virtual time. */
export function run(setup: Setup): Seen {
  const key = JSON.stringify(setup);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const variant = variantNamed(setup.variant);
  if (variant === undefined) throw new RangeError(`no variant ${setup.variant}`);
  const seen = new Seen(observeRun(setup.scenario, variant));
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(key, seen);
  return seen;
}

/** The lesson's runs, in its order. */
export function runsOf(lesson: Lesson): Seen[] {
  return lesson.runs.map(({ setup }) => run(setup));
}

/** What meets a prediction. */
export function meet(lesson: Lesson, choice: number): { readonly right: boolean; readonly says: string } {
  const chosen = lesson.choices[choice];
  if (chosen === undefined) throw new RangeError(`${lesson.id} has no choice ${choice}`);
  return { right: chosen.right === true, says: chosen.met(...runsOf(lesson)) };
}

/** What the lesson says of its run number `index`. */
export function told(lesson: Lesson, index: number): readonly string[] {
  return lesson.shows[index]?.(...runsOf(lesson)) ?? [];
}

/** An answer to an exercise. */
export type LessonAnswer =
  | { readonly type: "fault"; readonly faults: readonly Fault[] }
  | { readonly type: "choice"; readonly option: number }
  | { readonly type: "number"; readonly value: number };

/** What the checker says of an answer, and the run that shows why. */
export interface Grade extends Outcome {
  readonly shown: Seen;
}

/** Where the run that is shown decides it, true ms; undefined: only the run as a whole does. */
export function decidingInstant({ decidesAt, shown }: Grade): number | undefined {
  return decidesAt ?? shown.decidesAt;
}

/** Grades an answer by running it. The answer must fit the exercise and keep to its limits. */
export function grade(exercise: Exercise, answer: LessonAnswer): Grade {
  switch (exercise.type) {
    case "fault":
      if (answer.type !== "fault") break;
      checkFaults(exercise, answer.faults);
      return judged(exercise, [injured(exercise, answer.faults)]);
    case "choice":
      if (answer.type !== "choice") break;
      return judged(exercise, optionOf(exercise, answer.option).setups);
    case "number":
      if (answer.type !== "number") break;
      return gradeNumber(exercise, answer.value);
  }
  throw new RangeError(`a ${answer.type} answers no ${exercise.type} exercise`);
}

function checkFaults({ kinds, most }: FaultExercise, faults: readonly Fault[]): void {
  if (faults.length === 0 || faults.length > most)
    throw new RangeError(`${faults.length} faults of at most ${most}`);
  for (const { type } of faults)
    if (kinds?.includes(type) === false) throw new RangeError(`${type} is not among ${kinds.join(", ")}`);
}

/** The exercise's run with the learner's faults. */
export function injured({ setup }: FaultExercise, faults: readonly Fault[]): Setup {
  const { scenario } = setup;
  return { ...setup, scenario: { ...scenario, faults: [...scenario.faults, ...faults] } };
}

function optionOf({ options }: ChoiceExercise, index: number): ChoiceExercise["options"][number] {
  const option = options[index];
  if (option === undefined) throw new RangeError(`no option ${letter(index)}`);
  return option;
}

/** All runs must pass; the first that does not says why, or else the last what went well. */
function judged(exercise: Exercise, setups: readonly Setup[]): Grade {
  let grade: Grade | undefined;
  for (const setup of setups) {
    const shown = run(setup);
    grade = { ...exercise.judge(shown), shown };
    if (!grade.passed) return grade;
  }
  if (grade === undefined) throw new RangeError("an exercise without a run");
  return grade;
}

/** The value must pass, and its neighbour beyond must not. */
function gradeNumber(exercise: NumberExercise, value: number): Grade {
  const own = judged(exercise, exercise.setups(value));
  if (!own.passed) return { ...own, says: sentence(own.says) };
  const next = value + (exercise.extreme === "smallest" ? -1 : 1);
  if (next < exercise.least || next > exercise.most) return { ...own, says: sentence(own.says) };
  const neighbour = judged(exercise, exercise.setups(next));
  const { unit } = exercise;
  return neighbour.passed
    ? {
        passed: false,
        says: `${value} ${unit} does it, but so does ${next} ${unit}: ${neighbour.says}`,
        shown: neighbour.shown,
      }
    : {
        passed: true,
        says: `${sentence(own.says)} With ${next} ${unit}: ${neighbour.says}`,
        shown: own.shown,
        ...(own.decidesAt === undefined ? {} : { decidesAt: own.decidesAt }),
      };
}
