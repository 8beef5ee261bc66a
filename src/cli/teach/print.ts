/**
 * Lessons as Markdown, for a lecturer: text, question, runs, what they show, the exercise, and apart from it the answers
 * with what the checker says to each. Everything comes from running the lesson.
 */
import { Chalk } from "chalk";
import { readAnswer } from "../../teach/answer.ts";
import { curve } from "../../teach/curve.ts";
import { grade, meet, runsOf, told } from "../../teach/engine.ts";
import type { Exercise, Lesson } from "../../teach/lesson.ts";
import { openingOf, typedTaskOf } from "../../teach/opening.ts";
import type { Seen } from "../../teach/seen.ts";
import { letter } from "../../teach/words.ts";
import { curveTable, paragraph, type Look } from "./render-lesson.ts";
import { drawn } from "./runs.ts";

const PLAIN = new Chalk({ level: 0 });

/** `proseWidth`: where a terminal's paragraphs break; in a file each is one line. */
export function printLessons(lessons: readonly Lesson[], width: number, proseWidth: number): string {
  const look: Look = { paint: PLAIN, width };
  return lessons.map((lesson) => printLesson(lesson, look, proseWidth)).join("\n");
}

function printLesson(lesson: Lesson, look: Look, proseWidth: number): string {
  const opening = openingOf(lesson);
  const seen = runsOf(lesson);
  const { exercise } = lesson;
  const runs = lesson.runs.flatMap((shown, index) => [
    `## ${shown.caption}`,
    shown.setup.variant === "shipped" ? "" : `Variant \`${shown.setup.variant}\`.`,
    fenced(drawn(seen[index] as Seen, look, { fromMs: 0, ...shown })),
    ...told(lesson, index),
  ]);
  const options = exercise.type === "choice" ? [lettered(exercise.options.map(({ text }) => text))] : [];
  return `${[
    `# ${lesson.title}`,
    `*${lesson.point}*`,
    ...opening.text,
    `**${opening.question}**`,
    lettered(opening.choices),
    ...runs,
    ...(lesson.figure === undefined ? [] : [fenced(curveTable(curve(), look))]),
    "## Exercise",
    ...joined(typedTaskOf(exercise)),
    ...options,
    "## For the lecturer",
    "To the predictions:",
    lettered(
      lesson.choices.map(
        ({ right }, index) => `${right === true ? "**right.** " : ""}${meet(lesson, index).says}`,
      ),
    ),
    `To the exercise: ${exercise.hint}`,
    ...solutions(exercise),
    `*Remember:* ${lesson.moral}`,
  ]
    .filter((block) => block !== "")
    .map((block) => broken(block, proseWidth))
    .join("\n\n")}\n`;
}

/** Drawings and code stand as they are; what continues a list's item is indented. */
function broken(block: string, width: number): string {
  if (width === Number.POSITIVE_INFINITY || /^(?:```| {4}|#)/u.test(block)) return block;
  return block
    .split("\n")
    .flatMap((line) => paragraph(line, { paint: PLAIN, width }, line.startsWith("- ") ? "  " : ""))
    .join("\n");
}

/** For a choice what is said to each; else what is said to the solution. */
function solutions(exercise: Exercise): string[] {
  if (exercise.type === "choice") {
    return [
      lettered(
        exercise.options.map((_, option) => {
          const { passed, says } = grade(exercise, { type: "choice", option });
          return `${passed ? "**passes.** " : ""}${says}`;
        }),
      ),
    ];
  }
  const reading = readAnswer(exercise, exercise.solution);
  const says = reading.type === "ok" ? grade(exercise, reading.answer).says : "";
  return [`One that passes is \`${exercise.solution}\`. ${says}`];
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.replace(/\n+$/u, "")}\n\`\`\``;
}

function lettered(texts: readonly string[]): string {
  return texts.map((text, index) => `- **${letter(index)}** ${text}`).join("\n");
}

/** Lines of code belong together. */
function joined(paragraphs: readonly string[]): string[] {
  const blocks: string[] = [];
  for (const text of paragraphs) {
    const last = blocks.at(-1);
    if (last?.startsWith("    ") === true && text.startsWith("    "))
      blocks[blocks.length - 1] = `${last}\n${text}`;
    else blocks.push(text);
  }
  return blocks;
}
