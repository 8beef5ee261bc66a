/** `leasehold/trace`: runs written down, replayed, compared and told. Nothing here touches files; `trace-file.ts` does. */
export * from "./because.ts";
export * from "./diff.ts";
export { Digest } from "./digest.ts";
export * from "./format.ts";
export * from "./machine.ts";
export { readObservation } from "./meaning.ts";
export * from "./moment.ts";
export * from "./read.ts";
export * from "./record.ts";
export * from "./trace-writer.ts";
export * from "./replay.ts";
export * from "./tolerant.ts";
export { knownProperties, TraceJudges } from "./verdicts.ts";
export { upgradeLine } from "./upgrade.ts";
export { sentenceOf, whyOpen } from "./tell-verdict.ts";
export * from "./words.ts";
