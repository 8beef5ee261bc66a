/** What a lesson says before anything ran, and what its exercise asks; light, for it must be there at once. */
import { settingFacts } from "./facts.ts";
import type { Exercise, Lesson, Setup } from "./lesson.ts";

export interface Opening {
  readonly text: readonly string[];
  readonly question: string;
  readonly choices: readonly string[];
}

export function openingOf({ choices, question, runs, text }: Lesson): Opening {
  const facts = settingFacts(runs[0].setup.scenario);
  return {
    text: text(facts),
    question: question(facts),
    choices: choices.map((choice) => (typeof choice.text === "string" ? choice.text : choice.text(facts))),
  };
}

/** The exercise's text, with the facts of the setting that it begins from. */
export function taskOf(exercise: Exercise): readonly string[] {
  return exercise.task(settingFacts(settingOf(exercise).scenario));
}

/** How a fault is written, where a lesson has no examples of its own: for some it is the first that they are asked for. */
const FAULT_FORM = [
  "A fault is written as an instant, a verb with its victim, and how:",
  "    at: 30s, pause: A, for: 10s",
] as const;

/** The same where the answer is typed. */
export function typedTaskOf(exercise: Exercise): readonly string[] {
  const form = exercise.typed ?? (exercise.type === "fault" ? FAULT_FORM : []);
  return [...form, ...taskOf(exercise)];
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
