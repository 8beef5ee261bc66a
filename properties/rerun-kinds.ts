/** How two runs of one case can part: what the properties that need several runs find. */
import type { Observation } from "../models/observation.ts";
import { seconds } from "../src/words/seconds.ts";
import type { FindingOf, ViolationKind, ViolationKinds } from "./violation.ts";

/** `nodes` is empty: what differs is the simulation's doing. */
export type Parting = {
  /** Which observation is the first that differs, from 1. */
  readonly observation: number;
  /** Absent: there was nothing more. */
  readonly once?: Observation;
  readonly again?: Observation;
};

export type RunsPart = FindingOf<{ readonly "runs-part": Parting }>;
export type CopyParts = FindingOf<{ readonly "copy-parts": Parting; readonly "reading-parts": Parting }>;

export const determinismKinds: ViolationKinds<RunsPart> = {
  "runs-part": parting("two runs of one input part"),
};

export const copyKinds: ViolationKinds<CopyParts> = {
  "copy-parts": parting("a copied world parts from its original"),
  "reading-parts": parting("a world read back parts from its original"),
};

function parting(how: string): ViolationKind<Parting> & { readonly cause: readonly [] } {
  return {
    cause: [],
    tell: ({ at, facts: { observation } }) =>
      `${how}: observation ${observation} differs, at ${seconds(at)}.`,
    details: ({ again, once }) => [`  once:  ${tellSide(once)}`, `  again: ${tellSide(again)}`],
  };
}

function tellSide(side: Observation | undefined): string {
  return side === undefined ? "nothing more" : JSON.stringify(side);
}
