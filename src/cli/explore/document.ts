/** An exploration's result as JSON. */
import { FAULT_CLASSES, type Space } from "../../search/space.ts";
import { violationDocument } from "../base/violation-document.ts";
import type { BesideCheck } from "./beside-check.ts";
import type { WrittenBreach } from "./breach.ts";
import { chartCoverage } from "./chart.ts";
import type { Explored } from "./runner.ts";
import { commandToExplore, type AskedAgain } from "./plan.ts";

export function exploreDocument(
  all: readonly Explored[],
  notBegun: readonly Space[],
  /** Kinds of faults. */
  leftOut: readonly string[],
  again: AskedAgain,
  breaches: ReadonlyMap<Explored, WrittenBreach>,
  beside: BesideCheck | undefined,
): object {
  return {
    spaces: all.map((one) => spaceDocument(one, again, breaches.get(one))),
    ...(notBegun.length === 0 ? {} : { notBegun: notBegun.map((space) => boundsOf(space, again)) }),
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(all.length === 0 ? {} : { chart: chartCoverage(all) }),
    ...(beside === undefined ? {} : { check: beside }),
  };
}

function boundsOf(space: Space, again: AskedAgain): object {
  const { variant, ...bounds } = space;
  return { ...bounds, variant: variant.name, command: commandToExplore(space, again) };
}

function spaceDocument(
  { end, judged, memoryBytes, outside, reached, seconds, space, undecided, untested }: Explored,
  again: AskedAgain,
  breach: WrittenBreach | undefined,
): object {
  return {
    ...boundsOf(space, again),
    verdict: end.type,
    ...(end.type === "open" ? { why: end.why } : {}),
    states: reached.states,
    frontier: reached.frontier,
    steps: reached.steps,
    depth: reached.depth,
    seconds,
    memoryBytes,
    judged,
    undecided,
    untested,
    ...(end.type === "closed" && end.recovery !== undefined ? { recovery: end.recovery } : {}),
    outside,
    ...(breach === undefined
      ? {}
      : {
          violation: violationDocument(breach.violation, breach.case.scenario),
          scenario: breach.case.scenario,
          decisions: breach.case.decisions,
          ...(breach.file === undefined ? {} : { file: breach.file }),
        }),
  };
}

export function faultsDocument(): object {
  return { faults: FAULT_CLASSES.map(({ name, says }) => ({ name, says })) };
}
