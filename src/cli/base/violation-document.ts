/** Violations and verdicts in JSON documents: the data, and beside it the sentence that people are shown. */
import type { Verdict } from "../../../properties/property.ts";
import { tellUndecided, tellViolation } from "../../../properties/tell.ts";
import { named, type Violation } from "../../../properties/violation.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import type { TraceVerdict, TraceViolation } from "../../trace/format.ts";
import { sentenceOf, whyOpen } from "../../trace/tell-verdict.ts";

/** Coordinators by place, as everywhere in a document about a run that has its scenario beside it. */
export function violationDocument(violation: Violation, scenario: Scenario): object {
  return { ...violation, text: tellViolation(named(violation, scenario)) };
}

export function verdictDocument(property: string, verdict: Verdict, scenario: Scenario): object {
  switch (verdict.type) {
    case "holds":
      return verdict;
    case "violated":
      return { type: "violated", violation: violationDocument(verdict.violation, scenario) };
    case "inconclusive":
      return { ...verdict, why: tellUndecided(property, verdict) };
  }
}

/** Coordinators by name, as in the trace. */
export function traceViolationDocument(violation: TraceViolation): object {
  return { ...violation, text: sentenceOf(violation) };
}

export function traceVerdictDocument(verdict: TraceVerdict): object {
  const { violation } = verdict;
  const why = whyOpen(verdict);
  return {
    ...verdict,
    ...(violation === undefined ? {} : { violation: traceViolationDocument(violation) }),
    ...(why === undefined ? {} : { why }),
  };
}
