/** A check's result as JSON. */
import type { CheckPlan, Failure, Tally } from "../../../properties/check.ts";
import { EXIT } from "../base/exit-codes.ts";
import type { CheckResult } from "./runner.ts";
import type { WrittenTrace } from "../base/trace-output.ts";
import { violationDocument } from "../base/violation-document.ts";
import {
  exitCodeOf,
  failureRateBound,
  tellMissing,
  tellNeed,
  UNTESTED,
  verdictOf,
  witnessesOf,
} from "./verdict.ts";

export interface WrittenFailure extends WrittenTrace {
  readonly failure: Failure;
  readonly command: string;
}

export function checkDocument(
  plan: CheckPlan,
  runs: number,
  result: CheckResult,
  failures: readonly WrittenFailure[],
): object {
  const verdict = { [EXIT.holds]: "holds", [EXIT.violated]: "violated" }[
    exitCodeOf(result.tallies, plan) as number
  ];
  const told = new Map(failures.map((one) => [one.failure.property, one]));
  return {
    verdict: verdict ?? "none",
    variant: plan.variant,
    seed: plan.seed,
    runs: { asked: runs, done: result.done, ended: result.ended },
    properties: result.tallies.map((tally) => propertyDocument(tally, plan, told.get(tally.property))),
  };
}

function propertyDocument(tally: Tally, { cases }: CheckPlan, told: WrittenFailure | undefined): object {
  const verdict = verdictOf(tally, cases);
  const witnesses = witnessesOf(tally, cases);
  const unreachable = witnesses.filter(({ outOfReach }) => outOfReach !== undefined);
  return {
    property: tally.property,
    verdict: verdict.type,
    ...(verdict.type === "none" ? { why: tellMissing(verdict.missing), missing: verdict.missing } : {}),
    ...(verdict.type === "untested" ? { why: UNTESTED } : {}),
    judged: tally.judged,
    untested: tally.untested,
    outside: tally.outside,
    inconclusive: tally.inconclusive,
    witnesses: Object.fromEntries(witnesses.map(({ runs, says }) => [says, runs])),
    seen: Object.fromEntries(witnesses.map(({ name, runs }) => [name, runs])),
    ...(unreachable.length === 0
      ? {}
      : {
          notLookedFor: Object.fromEntries(
            unreachable.map(({ outOfReach, says }) => [says, outOfReach && tellNeed(outOfReach)]),
          ),
        }),
    ...(tally.worst === undefined ? {} : { worst: tally.worst }),
    ...(verdict.type === "holds" ? { failureRateBelow: failureRateBound(tally.judged) } : {}),
    ...(told === undefined ? {} : { failure: failureDocument(told) }),
  };
}

function failureDocument({ command, failure, file }: WrittenFailure): object {
  const violation = violationDocument(failure.violation, failure.case.scenario);
  return { ...failure, violation, command, file };
}
