/**
 * A lesson's parts as a terminal shows them: prose with its marks, choices, runs, the curve. Without colour the marks stay
 * as they are, so that plain output is the Markdown it came from. Pure.
 */
import type { ChalkInstance } from "chalk";
import type { Curve } from "../../teach/curve.ts";
import type { Lesson } from "../../teach/lesson.ts";
import type { LearnerProgress } from "../../teach/progress.ts";
import { letter, spanText } from "../../teach/words.ts";
import { wrap } from "../../words/cells.ts";

/** Longer lines are hard to read, however wide the window. */
const WIDEST_PROSE = 92;
const CURVE_BAR = 24;

export interface Look {
  readonly width: number;
  readonly paint: ChalkInstance;
}

/** Paragraphs, wrapped, with a blank line between; one that begins with blanks stands as it is. */
export function prose(paragraphs: readonly string[], look: Look): string {
  const blocks = paragraphs.map((text) =>
    text.startsWith("    ") ? look.paint.cyan(text) : paragraph(text, look).join("\n"),
  );
  // Lines of code belong together.
  return `${blocks.reduce((all, block, index) => {
    const both =
      paragraphs[index]?.startsWith("    ") === true && paragraphs[index - 1]?.startsWith("    ") === true;
    return index === 0 ? block : `${all}${both ? "\n" : "\n\n"}${block}`;
  }, "")}\n`;
}

/** One paragraph's lines; those after the first are indented by `hang`. */
export function paragraph(text: string, { paint, width }: Look, hang = ""): string[] {
  // What is marked as code is not broken.
  const glued = text.replace(/`[^`]*`/gu, (code) => code.replaceAll(" ", "\u00A0"));
  return wrap(glued, Math.min(width, WIDEST_PROSE) - hang.length).map((line, index) =>
    marked((index === 0 ? "" : hang) + line.replaceAll("\u00A0", " "), paint),
  );
}

function marked(line: string, paint: ChalkInstance): string {
  if (paint.level === 0) return line;
  return line
    .replace(/`([^`]*)`/gu, (_, code: string) => paint.cyan(code))
    .replace(/\*([^*]+)\*/gu, (_, word: string) => paint.bold(word));
}

export function heading(lesson: Lesson, number: number, of: number, { paint, width }: Look): string {
  const rule = "─".repeat(Math.min(width, WIDEST_PROSE));
  return `\n${paint.bold(lesson.title)}  ${paint.dim(`lesson ${number} of ${of}`)}\n${paint.dim(rule)}\n`;
}

export function question(text: string, look: Look): string {
  return `${paragraph(text, look)
    .map((line) => look.paint.bold(line))
    .join("\n")}\n`;
}

export function choices(texts: readonly string[], look: Look): string {
  return texts
    .map((text, index) => {
      const mark = `  ${letter(index)}  `;
      const [first = "", ...rest] = paragraph(text, { ...look, width: look.width - mark.length }, "     ");
      return `${[look.paint.yellow(mark) + first, ...rest].join("\n")}\n`;
    })
    .join("");
}

export function caption(text: string, { paint }: Look): string {
  return `${paint.bold.underline(text)}\n\n`;
}

/** What the checker says, with its verdict before. */
export function verdict(passed: boolean, word: string, says: string, look: Look): string {
  const head = passed ? look.paint.green.bold(word) : look.paint.yellow.bold(word);
  const [first = "", ...rest] = paragraph(`${word} ${says}`, look);
  return `${[head + first.slice(word.length), ...rest].join("\n")}\n`;
}

/** The menu: every lesson with what was done of it, and the one to go on with. */
export function menu(
  lessons: readonly Lesson[],
  progress: LearnerProgress,
  next: number,
  { paint, width }: Look,
): string {
  const idWidth = Math.max(...lessons.map(({ id }) => id.length));
  const titleWidth = Math.max(...lessons.map(({ title }) => title.length));
  const rows = lessons.map((lesson, index) => {
    const done = progress.get(lesson.id);
    const passed = done?.passedAfter !== undefined;
    const mark = passed ? paint.green("✓") : done === undefined ? " " : paint.yellow("•");
    const said = passed
      ? `passed${done.passedAfter === 1 ? " at once" : `, attempt ${done.passedAfter}`}`
      : done === undefined
        ? ""
        : "begun";
    const here = index === next;
    const title = lesson.title.padEnd(titleWidth);
    return `${here ? paint.cyan("▸") : " "} ${String(index + 1).padStart(2)} ${mark} ${here ? paint.bold(title) : title}  ${paint.dim(lesson.id.padEnd(idWidth))}  ${paint.dim(said)}`.trimEnd();
  });
  const passed = lessons.filter(({ id }) => progress.get(id)?.passedAfter !== undefined).length;
  const head = `${paint.bold("Leases and leaders")}  ${paint.dim(`${passed} of ${lessons.length} passed`)}`;
  const point = lessons[next]?.point;
  const about =
    point === undefined
      ? []
      : ["", ...paragraph(point, { paint, width: width - 7 }).map((line) => `       ${line}`)];
  return `\n${[head, "", ...rows, ...about].join("\n")}\n`;
}

/** What a TTL costs: bars of waiting after a crash beside bars of stalls that cost the role. */
export function curveTable({ places, points, stallsMs }: Curve, { paint, width }: Look): string {
  const longest = Math.max(...points.map(({ worstMs }) => worstMs));
  const size = Math.min(CURVE_BAR, Math.floor((width - 46) / 2));
  const rows = points.map(({ bestMs, lost, stalls, ttlSeconds, worstMs }) => {
    const least = Math.round((bestMs / longest) * size);
    const most = Math.max(1, Math.round((worstMs / longest) * size));
    const wait = "█".repeat(least) + "▒".repeat(Math.max(0, most - least));
    const part = Math.round((lost / stalls) * size);
    const waits = `${spanText(bestMs)} to ${spanText(worstMs)}`.padEnd(16);
    return `${`${ttlSeconds} s`.padStart(5)}  ${paint.cyan(wait.padEnd(size))} ${waits}  ${paint.magenta("█".repeat(part).padEnd(size))} ${lost === 0 ? "none" : `${lost} of ${stalls}`}`.trimEnd();
  });
  const head = `${"TTL".padStart(5)}  ${"a crash: nobody serves for".padEnd(size + 17)}  stalls that cost the role`;
  const lengths = `${stallsMs.map((ms) => ms / 1000).join(", ")} s`;
  const foot = `█ at best, ▒ at worst, over ${places} places between two renewals; at each, stalls of ${lengths}.`;
  return `${[paint.bold(head), ...rows, "", ...paragraph(foot, { paint, width })].join("\n")}\n`;
}
