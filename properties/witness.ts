/**
 * A witness: a situation that must occur in some run, or a property that held has said nothing about it. What a check leaves
 * out cannot occur, so each witness names what it needs.
 */
import type { CaseOptions } from "./case.ts";

export type Need = "faults" | "rivals";

/** Something that must have been seen in some run, or the property has looked at nothing. */
export interface Witness {
  /** For programs; no two of a property share one. */
  readonly name: string;
  /** For people. */
  readonly says: string;
  /** Empty: it occurs in a calm run of one coordinator. */
  readonly needs: readonly Need[];
}

/** A witness; `needs` says without what it cannot occur. */
export function witness(name: string, says: string, ...needs: readonly Need[]): Witness {
  return { name, says, needs };
}

const LEFT_OUT: Readonly<Record<Need, (options: CaseOptions) => boolean>> = {
  faults: ({ faults }) => faults === false,
  rivals: ({ coordinators }) => coordinators === 1,
};

/** What a check of such cases leaves out, so that it cannot come to see the witness; undefined: it must. */
export function outOfReach({ needs }: Pick<Witness, "needs">, options: CaseOptions): Need | undefined {
  return needs.find((need) => LEFT_OUT[need](options));
}
