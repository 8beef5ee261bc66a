/** `leasehold/trace`: runs written down, replayed, compared and told. Nothing here touches files; `trace-file.ts` does. */
export * from "./because.ts";
export * from "../trace/diff.ts";
export { Digest } from "../trace/digest.ts";
export * from "../trace/format.ts";
export * from "./machine.ts";
export { readObservation } from "../trace/meaning.ts";
export * from "./moment.ts";
export * from "../trace/read.ts";
export * from "./record.ts";
export * from "../trace/trace-writer.ts";
export * from "./replay.ts";
export * from "./tolerant.ts";
export { TraceJudges } from "./monitors.ts";
export { knownProperties } from "../../properties/known.ts";
export { upgradeLine } from "../trace/upgrade.ts";
export { sentenceOf, whyOpen } from "../trace/tell-verdict.ts";
export * from "../trace/words.ts";
