/** A promise that the search found broken: repeated by the ordinary simulation, written as a trace, and told. */
import { join } from "node:path";
import type { Case } from "../../../properties/case.ts";
import { tellDetails, tellViolation } from "../../../properties/tell.ts";
import { named, type Violation } from "../../../properties/violation.ts";
import { propertyNamed } from "../../search/promises.ts";
import { flow } from "../../words/cells.ts";
import { seconds } from "../../words/seconds.ts";
import { countOf } from "../../words/count.ts";
import type { Terminal } from "../base/terminal.ts";
import { tryTrace, type WrittenTrace } from "../base/trace-output.ts";
import { tellAstray } from "../story/astray.ts";
import { renderCase } from "../story/render-case.ts";
import { commandToExplore, nameOfSpace, type AskedAgain } from "./plan.ts";
import type { Explored } from "./runner.ts";

/** A violation as the ordinary simulation has it, and where its trace is. */
export interface WrittenBreach extends WrittenTrace {
  readonly case: Case;
  readonly violation: Violation;
  /** How many things happen on the way. */
  readonly things: number;
  /** Whether there is no way with fewer. */
  readonly isShortest: boolean;
  /** How many of the space's faults struck. */
  readonly struck: number;
}

/** Writes the trace of what was broken into `folder`, unless that is false. Undefined: nothing was broken. */
export function writeBreach(
  { end, space }: Explored,
  folder: string | false,
  /** Of one's own, as a trace names them. */
  modules: readonly string[],
): WrittenBreach | undefined {
  if (end.type !== "violated") return undefined;
  const { case: given, isShortest, struck, things, violation } = end;
  const { variant } = space;
  const { property } = violation;
  const breach = { case: given, violation, things, isShortest, struck };
  if (folder === false) return { ...breach, file: undefined };
  const file = join(folder, `${property}-${variant.name}-${nameOfSpace(space)}.jsonl`);
  return { ...breach, ...tryTrace(file, { ...given, variant, property, violation, modules }) };
}

/** What broke, the story that led to it, and how to see it again. */
export function renderBreach(
  { space }: Explored,
  { case: given, file, isShortest, struck, things, violation }: WrittenBreach,
  again: AskedAgain,
  { paint, proseWidth }: Terminal,
): string {
  const told = named(violation, given.scenario);
  const { property } = violation;
  const head = `${property} is violated at ${seconds(violation.at)}. Promised: ${propertyNamed(property).guarantee}`;
  const { decisions, scenario } = given;
  const parts = [
    countOf(scenario.faults.length, "fault"),
    ...tellAstray(struck - scenario.faults.length),
    countOf(decisions.length, "decision"),
  ];
  return [
    "",
    paint.red.bold(flow(head, proseWidth)),
    ...[tellViolation(told), ...tellDetails(told)].map((text) => flow(text, proseWidth, "  ")),
    "",
    `${paint.bold("What happened")} ${paint.dim(`(${isShortest ? "no shorter way: " : ""}${countOf(things, "step")}, ${parts.join(", ")})`)}`,
    ...renderCase(given, space.variant, violation.at, property, { paint, proseWidth }),
    "",
    `Again:  ${paint.bold(commandToExplore(space, again))}`,
    ...(file === undefined ? [] : [`Trace:  ${paint.bold(`leasehold replay ${file}`)}`]),
    "",
  ].join("\n");
}
