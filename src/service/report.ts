/** Where a service hears of what went wrong and did not end its election. */
import { emitWarning } from "node:process";
import type { ElectionOptions } from "./term.ts";

/** Tells a problem; never throws, since a hook that fails must not take the election with it, and the reporter is one. */
export type Report = (what: string, why: unknown) => void;

/** The reporter that the options name, or else warnings of the process. */
export function reporterFor(options: Pick<ElectionOptions, "onProblem" | "role">): Report {
  return (what, why) => {
    const text = why instanceof Error ? why.message : String(why);
    const problem = new Error(`${options.role}: ${what}: ${text}`, { cause: why });
    try {
      if (options.onProblem === undefined) emitWarning(problem);
      else options.onProblem(problem);
    } catch (error) {
      emitWarning(error instanceof Error ? error : String(error));
    }
  };
}
