/** Whether a promise that is broken again is broken for the recorded reason: the same property may fall in several ways. */
import type { Scenario } from "../simulation/scenario.ts";
import type { TraceViolation } from "../trace/format.ts";
import { tellsTheSame } from "../trace/recorded-text.ts";
import { shareCause } from "../trace/tell-verdict.ts";

export type OtherCause = "in another way" | "by another coordinator";

/** Undefined: by the same cause, or nothing was recorded. When it happens does not matter. */
export function otherCause(
  recorded: TraceViolation | undefined,
  now: TraceViolation | undefined,
  { coordinators }: Scenario,
): OtherCause | undefined {
  if (recorded === undefined || now === undefined) return undefined;
  const same =
    recorded.recordedText === undefined
      ? shareCause(recorded, now)
      : tellsTheSame(
          recorded,
          now,
          coordinators.map(({ name }) => name),
        );
  if (!same) return "in another way";
  const who = ({ nodes }: TraceViolation) => nodes.toSorted().join();
  return who(recorded) === who(now) ? undefined : "by another coordinator";
}
