/** Traces: what other parts build on. Nothing here touches files; `trace-file.ts` does. */
export * from "./format.ts";
export { Digest } from "./digest.ts";
export { readObservation } from "./meaning.ts";
export { TraceReader, type Reading, type Trouble } from "./read.ts";
export { explain, headerOf, recordCase, recordRun, type Recordable } from "./record.ts";
export { Recorder, type Sink } from "./recorder.ts";
export { replayStrictly, type Divergence, type StrictResult } from "./replay.ts";
export { Jury } from "./verdicts.ts";
