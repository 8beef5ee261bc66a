/** What a fault does and how it ends, in a few words: the same wherever a run is told or drawn. */
import { effectsOf, outlasting } from "./effects.ts";
import { concerns, kindOf, lastsMs, type Fault } from "./fault.ts";
import { durationText } from "./faults/words.ts";

/** Where its end is told too. `vain`: it needs a process and finds it down. */
export function faultBegins(fault: Fault, vain = false): string {
  const { words } = kindOf(fault);
  return (vain ? words.vain?.(fault) : undefined) ?? words.begins(fault);
}

/** With how long it lasts, where its end is not told: `cut off from etcd (70 s)`. */
export function faultText(fault: Fault): string {
  return lastsMs(fault) === 0 || bringsBack(fault)
    ? faultBegins(fault)
    : `${faultBegins(fault)} (${durationText(lastsMs(fault))})`;
}

/**
 * Undefined: nothing ends that could be seen. `vain`: there is no process that it holds. `others`: those that are still in
 * effect; where one goes on with what this fault did, that is said.
 */
export function faultEnds(fault: Fault, vain: boolean, others: readonly Fault[]): string | undefined {
  const { name, words } = kindOf(fault);
  if (vain) return words.ends?.(fault, true);
  const on = concerns(fault);
  const further = outlasting(
    fault,
    others.filter((other) => concerns(other) === on),
  );
  if (further === undefined) return words.ends?.(fault, false);
  return bringsBack(fault) ? undefined : `${name} over; still: ${faultBegins(further)}`;
}

/** Its end starts a process, which says so itself. */
export function bringsBack(fault: Fault): boolean {
  return effectsOf(fault).staysDown === true;
}

/** It can be in vain: only a process that runs can suffer it. */
export function needsProcess(fault: Fault): boolean {
  return kindOf(fault).needsProcess === true;
}
