/** `--clocks-within`: whoever says so may be refuted by the lines themselves. */
import { alignClocks } from "../../evidence/align.ts";
import type { EvidenceSource } from "../../evidence/fact.ts";
import { seconds } from "../../words/seconds.ts";
import { UserError } from "../base/user-error.ts";

/** Throws a {@link UserError} where two logs' clocks certainly stand farther apart. `withinMs`: as the user says. */
export function refuseWrongClocks(withinMs: number, sources: readonly EvidenceSource[]): void {
  const { clocks, mostAheadMs } = alignClocks(sources);
  const logs = clocks.map(({ source }) => source).filter(({ type }) => type === "log");
  for (const of of logs)
    for (const than of logs) {
      const behindMs = -mostAheadMs(of, than);
      if (behindMs > withinMs)
        throw new UserError({
          where: "--clocks-within",
          what: `the clock of ${of.name} is at least ${seconds(behindMs)} behind that of ${than.name}, as their lines show`,
          remedy:
            "leave it out, and the clocks are shown with the lines that tell; or say how far apart they are at most",
        });
    }
}
