/** A failing case told for people: what broke, the story that led to it, the scenario, and how to see it again. */
import type { Failure } from "../../../properties/check.ts";
import { tellDetails, tellViolation } from "../../../properties/tell.ts";
import { named } from "../../../properties/violation.ts";
import type { Variant } from "../../../models/variant.ts";
import { guaranteeOf } from "./verdict.ts";
import { countOf } from "../../words/count.ts";
import { renderCase } from "../story/render-case.ts";
import { seconds } from "../../words/seconds.ts";
import type { Terminal } from "../base/terminal.ts";
import { flow } from "../../words/cells.ts";
import { ttlText } from "../../words/ttl.ts";

const BROKEN = /^\S+ is violated/u;

export interface FailureView {
  readonly failure: Failure;
  readonly variant: Variant;
  /** The command that leads straight back to this case. */
  readonly command: string;
  /** Its trace; undefined: none was written. */
  readonly file: string | undefined;
}

export function renderFailure(
  { command, failure, file, variant }: FailureView,
  { paint, proseWidth }: Pick<Terminal, "paint" | "proseWidth">,
): string {
  const { decisions, scenario } = failure.case;
  const { property, shrinks, violation } = failure;
  const told = named(violation, scenario);
  const parts = [
    ttlText(scenario),
    countOf(scenario.faults.length, "fault"),
    ...(decisions.length === 0 ? [] : [countOf(decisions.length, "decision")]),
    `after ${countOf(shrinks, "simplification")}`,
  ];
  return [
    flow(
      `${property} is violated at ${seconds(violation.at)}. Promised: ${guaranteeOf(property)}`,
      proseWidth,
    ).replace(BROKEN, (words) => paint.red.bold(words)),
    ...[tellViolation(told), ...tellDetails(told)].map((line) => flow(line, proseWidth, "  ")),
    "",
    `${paint.bold("What happened")} ${paint.dim(`(${parts.join(", ")})`)}`,
    ...renderCase(failure.case, variant, violation.at, property, { paint, proseWidth }),
    "",
    `Again:  ${paint.bold(command)}`,
    ...(file === undefined ? [] : [`Trace:  ${paint.bold(`leasehold replay ${file}`)}`]),
    "",
  ].join("\n");
}
