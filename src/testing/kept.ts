/** A kept trace of programs, asked again: what a test that `leasehold replay --save-test` wrote does. */
import { shipped } from "../../models/variant.ts";
import { judgeAgain, type Again, type KeptHeader } from "../run/tolerant.ts";
import { inOneTurn } from "./turn.ts";

/**
 * Runs the case of `kept` again, by meaning, on the programs that were adopted (`adoptExports` of `leasehold/trace`). Rejects with a
 * `ProgramFault` where they cannot be simulated.
 */
export function judgeKept(kept: KeptHeader): Promise<Again> {
  return inOneTurn(() => judgeAgain(kept, shipped));
}
