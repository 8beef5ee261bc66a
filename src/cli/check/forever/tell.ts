/** What an endless check says: a line an hour, the failures of each round, and in the end the table and the curve. */
import type { ChalkInstance } from "chalk";
import type { Failure } from "../../../../properties/check.ts";
import type { Terminal } from "../../base/terminal.ts";
import { countOf, grouped } from "../../../words/count.ts";
import { shellWord } from "../../base/shell-word.ts";
import { checkCommand } from "../plan.ts";
import { renderTable } from "../render-check.ts";
import { plotText } from "./plot.ts";
import { schedulesOf, type ForeverState } from "./state.ts";

export const HOUR_MS = 3_600_000;

export function hourText(state: ForeverState): string {
  return `${(state.elapsedMs / HOUR_MS).toFixed(1)} h: ${summary(state)}\n`;
}

/** `again`: the command that shows it again. */
export function failureText({ property }: Failure, again: string, paint: ChalkInstance): string {
  return `${paint.red.bold(`${property} is violated`)}: ${again}\n`;
}

export function resultText(state: ForeverState, terminal: Terminal): string {
  const { curve, planned, tallies } = state;
  const table = renderTable(tallies, planned.plan.cases, terminal);
  return `${table}\n${plotText(curve, terminal.width)}${summary(state)}\n`;
}

/** What can be done with what is kept in the folder. */
export function nextText(
  { failing, planned, rare }: ForeverState,
  folder: string,
  { paint }: Terminal,
): string {
  const kept =
    failing.length + rare.length === 0
      ? ""
      : ` · to run again what was kept: ${checkCommand(planned)} --corpus ${shellWord(`${folder}/corpus`)}`;
  return paint.dim(
    `The same as a drawing: ${folder}/coverage.svg · to go on: the same command again${kept}\n`,
  );
}

function summary(state: ForeverState): string {
  const { elapsedMs, failing, pairs, rare } = state;
  const schedules = schedulesOf(state);
  const rate = elapsedMs === 0 ? 0 : Math.round((schedules * 1000) / elapsedMs);
  return [
    `${grouped(schedules)} schedules (${grouped(rate)}/s)`,
    failing.length === 0 ? "no failure" : countOf(failing.length, "failure"),
    `${grouped(pairs.length)} pairs of the chart`,
    `${countOf(rare.length, "rare schedule")} kept`,
  ].join(" · ");
}
