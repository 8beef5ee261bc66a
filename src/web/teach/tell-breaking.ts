/** What was found that breaks a promise, in a sentence. */
import { struckBy } from "../../simulation/fault.ts";
import { faultText } from "../../simulation/fault-words.ts";
import { clockText, instantText } from "../markup.ts";
import type { Breakage } from "./break.ts";

/** `at`: from when on it was sought, true ms. */
export function tellBreaking(found: Breakage, at: number): string {
  const tried = `${found.runs} ${found.runs === 1 ? "run" : "runs"} from ${clockText(at)} on`;
  if (found.type === "none")
    return `Nothing that was tried breaks a promise: one fault or two, in ${tried}. That is no proof; leasehold check and explore go further.`;
  const faults = found.faults.map(
    (fault) => `${struckBy(fault) ?? "etcd"} ${faultText(fault)} at ${instantText(fault.atMs)}`,
  );
  return `${faults.join(", then ")} breaks ${found.property}. Found in ${tried}.`;
}
