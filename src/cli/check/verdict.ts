/**
 * What a check's tallies amount to: a verdict for each property, and one for the whole.
 */
import { isNarrowed, type CaseOptions } from "../../../properties/case.ts";
import { catalogue } from "../../../properties/catalogue.ts";
import type { CheckPlan, Tally } from "../../../properties/check.ts";
import { inVain } from "../../../properties/strike-counts.ts";
import { reruns } from "../../../properties/reruns.ts";
import { outOfReach, type Need } from "../../../properties/witness.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";

export type PropertyVerdict =
  | { readonly type: "holds" }
  | { readonly type: "violated" }
  /** What the check leaves out is all that could have put it to the test: nothing is known of it. */
  | { readonly type: "untested" }
  | { readonly type: "none"; readonly missing: Missing };

/** What a verdict would have needed. */
export type Missing =
  | { readonly type: "longer-runs" }
  | { readonly type: "judged-run" }
  | { readonly type: "tested-run" }
  | { readonly type: "witness"; readonly witness: Sighting }
  | { readonly type: "outside"; readonly share: number }
  | { readonly type: "effect"; readonly fault: string };

/** Of kinds that were named. */
const NEEDS_OTHERS =
  "; what it hinders may come of other kinds of faults alone: name some more, such as crash";

/** A promise of whose runs more than this part lie outside its assumptions was hardly looked at... */
export const MOST_OUTSIDE = 0.35;
/** ...which so many runs tell. */
const RUNS_FOR_A_SHARE = 200;

export function tellMissing(missing: Missing, { kinds }: Pick<CaseOptions, "kinds"> = {}): string {
  switch (missing.type) {
    case "longer-runs":
      return "every run ended too early to judge";
    case "judged-run":
      return "no run was judged";
    case "tested-run":
      return "no run put it to the test";
    case "outside":
      return `${Math.round(missing.share * 100)} % of the schedules lie outside its assumptions`;
    case "effect":
      return `${missing.fault} never had an effect, however often it struck${kinds === undefined ? "" : NEEDS_OTHERS}`;
    case "witness":
      return `never saw: ${missing.witness.says}`;
  }
}

/** Why something was not looked for: what a check leaves out, or that it is about so little that it may never come. */
export type LeftOut = Need | "narrowed";

export function tellNeed(need: LeftOut): string {
  return { faults: "no faults", rivals: "one coordinator alone", narrowed: "these schedules alone" }[need];
}

/** Why nothing is known of a promise that the check as it was asked for cannot put to the test. */
export const UNTESTED = "none of these schedules can put it to the test";

/** Violated beats all; nothing judged, or a witness that could occur and never did, is no verdict. */
export function verdictOf(tally: Tally, cases: CaseOptions): PropertyVerdict {
  if (tally.failure !== undefined) return { type: "violated" };
  const { untested } = tally;
  const runs = tally.judged + untested + tally.outside + tally.inconclusive;
  if (runs >= RUNS_FOR_A_SHARE && tally.outside > MOST_OUTSIDE * runs)
    return { type: "none", missing: { type: "outside", share: tally.outside / runs } };
  if (tally.judged === 0) {
    // What could not occur is not demanded, nor does it tell anything.
    const leftOut = witnessesOf(tally, cases).every(({ outOfReach: left }) => left !== undefined);
    if (untested > 0 && leftOut) return { type: "untested" };
    const type = tally.inconclusive > 0 ? "longer-runs" : untested > 0 ? "tested-run" : "judged-run";
    return { type: "none", missing: { type } };
  }
  const witness = witnessesOf(tally, cases).find((one) => one.runs === 0 && one.outOfReach === undefined);
  if (witness !== undefined) return { type: "none", missing: { type: "witness", witness } };
  const [fault] = mayBeUnseen(cases) ? [] : withoutEffect(tally, cases);
  return fault === undefined ? { type: "holds" } : { type: "none", missing: { type: "effect", fault } };
}

/** A kind may always come where it can do nothing, or nothing that shows: around one scenario, to one alone, at a TTL of one's own. */
export function mayBeUnseen({ around, coordinators, ttlSeconds }: CaseOptions): boolean {
  return around !== undefined || coordinators === 1 || ttlSeconds !== undefined;
}

/** The kinds of faults that came often, and did nothing that was seen. */
export function withoutEffect(tally: Tally, cases: CaseOptions): string[] {
  const runs = tally.judged + tally.untested + tally.outside + tally.inconclusive;
  return inVain(tally.struck, isNarrowed(cases) || cases.faults === false ? 0 : runs);
}

/** One case by its path has no witnesses to wait for. What was left out is not demanded, as long as something holds. */
export function exitCodeOf(
  tallies: readonly Tally[],
  { cases, path }: Pick<CheckPlan, "cases" | "path">,
): ExitCode {
  const verdicts = tallies.map((tally) => verdictOf(tally, cases).type);
  if (verdicts.includes("violated")) return EXIT.violated;
  if (path !== undefined) return EXIT.holds;
  return verdicts.includes("none") || !verdicts.includes("holds") ? EXIT.noVerdict : EXIT.holds;
}

/** A witness, in how many runs it occurred, and what was left out so that it could in none, if so. */
export interface Sighting {
  readonly name: string;
  readonly says: string;
  readonly runs: number;
  readonly outOfReach: LeftOut | undefined;
}

export function witnessesOf(
  { property, seen }: Pick<Tally, "property" | "seen">,
  cases: CaseOptions,
): Sighting[] {
  const witnesses = catalogue.find(({ name }) => name === property)?.witnesses ?? [];
  return witnesses.map((witness, at) => {
    const runs = seen[at] ?? 0;
    const leftOut = runs === 0 && isNarrowed(cases) ? "narrowed" : undefined;
    return {
      name: witness.name,
      says: witness.says,
      runs,
      outOfReach: outOfReach(witness, cases) ?? leftOut,
    };
  });
}

export function guaranteeOf(property: string): string {
  return [...catalogue, ...reruns].find(({ name }) => name === property)?.guarantee ?? "";
}

/** With so many runs and no failure, the failure rate is below this with 95 % confidence (the exact form of the rule of three). */
export function failureRateBound(runs: number): number {
  return 1 - 0.05 ** (1 / runs);
}
