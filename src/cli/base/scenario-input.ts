/** Scenarios as people name them: a built-in one, or a file. What is wrong with a file is told line by line. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { builtInNamed, builtIns } from "../../scenario-file/built-in.ts";
import { suggest } from "../../scenario-file/nearest.ts";
import { readScenario } from "../../scenario-file/read-scenario.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { renderProblems } from "../story/render-problems.ts";
import type { Terminal } from "./terminal.ts";
import { readText } from "./text-input.ts";
import { UserError } from "./user-error.ts";

export interface NamedScenario {
  readonly scenario: Scenario;
  /** What to look at in a built-in one. */
  readonly look: string | undefined;
}

/** Whether a word is meant as a scenario's file rather than as a name. */
export function isScenarioPath(text: string): boolean {
  return /[./\\]/u.test(text) || existsSync(text);
}

/** The scenario of that name or file. Undefined: the file has faults, which were told. */
export function scenarioNamed(target: string, terminal: Terminal): NamedScenario | undefined {
  const builtIn = builtInNamed(target);
  if (builtIn !== undefined) return builtIn;
  if (!isScenarioPath(target)) {
    throw new UserError({
      what: `there is no built-in scenario and no file named ${target}`,
      remedy: suggest(
        target,
        builtIns.map(({ name }) => name),
      ),
    });
  }
  const text = readText(target, "name a scenario file, or a built-in scenario (leasehold simulate --list)");
  const title = basename(target).replace(/\.(?:ya?ml|json)$/iu, "");
  const reading = readScenario(text, { title, json: /\.json$/iu.test(target) });
  if (reading.type === "ok") return { scenario: reading.scenario, look: undefined };
  terminal.err(renderProblems(target, text, reading.problems, terminal.paintErr));
  return undefined;
}
