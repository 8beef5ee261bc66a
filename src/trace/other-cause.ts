/** Whether a promise that is broken again is broken for the recorded reason: the same property may fall in several ways. */
import { reasonOf } from "../../properties/shrink/reason.ts";
import type { Scenario } from "../simulation/scenario.ts";
import type { TraceViolation } from "./format.ts";

export type OtherCause = "in another way" | "by another coordinator";

/** Undefined: by the same cause, or nothing was recorded. When it happens does not matter. */
export function otherCause(
  recorded: TraceViolation | undefined,
  now: TraceViolation | undefined,
  scenario: Scenario,
): OtherCause | undefined {
  if (recorded === undefined || now === undefined) return undefined;
  if (reasonOf(recorded, scenario) !== reasonOf(now, scenario)) return "in another way";
  const who = ({ nodes }: TraceViolation) => nodes.toSorted().join();
  return who(recorded) === who(now) ? undefined : "by another coordinator";
}
