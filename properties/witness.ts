/**
 * A witness: a situation that must occur in some run, or a property that held has said nothing about it. What a check leaves
 * out cannot occur, so each witness names what it needs.
 */
import type { CaseOptions } from "./arbitraries.ts";

export type Need = "faults" | "rivals";

export interface Witness {
  readonly says: string;
  /** Empty: it occurs in a calm run of one coordinator. */
  readonly needs: readonly Need[];
}

export function witness(says: string, ...needs: readonly Need[]): Witness {
  return { says, needs };
}

const MISSING: Readonly<Record<Need, { readonly why: string; from(options: CaseOptions): boolean }>> = {
  faults: { why: "no faults", from: ({ faults }) => faults === false },
  rivals: { why: "one coordinator alone", from: ({ coordinators }) => coordinators === 1 },
};

/** Why a check of such cases cannot come to see it, such as `no faults`; undefined: it must. */
export function outOfReach({ needs }: Witness, options: CaseOptions): string | undefined {
  const missing = needs.find((need) => MISSING[need].from(options));
  return missing === undefined ? undefined : MISSING[missing].why;
}
