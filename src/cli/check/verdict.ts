/**
 * What a check's tallies amount to: a verdict for each property, and one for the whole.
 */
import type { CaseOptions } from "../../../properties/arbitraries.ts";
import { catalogue } from "../../../properties/catalogue.ts";
import type { CheckPlan, Tally } from "../../../properties/check.ts";
import { reruns } from "../../../properties/reruns.ts";
import { outOfReach } from "../../../properties/witness.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";

export type PropertyVerdict =
  | { readonly type: "holds" }
  | { readonly type: "violated" }
  | { readonly type: "none"; readonly why: string };

/** Violated beats all; nothing judged, or a witness that could occur and never did, is no verdict. */
export function verdictOf(tally: Tally, cases: CaseOptions): PropertyVerdict {
  if (tally.failure !== undefined) return { type: "violated" };
  if (tally.judged === 0) {
    return {
      type: "none",
      why: tally.inconclusive > 0 ? "every run ended too early to judge" : "no run was judged",
    };
  }
  const missing = witnessesOf(tally, cases).find((one) => one.runs === 0 && one.outOfReach === undefined);
  return missing === undefined ? { type: "holds" } : { type: "none", why: `never saw: ${missing.says}` };
}

/** One case by its path has no witnesses to wait for. */
export function exitCodeOf(
  tallies: readonly Tally[],
  { cases, path }: Pick<CheckPlan, "cases" | "path">,
): ExitCode {
  const verdicts = tallies.map((tally) => verdictOf(tally, cases).type);
  if (verdicts.includes("violated")) return EXIT.violated;
  if (path !== undefined) return EXIT.holds;
  return verdicts.includes("none") || verdicts.length === 0 ? EXIT.noVerdict : EXIT.holds;
}

/** A witness, in how many runs it occurred, and why it could in none, if so. */
export interface Sighting {
  readonly says: string;
  readonly runs: number;
  readonly outOfReach: string | undefined;
}

export function witnessesOf(
  { property, seen }: Pick<Tally, "property" | "seen">,
  cases: CaseOptions,
): Sighting[] {
  const witnesses = catalogue.find(({ name }) => name === property)?.witnesses ?? [];
  return witnesses.map((witness, at) => ({
    says: witness.says,
    runs: seen[at] ?? 0,
    outOfReach: outOfReach(witness, cases),
  }));
}

export function guaranteeOf(property: string): string {
  return [...catalogue, ...reruns].find(({ name }) => name === property)?.guarantee ?? "";
}

/** With so many runs and no failure, the failure rate is below this with 95 % confidence (the exact form of the rule of three). */
export function failureRateBound(runs: number): number {
  return 1 - 0.05 ** (1 / runs);
}
