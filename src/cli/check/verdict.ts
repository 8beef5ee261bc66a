/**
 * What a check's tallies amount to: a verdict for each property, and one for the whole.
 */
import { catalogue } from "../../../properties/catalogue.ts";
import type { Tally } from "../../../properties/check.ts";
import { reruns } from "../../../properties/reruns.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";

export type PropertyVerdict =
  | { readonly type: "holds" }
  | { readonly type: "violated" }
  | { readonly type: "none"; readonly why: string };

/** Violated beats all; nothing judged, or a witness that never occurred, is no verdict. */
export function verdictOf(tally: Tally): PropertyVerdict {
  if (tally.failure !== undefined) return { type: "violated" };
  if (tally.judged === 0) {
    return {
      type: "none",
      why: tally.inconclusive > 0 ? "every run ended too early to judge" : "no run was judged",
    };
  }
  const missing = witnessesOf(tally.property).find((_, at) => (tally.seen[at] ?? 0) === 0);
  return missing === undefined ? { type: "holds" } : { type: "none", why: `never saw: ${missing}` };
}

export function exitCodeOf(tallies: readonly Tally[]): ExitCode {
  const verdicts = tallies.map((tally) => verdictOf(tally).type);
  if (verdicts.includes("violated")) return EXIT.violated;
  return verdicts.includes("none") || verdicts.length === 0 ? EXIT.noVerdict : EXIT.holds;
}

export function witnessesOf(property: string): readonly string[] {
  return catalogue.find(({ name }) => name === property)?.witnesses ?? [];
}

export function guaranteeOf(property: string): string {
  return [...catalogue, ...reruns].find(({ name }) => name === property)?.guarantee ?? "";
}

/** With so many runs and no failure, the failure rate is below this with 95 % confidence (the exact form of the rule of three). */
export function failureRateBound(runs: number): number {
  return 1 - 0.05 ** (1 / runs);
}
