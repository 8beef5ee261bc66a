/** What the evidence says of one promise. Nothing is held for want of evidence: who cannot tell says what would. */
import type { Told } from "../words/told.ts";
import type { LinePlace } from "./fact.ts";

export type EvidenceVerdict = { readonly property: string } & (
  | {
      readonly type: "held";
      /** What was judged, and no more than that. */
      readonly of: string;
      readonly lines: readonly LinePlace[];
    }
  | {
      readonly type: "violated";
      readonly kind: string;
      readonly facts: Readonly<Record<string, unknown>>;
      /** Who is concerned, by name. */
      readonly nodes: readonly string[];
      readonly sentence: Told;
      /** The lines that prove it. */
      readonly lines: readonly LinePlace[];
    }
  | {
      readonly type: "cannot be told";
      readonly why: string;
      /** The smallest thing to log, or to say, that would tell. */
      readonly remedy: string;
    }
);
