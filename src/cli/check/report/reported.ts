/** A check that is over, and what of it a test runner counts. */
import type { Variant } from "../../../../models/variant.ts";
import { tellViolation } from "../../../../properties/tell.ts";
import { named } from "../../../../properties/violation.ts";
import type { ExitCode } from "../../base/exit-codes.ts";
import type { Terminal } from "../../base/terminal.ts";
import type { KeptCase } from "../corpus.ts";
import type { WrittenFailure } from "../document.ts";
import type { PlannedCheck } from "../plan.ts";
import { renderFailure } from "../render-failure.ts";
import type { CheckResult } from "../runner.ts";
import { tellMissing, UNTESTED, verdictOf, type PropertyVerdict } from "../verdict.ts";

/** A check that is over. */
export interface CheckReport {
  readonly planned: PlannedCheck;
  readonly runs: number;
  readonly variant: Variant;
  readonly result: CheckResult;
  /** The simplest first. */
  readonly failures: readonly WrittenFailure[];
  readonly kept: readonly KeptCase[];
  readonly code: ExitCode;
  readonly witnesses: boolean;
}

/** One promise, or one kept case, as a test runner counts it. */
export interface ReportedCase {
  readonly name: string;
  readonly verdict: "holds" | "violated" | "none" | "untested";
  /** One line; empty where it holds. */
  readonly says: string;
  /** The story of a failure, and how to see it again. */
  readonly details: string;
  /** The trace of a failure. */
  readonly file: string | undefined;
}

function missingOf(verdict: PropertyVerdict): string {
  if (verdict.type === "untested") return UNTESTED;
  return verdict.type === "none" ? tellMissing(verdict.missing) : "";
}

/** Every kept case, then every promise. */
export function reportedCases(
  { failures, kept, planned: { plan }, result, variant }: CheckReport,
  plain: Pick<Terminal, "paint" | "proseWidth">,
): ReportedCase[] {
  const told = new Map(failures.map((one) => [one.failure.property, one]));
  const properties = result.tallies.map((tally): ReportedCase => {
    const verdict = verdictOf(tally, plan.cases);
    const failure = told.get(tally.property);
    const missing = plan.path === undefined ? missingOf(verdict) : "";
    return {
      name: tally.property,
      verdict:
        failure !== undefined
          ? "violated"
          : missing === ""
            ? "holds"
            : verdict.type === "untested"
              ? "untested"
              : "none",
      says:
        failure === undefined
          ? missing
          : tellViolation(named(failure.failure.violation, failure.failure.case.scenario)),
      details: failure === undefined ? "" : renderFailure({ ...failure, variant }, plain),
      file: failure?.file,
    };
  });
  return [
    ...kept.map(({ file, property, verdict }): ReportedCase => ({
      name: `${file}: ${property}`,
      verdict: verdict === "open" ? "none" : verdict,
      says: {
        holds: "",
        violated: "the kept case breaks it again",
        open: "the kept case says nothing about it",
      }[verdict],
      details: verdict === "holds" ? "" : `leasehold replay ${file} tells how\n`,
      file: undefined,
    })),
    ...properties,
  ];
}
