/** `leasehold/properties`: the promises as values, generated cases, the check, and violations as data and in words. */
export { catalogue } from "./catalogue.ts";
export { HOLDS, type Conclusion, type Judge, type Margin, type Property, type Verdict } from "./property.ts";
export {
  fittingNetwork,
  keysLeftAlone,
  leadersInTouch,
  steadyClocks,
  trueClocks,
  type Assumption,
} from "./assumptions.ts";
export { witness, type Witness } from "./witness.ts";
export { defineProperty, type Fold, type PropertyDefinition } from "./define-property.ts";
export {
  named,
  type Finding,
  type FindingOf,
  type NamedViolation,
  type Undecided,
  type Violation,
  type ViolationKind,
} from "./violation.ts";
export { tellUndecided, tellViolation } from "./tell.ts";
export { RunJudges, type Judgement } from "./judging.ts";
export { cases } from "./arbitraries.ts";
export type { Case, CaseOptions } from "./case.ts";
export { judgeCase, propertyNames, runBatch, type CheckPlan, type Failure, type Tally } from "./check.ts";
export { shrinkCase, type Shrunk } from "./shrink/shrink.ts";
export { reruns } from "./reruns.ts";
export type { RerunProperty } from "./rerun-property.ts";
