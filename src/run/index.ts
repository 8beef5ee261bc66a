/** `leasehold/trace`: runs written down, replayed, compared, told and stepped through. Nothing here touches files. */
export {
  FORMAT,
  SCHEMA_VERSION,
  type Cause,
  type Delivery,
  type StopsAt,
  type TraceEffect,
  type TraceEnd,
  type TraceEvent,
  type TraceHeader,
  type TraceLine,
  type TraceObservation,
  type TraceStep,
  type TraceUndecided,
  type TraceVerdict,
  type TraceViolation,
} from "../trace/format.ts";
export { TraceReader, type Lines, type TraceFault } from "../trace/read.ts";
export { upgradeLine } from "../trace/upgrade.ts";
export { TraceWriter, type Sink } from "../trace/trace-writer.ts";
export { diffTraces, type TraceDiff, type WholeTrace } from "../trace/diff.ts";
export { sentenceOf, whyOpen } from "../trace/tell-verdict.ts";
export { Teller, type EventWords } from "../trace/words.ts";
export { headerOf, recordCase, recordRun, type Recordable, type RecordingOptions } from "./record.ts";
export { replayStrictly, variantOf, type Divergence, type StrictResult } from "./replay.ts";
export {
  judgeAgain,
  replayTolerantly,
  type Again,
  type KeptHeader,
  type ReplayOutcome,
  type TolerantReplay,
} from "./tolerant.ts";
export { adoptExports, type OwnParts } from "./own.ts";
export { MachineReplay, type MachineDivergence } from "./machine.ts";
export { momentAt, momentOf, type Moment } from "./moment.ts";
export { History, type Frame } from "./history.ts";
export { knownProperties } from "../../properties/known.ts";
